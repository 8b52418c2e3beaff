"""Which format a file has, and which can be written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from twin.territory.interchange.geojson import geojson_text
from twin.territory.interchange.graphml.reader import graphml_graph
from twin.territory.interchange.graphml.writer import graphml_text
from twin.territory.interchange.json_values import json_object
from twin.territory.interchange.netbox import COLLECTIONS, netbox_graph
from twin.territory.interchange.node_link_json import node_link_graph, node_link_text
from twin.territory.interchange.rfc8345 import ROOT, rfc8345_graph, rfc8345_text
from twin.territory.interchange.topology_graph import NodeKind, Reading, TopologyGraph, refused


class Format(StrEnum):
    """What can be written."""

    RFC8345 = "rfc8345"
    GRAPHML = "graphml"
    GEOJSON = "geojson"
    JSON = "json"


WRITERS: Mapping[Format, Callable[[TopologyGraph], str]] = {
    Format.RFC8345: rfc8345_text, Format.GRAPHML: graphml_text, Format.JSON: node_link_text}
"""GeoJSON is of communes, not of a graph: twin.territory.interchange.geojson."""


def is_geojson(text: str) -> bool:
    """Whether a text is a GeoJSON of communes rather than a graph."""
    return text.lstrip()[:1] == "{" and '"FeatureCollection"' in text[:2000]


def graph_of(text: str, file: str, name: str, roles: Mapping[str, NodeKind | None]) -> Reading:
    """The graph of a text in any of the formats. name: where it has none; roles: of NetBox devices, None to leave out.

    Raises TopologyError.
    """
    if text.lstrip()[:1] == "<":
        return graphml_graph(text, file, name)
    data = json_object(text, file)
    if ROOT in data:
        return rfc8345_graph(data, file)
    if "devices" in data:
        return netbox_graph(data, file, name, roles)
    if "nodes" in data and "links" in data:
        return node_link_graph(data)
    raise refused(file, "is JSON of no format that is known", f"known: {ROOT} (RFC 8345), NetBox "
                  f"({', '.join(COLLECTIONS)}), GeoJSON of communes, or an object with nodes and links")


__all__ = ["WRITERS", "Format", "geojson_text", "graph_of", "is_geojson"]
