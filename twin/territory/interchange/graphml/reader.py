"""GraphML: the dialect of the Internet Topology Zoo, and our own (`writer`). Pure.

Zoo (Knight and others 2011): node label, Latitude, Longitude, Internal, hyperedge; edge LinkSpeedRaw, LinkSpeed with
LinkSpeedUnits, LinkLabel. GraphML's own hyperedges become nodes with a link to each end. Files may have parallel edges,
loops, labels that repeat, and nodes of other networks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from twin.core.units import Length, Rate
from twin.model import Medium
from twin.territory.great_circle import Position
from twin.territory.interchange.link_rates import rate_of_bits, rate_of_label, rate_of_speed
from twin.territory.interchange.topology_graph import (
    GraphLink,
    GraphNode,
    NodeKind,
    Reading,
    TopologyGraph,
    refused,
    some,
)

SPACE = "{http://graphml.graphdrawing.org/xmlns}"
Attributes = Mapping[str, str]
"""What the data of an element say, by the name of their key."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The elements of a file with their attributes. edges: each with its id and ends."""

    graph: Attributes
    nodes: Mapping[str, Attributes]
    edges: tuple[tuple[str, str, str, Attributes], ...]


def graphml_graph(text: str, file: str, name: str) -> Reading:
    """The graph of a file. name: where it has none itself. Raises TopologyError."""
    parts = _parts(_root(text, file), file)
    external = {node for node, attributes in parts.nodes.items() if attributes.get("Internal") == "0"}
    loops = [ident for ident, a, b, _ in parts.edges if a == b]
    nodes = tuple(_node(node, attributes) for node, attributes in parts.nodes.items() if node not in external)
    kept = [(ident, a, b, attributes) for ident, a, b, attributes in parts.edges if a != b and not {a, b} & external]
    links = tuple(_link(*edge) for edge in kept)
    if not nodes:
        raise refused(file, "has no node that is its own (Internal = 0 everywhere)", "choose another file")
    titles = {node: attributes.get("label") or node for node, attributes in parts.nodes.items()}
    notes = [
        *some("lost: nodes of other networks, with their links", [titles[node] for node in external]),
        *some("lost: links from a node to itself", loops),
        *some("guessed: hyperedges are taken for switches", [titles[node] for node, attributes in parts.nodes.items()
                                                             if attributes.get("hyperedge") == "1"]),
        *_guessed_rates(kept),
    ]
    title = parts.graph.get("label") or parts.graph.get("Network") or name
    return Reading(TopologyGraph(title, nodes, links), tuple(notes))


def _root(text: str, file: str) -> Element:
    """The root of an XML text. Entities, with which a small file can become a huge one, are refused."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise refused(file, "has a document type declaration, which GraphML does not need", "leave it out")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line, column = error.position
        raise refused(file, f"is not XML: {error.args[0].partition(':')[0]}, column {column + 1}",
                      "export it once more", line) from error


def _parts(root: Element, file: str) -> _Parts:
    graph = root.find(f"{SPACE}graph")
    if root.tag != f"{SPACE}graphml" or graph is None:
        raise refused(file, "is XML, but no GraphML with a graph", "export it as GraphML")
    keys = {key.get("id", ""): key.get("attr.name", key.get("id", "")) for key in root.iter(f"{SPACE}key")}
    nodes = {node.get("id", ""): _attributes(node, keys) for node in graph.iter(f"{SPACE}node")}
    hyperedges = {hyperedge.get("id") or f"hyperedge {number}": hyperedge
                  for number, hyperedge in enumerate(graph.iter(f"{SPACE}hyperedge"), 1)}
    nodes |= {ident: {**_attributes(hyperedge, keys), "hyperedge": "1"} for ident, hyperedge in hyperedges.items()}
    edges = *(
        (edge.get("id") or f"edge {number}", edge.get("source", ""), edge.get("target", ""), _attributes(edge, keys))
        for number, edge in enumerate(graph.iter(f"{SPACE}edge"), 1)
    ), *(
        (f"{ident}, end {number}", ident, end.get("node", ""), _attributes(hyperedge, keys))
        for ident, hyperedge in hyperedges.items()
        for number, end in enumerate(hyperedge.iter(f"{SPACE}endpoint"), 1))
    unknown = [f"{a} - {b}" for _, a, b, _ in edges if not {a, b} <= nodes.keys()]
    if unknown:
        raise refused(file, f"has edges between nodes that it does not have: {', '.join(unknown[:5])}",
                      "add the nodes, or remove the edges")
    return _Parts(_attributes(graph, keys), nodes, edges)


def _attributes(element: Element, keys: Mapping[str, str]) -> dict[str, str]:
    return {keys.get(data.get("key", ""), ""): (data.text or "").strip() for data in element.findall(f"{SPACE}data")}


def _node(ident: str, attributes: Attributes) -> GraphNode:
    kind = attributes.get("kind", "")
    return GraphNode(ident, attributes.get("label", ""), NodeKind(kind) if kind in [*NodeKind] else NodeKind.SWITCH,
                     _position(attributes), attributes.get("site", ""))


def _position(attributes: Attributes) -> Position | None:
    """Where both degrees are given and can be meant."""
    try:
        north, east = float(attributes["Latitude"]), float(attributes["Longitude"])
    except (KeyError, ValueError):
        return None
    return (north, east) if isfinite(north + east) and abs(north) <= 90 and abs(east) <= 180 else None


def _link(ident: str, a: str, b: str, attributes: Attributes) -> GraphLink:
    length = attributes.get("length", "")
    medium = attributes.get("medium", "")
    metres = Length(int(length)) if length.isdecimal() else None
    return GraphLink(attributes.get("id") or ident, a, b, _rate(attributes)[0], metres,
                     Medium(medium) if medium in [*Medium] else Medium.FIBRE)


def _rate(attributes: Attributes) -> tuple[Rate | None, str]:
    """The rate of an edge, and which attribute attributes it."""
    raw = rate_of_bits(attributes.get("LinkSpeedRaw", ""))
    if raw is not None:
        return raw, "LinkSpeedRaw"
    speed = rate_of_speed(attributes.get("LinkSpeed", ""), attributes.get("LinkSpeedUnits", ""))
    if speed is not None:
        return speed, "LinkSpeed"
    return rate_of_label(attributes.get("LinkLabel", "")), "LinkLabel"


def _guessed_rates(edges: Iterable[tuple[str, str, str, Attributes]]) -> list[str]:
    """Rates that labels alone say."""
    labels = Counter(attributes["LinkLabel"] for *_, attributes in edges
                     if _rate(attributes)[1] == "LinkLabel" and _rate(attributes)[0])
    return some("guessed: rates by the label of the link, of a range the lower end", [*labels])
