"""A graph as GraphML, with the attribute names of the Internet Topology Zoo where it has them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from twin.territory.interchange.topology_graph import GraphLink, GraphNode, TopologyGraph

NODE_KEYS = {"label": "string", "Latitude": "double", "Longitude": "double", "kind": "string", "site": "string"}
EDGE_KEYS = {"id": "string", "LinkSpeedRaw": "double", "length": "long", "medium": "string"}
SPACE = "http://graphml.graphdrawing.org/xmlns"


def graphml_text(graph: TopologyGraph) -> str:
    """The XML text."""
    root = Element("graphml", xmlns=SPACE)
    SubElement(root, "key", {"id": "g-label", "for": "graph", "attr.name": "label", "attr.type": "string"})
    for domain, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name, kind in keys.items():
            SubElement(root, "key", {"id": f"{domain}-{name}", "for": domain, "attr.name": name, "attr.type": kind})
    inside = SubElement(root, "graph", edgedefault="undirected")
    _data(inside, "g-", {"label": graph.name})
    for node in graph.nodes:
        _data(SubElement(inside, "node", id=node.id), "node-", _of_node(node))
    for number, link in enumerate(graph.links):
        _data(SubElement(inside, "edge", id=f"e{number}", source=link.a, target=link.b), "edge-", _of_link(link))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _data(element: Element, prefix: str, values: Mapping[str, str | float | None]) -> None:
    for name, value in values.items():
        if value is not None and value != "":
            SubElement(element, "data", key=f"{prefix}{name}").text = str(value)


def _of_node(node: GraphNode) -> dict[str, str | float | None]:
    north, east = node.position or (None, None)
    return {"label": node.title, "Latitude": north, "Longitude": east, "kind": node.kind.value, "site": node.site}


def _of_link(link: GraphLink) -> dict[str, str | float | None]:
    return {"id": link.id, "LinkSpeedRaw": link.capacity, "length": link.length, "medium": link.medium.value}
