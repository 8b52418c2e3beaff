"""A description of a graph: nodes and spans as the file says them; services and lines, which it does not have, by
default. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import Length
from twin.model import Name
from twin.model.yaml.scalars import exactly, proposed_name
from twin.territory.description_text import DraftedDescription, Keys, Section, description_text
from twin.territory.great_circle import Position, crow_fly
from twin.territory.interchange.node_roles import OWN_NODES, Roles, node_roles
from twin.territory.interchange.topology_graph import GraphLink, GraphNode, NodeKind, Reading, some

EMULATED = 8
"""Switches with an emulated line, at all distances from the hub."""
CALLS = 2_000_000
"""bit/s that the slowest link has where calls are emulated."""
HELD = 2**31
"""Bytes that the queues of the fastest span may hold together, half of what the kernel counts."""
LONGEST_QUEUE = 200
"""ms"""
SECTIONS = {NodeKind.DSLAM: "dslams", NodeKind.RELAY: "relays", NodeKind.HEAD_END: "head-ends"}
COMMENT = """\
{title}: imported from {file}.
From the file: nodes, links and what they say of themselves. Computed: lengths as the crow flies. Services, lines and \
targets are not in such a file: what stands here is assumed, and so is all that is marked as such.
"""


def graph_description(reading: Reading, name: str, file: str) -> tuple[str, tuple[str, ...]]:
    """The YAML text of a connected graph whose links all have rates, and the notes. file: whose it is, for people."""
    roles, notes = node_roles(reading)
    drafted = DraftedDescription(
        proposed_name(name) or "imported", f"{len(roles.graph.nodes)} nodes and {len(roles.graph.links)} links, from "
        f"{file}.", COMMENT.format(title=reading.graph.name or name, file=file) + "\n".join(notes),
        (_sites(roles), _switches(roles), _spans(roles), *(_uplinked(roles, kind) for kind in SECTIONS if kind is not
                                                           NodeKind.HEAD_END), _head_ends(roles), *_services(roles)))
    unplaced = [link.id for link in roles.graph.links if _length(roles, link)[0] is None]
    return description_text(drafted), (*notes, *some("guessed: lengths of links between places without a position, 0 m",
                                                     unplaced))


def _sites(roles: Roles) -> Section:
    """The places: one for each node, or for nodes that name the same."""
    sites: dict[str, Keys] = {}
    for node in roles.graph.nodes:
        position: Keys = {} if node.position is None else dict(zip(("latitude", "longitude"), node.position,
                                                                   strict=True))
        basis = "position quoted" if node.position else "position unknown"
        sites.setdefault(_site(roles, node), {"title": node.title or node.id, **position, "basis": basis})
    return Section("sites", sites)


def _site(roles: Roles, node: GraphNode) -> str:
    return proposed_name(node.site) or roles.names[node.id]


def _switches(roles: Roles) -> Section:
    return Section("switches", {roles.names[node.id]: {"site": _site(roles, node)}
                                for node in roles.of_kind(NodeKind.SWITCH)})


def _spans(roles: Roles) -> Section:
    links = {link.id: link for link in roles.graph.links}
    return Section("spans", {name: {"ends": [roles.names[end] for end in (links[ident].a, links[ident].b)],
                                    **_medium(roles, links[ident])} for ident, name in roles.spans.items()})


def _medium(roles: Roles, link: GraphLink) -> Keys:
    """Capacity, length and medium of a link."""
    assert link.capacity is not None
    length, source = _length(roles, link)
    medium: Keys = {"medium": link.medium.value} if link.medium.value != "fibre" else {}
    measured: Keys = {} if length is None else {"length": exactly("length", length)}
    return {"capacity": exactly("rate", link.capacity), **medium, **measured, "basis": source}


def _length(roles: Roles, link: GraphLink) -> tuple[Length | None, str]:
    if link.length is not None:
        return link.length, "quoted"
    places: Mapping[str, Position | None] = {node.id: node.position for node in roles.graph.nodes}
    a, b = places[link.a], places[link.b]
    return (None, "length unknown") if a is None or b is None else (crow_fly(a, b), "length crow-fly")


def _uplinked(roles: Roles, kind: NodeKind) -> Section:
    """DSLAMs, relays or head-ends, each with the link that leads up."""
    return Section(SECTIONS[kind], {roles.names[node.id]: _node(roles, node) for node in roles.of_kind(kind)})


def _node(roles: Roles, node: GraphNode) -> Keys:
    link = roles.uplinks[node.id]
    to = roles.names[link.b if link.a == node.id else link.a]
    title: Keys = {"title": node.title} if node.kind is NodeKind.HEAD_END and node.title else {}
    return {"site": _site(roles, node), **title, "uplink": {"to": to, **_medium(roles, link)}}


def _head_ends(roles: Roles) -> Section:
    """Those of the graph, or two at the hub."""
    own = _uplinked(roles, NodeKind.HEAD_END)
    if own.entries:
        return own
    hub, site = roles.names[roles.hub], next(_site(roles, node) for node in roles.graph.nodes if node.id == roles.hub)
    fastest = max((link.capacity for link in roles.graph.links if link.capacity), default=1_000_000_000)
    uplink: Keys = {"to": hub, "capacity": exactly("rate", fastest), "length": "100 m", "basis": "assumed"}
    written: dict[str, Keys] = {name: {"site": site, "uplink": uplink} for name in OWN_NODES}
    return Section("head-ends", written, "At the node with most links: assumed.")


def _services(roles: Roles) -> list[Section]:
    """A call and a download on a line at some switches."""
    rates = [link.capacity for link in roles.graph.links if link.capacity is not None]
    calls = min(rates, default=CALLS) >= CALLS
    queue = f"{max(1, min(LONGEST_QUEUE, HELD * 8 * 1000 // (2 * max(rates, default=1))))} ms"
    own = [roles.names[node.id] for node in roles.of_kind(NodeKind.HEAD_END)]
    first, last = (own[0], own[-1]) if own else OWN_NODES
    runs = ["call", "download"] if calls else ["download"]
    return [
        Section("classes", {"voice": {"dscp": "EF", "strict": True, "police": "100 kbit/s", "queue": queue},
                            "data": {"dscp": "DF", "queue": queue, "discipline": "fq-codel"}}),
        Section("services", {
            "telephony": {"class": "voice", "head-end": first, "transport": "udp", "ports": [16384, 32767]},
            "internet": {"class": "data", "head-end": last, "transport": "tcp"}}),
        Section("profiles", {"ethernet-10": {"technology": "ethernet", "down": "10 Mbit/s", "up": "10 Mbit/s",
                                             "length": "100 m", "basis": "assumed"}}),
        Section("workloads", {"call": {"service": "telephony", "activity": "call"},
                              "download": {"service": "internet", "activity": "download"}}),
        _lines(roles, runs),
        Section("targets", [{"workload": "call", "mean-delay": "400 ms", "delay-variation": "50 ms", "loss": "0.1 %",
                             "basis": "ITU-T Y.1541 class 1"}] if calls else [])]


def _lines(roles: Roles, runs: list[str]) -> Section:
    """A line at each switch; those that are emulated are spread from near the hub to far."""
    switches = sorted(roles.of_kind(NodeKind.SWITCH), key=lambda node: roles.distance[node.id])
    step = max(1, -(-len(switches) // EMULATED))
    shown = {node.id for node in switches[step - 1::step]}
    written: dict[str, Keys] = {
        Name(f"{roles.names[node.id]}-line"): {"at": roles.names[node.id], "profile": "ethernet-10",
                                               "emulated": int(node.id in shown), "runs": runs, "basis": "assumed"}
        for node in roles.of_kind(NodeKind.SWITCH)}
    return Section("lines", written, "One line at each switch, a few of them emulated: assumed.")
