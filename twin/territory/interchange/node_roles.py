"""What each node and link of a connected graph becomes: uplinks of DSLAMs, relays and head-ends, or spans. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from twin.model import Name
from twin.territory.interchange.topology_graph import GraphLink, GraphNode, NodeKind, Reading, TopologyGraph, some
from twin.territory.unique_names import UniqueNames

DERIVED = ("-uplink", "-line", "-line-1")
LONGEST_NODE, LONGEST_SPAN = 33, 40
"""Characters of names, so that derived ones fit."""
OWN_NODES = ("softswitch", "gateway")
"""Head-ends that a description gets where its graph has none."""
_NUMBERED = re.compile("[a-z]?[0-9]+")
"""An id that says nothing: a title is the better name."""


@dataclass(frozen=True, slots=True)
class Roles:
    """graph: with the kinds as they are built. names: of its nodes; spans: of its spans, by link id. uplinks: of each
    node that has one, by its id. distance: links from the hub, the node with most links."""

    graph: TopologyGraph
    names: Mapping[str, Name]
    spans: Mapping[str, Name]
    uplinks: Mapping[str, GraphLink]
    hub: str
    distance: Mapping[str, int]

    def of_kind(self, kind: NodeKind) -> list[GraphNode]:
        """The nodes of a kind, in the order of the file."""
        return [node for node in self.graph.nodes if node.kind is kind]


def node_roles(reading: Reading) -> tuple[Roles, tuple[str, ...]]:
    """The roles, and the notes with those that this adds. The graph is connected."""
    graph, notes = _buildable(reading.graph)
    degree = Counter(end for link in graph.links for end in (link.a, link.b))
    switches = [node.id for node in graph.nodes if node.kind is NodeKind.SWITCH]
    hub = max(switches, key=lambda node: (degree[node], -switches.index(node)))
    first = _first_links(graph, switches)
    uplinks = {node.id: first[node.id] for node in graph.nodes if node.kind is not NodeKind.SWITCH}
    given = UniqueNames(DERIVED, OWN_NODES if not _has(graph, NodeKind.HEAD_END) else ())
    repeated = Counter(node.title for node in graph.nodes)
    names = {node.id: given.name(_spelt(node, repeated), LONGEST_NODE) for node in graph.nodes}
    ids = {link.id for link in uplinks.values()}
    used = UniqueNames((), (name + suffix for name in names.values() for suffix in ("", *DERIVED)))
    spans = {link.id: used.name(_span_title(link, names), LONGEST_SPAN) for link in graph.links if link.id not in ids}
    told_apart = sorted({node.title for node in graph.nodes if _spelt(node, repeated) not in (node.id, node.title)})
    return (Roles(graph, names, spans, uplinks, hub, _distances(graph, hub)), (
        *reading.notes, *notes, *some("guessed: titles that repeat are told apart by their ids", told_apart)))


def _buildable(graph: TopologyGraph) -> tuple[TopologyGraph, list[str]]:
    """The same with switches where a kind cannot be built: a head-end with several links, a graph without a switch.
    Ids of links that repeat are told apart."""
    degree = Counter(end for link in graph.links for end in (link.a, link.b))
    middle = {node.id for node in graph.nodes if node.kind is NodeKind.HEAD_END and degree[node.id] != 1}
    if not _has(graph, NodeKind.SWITCH) and not middle:
        middle = {node.id for node in graph.nodes}
    nodes = tuple(replace(node, kind=NodeKind.SWITCH) if node.id in middle else node for node in graph.nodes)
    seen: Counter[str] = Counter()
    links = []
    for link in graph.links:
        seen[link.id] += 1
        links.append(link if seen[link.id] == 1 else replace(link, id=f"{link.id} ({seen[link.id]})"))
    changed = [node.title or node.id for node in graph.nodes if node.id in middle]
    return (replace(graph, nodes=nodes, links=tuple(links)),
            some("guessed: nodes that are built as switches, since several links lead there", changed))


def _has(graph: TopologyGraph, kind: NodeKind) -> bool:
    return any(node.kind is kind for node in graph.nodes)


def _spelt(node: GraphNode, repeated: Mapping[str, int]) -> str:
    """What a node is called: its id, or its title where the id is a mere number, with the id where titles repeat."""
    if not node.title or not _NUMBERED.fullmatch(node.id):
        return node.id
    return node.title if repeated[node.title] == 1 else f"{node.title} {node.id}"


def _span_title(link: GraphLink, names: Mapping[str, Name]) -> str:
    mere = re.fullmatch(r"(edge |link |e)?[0-9]+( \([0-9]+\))?", link.id)
    return f"{names[link.a][:19]}-{names[link.b][:19]}" if mere else link.id


def _neighbours(graph: TopologyGraph) -> dict[str, list[tuple[str, GraphLink]]]:
    beside: dict[str, list[tuple[str, GraphLink]]] = defaultdict(list)
    for link in graph.links:
        beside[link.a].append((link.b, link))
        beside[link.b].append((link.a, link))
    return beside


def _first_links(graph: TopologyGraph, switches: list[str]) -> dict[str, GraphLink]:
    """Of each node that is no switch, the link on a shortest way to one; never through a head-end."""
    kinds = {node.id: node.kind for node in graph.nodes}
    beside = _neighbours(graph)
    first: dict[str, GraphLink] = {}
    reached = [*switches]
    for node in reached:
        for other, link in beside[node] if kinds[node] is not NodeKind.HEAD_END else ():
            if other not in first and kinds[other] is not NodeKind.SWITCH:
                first[other] = link
                reached.append(other)
    return first


def _distances(graph: TopologyGraph, hub: str) -> dict[str, int]:
    beside = _neighbours(graph)
    away = {hub: 0}
    reached = [hub]
    for node in reached:
        for other, _ in beside[node]:
            if other not in away:
                away[other] = away[node] + 1
                reached.append(other)
    return away
