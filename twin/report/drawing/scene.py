"""What there is to draw of a network: places, nodes and the spans between them; lines are counted, not drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.model import Medium, Network
from twin.plan.blueprint import Blueprint


class Kind(StrEnum):
    """What a node is."""

    SWITCH = "switch"
    DSLAM = "dslam"
    RELAY = "relay"
    HEAD_END = "head-end"


@dataclass(frozen=True, slots=True)
class Place:
    """A site. position: (latitude, longitude) or None. assumed: whether the position is a guess."""

    name: str
    title: str
    position: tuple[float, float] | None
    assumed: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A switch, DSLAM, relay or head-end. lines, emulated: subscribers' lines that end on it. groups: the line groups
    of those that are emulated."""

    name: str
    title: str
    kind: Kind
    place: str
    lines: int = 0
    emulated: int = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A span between two nodes. capacity in bit/s, length in m; cell: the radio cell through which it is a hop."""

    name: str
    a: str
    b: str
    radio: bool
    ring: bool
    capacity: int
    length: int
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is drawn; each tuple is sorted by name."""

    title: str
    places: tuple[Place, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def mapped(self) -> bool:
        """Whether enough positions are known to draw places as on a map."""
        return sum(place.position is not None for place in self.places) > 1


def scene(network: Network, blueprint: Blueprint) -> Scene:
    """What there is to draw of a network and its blueprint."""
    nodes = _nodes(network)
    names = {node.name for node in nodes}
    ring = {str(span) for loop in network.rings for span in loop.spans}
    edges = tuple(
        Edge(
            name=span.name, a=span.a.node, b=span.b.node, radio=span.kind == Medium.RADIO, ring=span.name in ring,
            capacity=span.forward.rate, length=span.length, cell=span.cell)
        for span in blueprint.spans
        if span.a.node in names and span.b.node in names
    )
    used = {node.place for node in nodes}
    places = tuple(_place(network, name) for name in sorted(used))
    return Scene(network.name, places, nodes, edges)


def _place(network: Network, name: str) -> Place:
    site = next(site for site in network.sites if site.name == name)
    known = site.latitude is not None and site.longitude is not None
    position = (float(site.latitude or 0), float(site.longitude or 0)) if known else None
    return Place(site.name, site.title or site.name, position, not known or _guessed(site.basis.lower()))


def _guessed(basis: str) -> bool:
    """Whether a site's basis calls its position assumed; what it says of other figures does not count."""
    parts = basis.split(";")
    positions = [part for part in parts if "position" in part] or parts
    return any(word in part for part in positions for word in ("assum", "unknown"))


def _nodes(network: Network) -> tuple[Node, ...]:
    lines: dict[str, tuple[int, int, tuple[str, ...]]] = {}
    for group in network.lines:
        total, emulated, groups = lines.get(group.at, (0, 0, ()))
        lines[group.at] = (total + group.subscribers, emulated + group.emulated,
                           (*groups, str(group.name)) if group.emulated else groups)
    placed = [(n.name, n.name, Kind.SWITCH, n.site) for n in network.switches]
    placed += [(n.name, n.name, Kind.DSLAM, n.site) for n in network.dslams]
    placed += [(n.name, n.name, Kind.RELAY, n.site) for n in network.relays]
    nodes = [Node(*each, *lines.get(each[0], (0, 0, ()))) for each in placed]
    nodes += [Node(h.name, h.title or h.name, Kind.HEAD_END, h.site) for h in network.head_ends]
    return tuple(sorted(nodes, key=lambda node: node.name))
