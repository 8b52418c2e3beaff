"""RFC 8345 in JSON (RFC 7951): ietf-network:networks with ietf-network-topology links, which have one direction. Pure.

Rates of links are read of RFC 8944 (ietf-l2-topology, Mbit/s). Our exports add all they know under `metro-twin:`.
"""

from __future__ import annotations

from collections import defaultdict

from twin.territory.interchange.attributes import capacity_of, link_attributes, link_of, node_attributes, node_of
from twin.territory.interchange.json_values import Object, inside, json_text, number_of, objects, text_of
from twin.territory.interchange.topology_graph import (
    GraphLink,
    GraphNode,
    Reading,
    TopologyGraph,
    refused,
    some,
)

ROOT, LINK, POINT = "ietf-network:networks", "ietf-network-topology:link", "ietf-network-topology:termination-point"
OWN_NODE, OWN_LINK = "metro-twin:node-attributes", "metro-twin:link-attributes"
L2 = "ietf-l2-topology:l2-link-attributes"
REVERSE = " reverse"
MEGA = 1_000_000
Ends = tuple[str, str]


def rfc8345_graph(data: Object, file: str) -> Reading:
    """The graph of the first network that has links, or else of the first. Raises TopologyError."""
    networks = objects(inside(data, ROOT, "network"))
    if not networks:
        raise refused(file, f"has no network in {ROOT}", "export the networks, not one node")
    network = next((each for each in networks if objects(each.get(LINK))), networks[0])
    nodes = [node_of(text_of(node.get("node-id")), {"title": _l2_name(node), **(inside(node, OWN_NODE) or {})})
             for node in objects(network.get("node"))]
    links, notes = _paired(objects(network.get(LINK)), {node.id for node in nodes})
    others = [text_of(each.get("network-id")) for each in networks if each is not network]
    graph = TopologyGraph(text_of(network.get("network-id")), tuple(nodes), tuple(links))
    return Reading(graph, (*some("lost: other networks of the file", others), *notes))


def _l2_name(node: Object) -> str:
    return text_of(inside(node, "ietf-l2-topology:l2-node-attributes", "name"))


def _paired(directed: list[Object], nodes: set[str]) -> tuple[list[GraphLink], list[str]]:
    """Links in both directions, each of two that lead there and back between the same termination points."""
    waiting: dict[tuple[Ends, Ends], list[int]] = defaultdict(list)
    links: list[GraphLink] = []
    paired: set[int] = set()
    lost: list[str] = []
    for each in directed:
        ident = text_of(each.get("link-id"))
        source, destination = _end(each, "source", "source-"), _end(each, "destination", "dest-")
        if not {source[0], destination[0]} <= nodes or source[0] == destination[0]:
            lost.append(ident)
        elif waiting[destination, source]:
            paired.add(waiting[destination, source].pop(0))
        else:
            waiting[source, destination].append(len(links))
            links.append(link_of(ident, (source[0], destination[0]), _own_attributes(each)))
    single = [link.id for number, link in enumerate(links) if number not in paired]
    return links, [*some("lost: links to a node that is not there, or to the node itself", lost),
                   *some("guessed: links in one direction are taken for both", single)]


def _end(link: Object, side: str, prefix: str) -> Ends:
    return text_of(inside(link, side, f"{prefix}node")), text_of(inside(link, side, f"{prefix}tp"))


def _own_attributes(link: Object) -> Object:
    """What is said of a link, in our attributes or in those of RFC 8944."""
    rate = number_of(inside(link, L2, "rate"))
    l2 = capacity_of(None if rate is None else rate * MEGA)
    return {"capacity": l2, **(inside(link, OWN_LINK) or {})}


def rfc8345_text(graph: TopologyGraph) -> str:
    """The JSON text; a termination point of each link at either end has the link's id."""
    points: dict[str, list[Object]] = defaultdict(list)
    for link in graph.links:
        for end in (link.a, link.b):
            points[end].append({"tp-id": link.id})
    network = {"network-id": graph.name, "network-types": {}, "node": [_node(node, points[node.id])
                                                                       for node in graph.nodes],
               LINK: [each for link in graph.links for each in _directed(link)]}
    return json_text({ROOT: {"network": [network]}})


def _node(node: GraphNode, points: list[Object]) -> Object:
    return {"node-id": node.id, OWN_NODE: node_attributes(node), **({POINT: points} if points else {})}


def _directed(link: GraphLink) -> list[Object]:
    """There and back."""
    rate = {} if link.capacity is None else {L2: {"rate": f"{link.capacity / MEGA:.2f}"}}
    return [{"link-id": ident, "source": {"source-node": a, "source-tp": link.id},
             "destination": {"dest-node": b, "dest-tp": link.id}, **rate, OWN_LINK: link_attributes(link)}
            for ident, a, b in ((link.id, link.a, link.b), (link.id + REVERSE, link.b, link.a))]
