"""What our own exports say of nodes and links beyond what a JSON format has a place for. Pure."""

from __future__ import annotations

from twin.core.units import Length, Rate
from twin.model import Medium
from twin.territory.interchange.json_values import Object, number_of, position_of, text_of
from twin.territory.interchange.link_rates import LEAST, MOST
from twin.territory.interchange.topology_graph import GraphLink, GraphNode, NodeKind


def node_attributes(node: GraphNode) -> Object:
    """Title, kind, site and position, those that are known."""
    north, east = node.position or (None, None)
    known = {"title": node.title, "kind": node.kind.value, "site": node.site, "latitude": north, "longitude": east}
    return {key: value for key, value in known.items() if value not in ("", None)}


def node_of(ident: str, own: Object) -> GraphNode:
    """A node with the attributes that are said of it."""
    kind = text_of(own.get("kind"))
    return GraphNode(ident, text_of(own.get("title")), NodeKind(kind) if kind in [*NodeKind] else NodeKind.SWITCH,
                     position_of(own.get("latitude"), own.get("longitude")), text_of(own.get("site")))


def link_attributes(link: GraphLink) -> Object:
    """Capacity in bit/s, length in m and medium, those that are known."""
    known = {"capacity": link.capacity, "length": link.length, "medium": link.medium.value}
    return {key: value for key, value in known.items() if value is not None}


def link_of(ident: str, ends: tuple[str, str], own: Object) -> GraphLink:
    """A link with the attributes that are said of it."""
    length, medium = number_of(own.get("length")), text_of(own.get("medium"))
    return GraphLink(ident, *ends, capacity_of(number_of(own.get("capacity"))),
                     None if length is None or length < 0 else Length(round(length)),
                     Medium(medium) if medium in [*Medium] else Medium.FIBRE)


def capacity_of(bits: float | None) -> Rate | None:
    """A rate in bit/s that a span can have; None of any other number."""
    return Rate(round(bits)) if bits is not None and LEAST <= bits <= MOST else None
