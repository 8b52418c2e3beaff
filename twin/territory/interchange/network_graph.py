"""The graph of a network: its nodes, its spans, and the uplinks as links; and what a graph does not hold. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import Rate
from twin.model import Air, Network, RadioCell, Site, Span, Uplink
from twin.model.wifi import reach
from twin.model.yaml.references import uplink_span
from twin.territory.interchange.topology_graph import GraphLink, GraphNode, NodeKind, Reading, TopologyGraph


def network_graph(network: Network) -> Reading:
    """Links in the order of spans, then of uplinks. A radio hop has its rate on the air as capacity."""
    cells = {str(cell.name): cell for cell in network.radio_cells}
    links = [_link(span.name, span.ends[0], span.ends[1], span, cells) for span in network.spans]
    links += [_link(uplink_span(name), name, uplink.to, uplink, cells) for name, uplink in _uplinks(network)]
    return Reading(TopologyGraph(network.name, tuple(_nodes(network)), tuple(links)), tuple(_lost(network)))


def _nodes(network: Network) -> Iterator[GraphNode]:
    sites = {site.name: site for site in network.sites}
    plain = ((NodeKind.SWITCH, network.switches), (NodeKind.DSLAM, network.dslams), (NodeKind.RELAY, network.relays))
    for kind, nodes in plain:
        for node in nodes:
            yield _node(node.name, sites[node.site].title, kind, sites[node.site])
    for head_end in network.head_ends:
        site = sites[head_end.site]
        yield _node(head_end.name, head_end.title or site.title, NodeKind.HEAD_END, site)


def _node(name: str, title: str, kind: NodeKind, site: Site) -> GraphNode:
    position = None if site.latitude is None or site.longitude is None else (site.latitude, site.longitude)
    return GraphNode(name, title, kind, position, site.name)


def _uplinks(network: Network) -> Iterator[tuple[str, Uplink]]:
    yield from ((node.name, node.uplink) for node in network.dslams)
    yield from ((node.name, node.uplink) for node in network.relays)
    yield from ((node.name, node.uplink) for node in network.head_ends)


def _link(name: str, a: str, b: str, medium: Span | Uplink, cells: dict[str, RadioCell]) -> GraphLink:
    capacity = medium.capacity if medium.air is None else _on_air(medium.air, medium, cells)
    return GraphLink(name, a, b, capacity, medium.length, medium.medium)


def _on_air(air: Air, medium: Span | Uplink, cells: dict[str, RadioCell]) -> Rate | None:
    return air.rate or reach(cells[air.cell], air, medium.length).rate


def _lost(network: Network) -> Iterator[str]:
    """What a graph has no place for."""
    yield "lost: households and businesses of sites, services, classes, profiles, lines, workloads and targets"
    if network.radio_cells:
        yield "lost: radio cells and antennas; a radio hop has its rate on the air as capacity"
    if any(span.impairments or span.delay for span in network.spans):
        yield "lost: delays and impairments of spans"
    if network.rings:
        yield "lost: rings and protection, which follow from no link"
