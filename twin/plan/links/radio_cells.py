"""Radio cells as they are built: stations, hop directions, and the link of each hop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import lcm
from typing import NamedTuple

from twin.core.units import NS_PER_S, Length, Rate, Time
from twin.model import NO_IMPAIRMENTS, Air, Dslam, Network, Policy, RadioCell, Relay, Uplink
from twin.model import Span as SpanModel
from twin.model.wifi import law, reach
from twin.model.wifi.ieee80211 import HERE, RATES
from twin.plan.blueprint import (
    FULL_FRAME,
    AirRate,
    LinkDirection,
    RadioCellPlan,
    RadioHopDirection,
    Scheduler,
    Station,
    SubscriberQueues,
)
from twin.plan.blueprint.layers import FRAME
from twin.plan.interface_names import short, uplink_name
from twin.plan.links.link_layers import propagation
from twin.plan.qos.schedulers import class_order, mark_classifiers, scheduler
from twin.plan.qos.subscriber_queues import MOST_QUEUES

SPOKEN = 214
"""Bytes of the frame of a G.711 call."""
LEAST = 1_000
"""bit/s that a class of htb has at the least."""


class AirHop(NamedTuple):
    """A hop through a cell: its span's name, its ends, and what it says of itself."""

    span: str
    a: str
    b: str
    medium: SpanModel | Uplink
    air: Air


def air_hops(network: Network) -> Iterator[AirHop]:
    """All hops through cells, spans first, then the uplinks of nodes."""
    for span in network.spans:
        if span.air is not None:
            yield AirHop(span.name, *span.ends, span, span.air)
    attached: tuple[Dslam | Relay, ...] = (*network.dslams, *network.relays)
    for node in attached:
        if node.uplink.air is not None:
            yield AirHop(uplink_name(node.name), node.uplink.to, node.name, node.uplink, node.uplink.air)


def cells(network: Network, policy: Policy, sharings: Mapping[str, SubscriberQueues]) -> tuple[RadioCellPlan, ...]:
    """The cells through which hops go, sorted by name. sharings: of spans that several subscribers use."""
    hops = sorted(air_hops(network))
    by_cell = ((cell, [hop for hop in hops if hop.air.cell == cell.name]) for cell in network.radio_cells)
    return tuple(_cell(network, policy, sharings, cell, own) for cell, own in sorted(by_cell, key=lambda f: f[0].name)
                 if own)


def radio_links(network: Network) -> dict[str, LinkDirection]:
    """What carries packets over each hop through a cell, by the span's name; the same both ways.

    Its rate is what full frames get where one station alone sends them.
    """
    links = {}
    by_name = {cell.name: cell for cell in network.radio_cells}
    for hop in air_hops(network):
        cell = by_name[hop.air.cell]
        airtime = law(cell, _farthest(network, cell)).airtime(hop_rate(cell, hop))
        delay = Time(propagation("radio", hop.medium.length) + hop.medium.delay)
        links[hop.span] = LinkDirection(_alone(network, cell, hop), FRAME, delay,
                                        hop.medium.impairments or NO_IMPAIRMENTS, airtime=airtime)
    return links


def hop_rate(cell: RadioCell, hop: AirHop) -> Rate:
    """The rate on the air of a hop; out of reach it would be the slowest."""
    return reach(cell, hop.air, hop.medium.length).rate or RATES[cell.standard][0]


def _cell(
    network: Network, policy: Policy, sharings: Mapping[str, SubscriberQueues], cell: RadioCell, hops: Sequence[AirHop]
) -> RadioCellPlan:
    rules = law(cell, _farthest(network, cell))
    nodes = sorted({node for hop in hops for node in (hop.a, hop.b)})
    ways = []
    for hop in hops:
        rate, flight = hop_rate(cell, hop), propagation("radio", hop.medium.length)
        ways += [RadioHopDirection(station=nodes.index(node), span=hop.span, forward=forward, rate=rate,
                                   airtime=rules.airtime(rate),
                                   ack_time=rules.answer(rate, flight), frame_errors=hop.air.frame_errors)
                 for node, forward in ((hop.a, True), (hop.b, False))]
    stations = tuple(_station(network, policy, sharings, cell, node, [hop for hop in hops if node in (hop.a, hop.b)])
                     for node in nodes)
    rates = tuple(AirRate(rate, rules.airtime(rate), rules.answer(rate, HERE)) for rate in RATES[cell.standard])
    return RadioCellPlan(name=cell.name, device=short(cell.name, "s"), peer_device=short(cell.name, "t"),
                         slot=rules.slot, difs=rules.difs, cw_min=rules.cw_min, cw_max=rules.cw_max,
                         retries=cell.retries, stations=stations, hop_directions=tuple(ways), rates=rates)


def _station(
    network: Network, policy: Policy, sharings: Mapping[str, SubscriberQueues], cell: RadioCell, node: str,
    hops: Sequence[AirHop],
) -> Station:
    """A station, whose queues have the length in time of their classes if it alone sends, over its slowest hop."""
    rate = min(_alone(network, cell, hop) for hop in hops)
    queues = [sharings[hop.span] for hop in hops if hop.span in sharings]
    order = scheduler(class_order(network), policy, rate, FRAME, mark_classifiers(network), _joint(queues))
    return Station(node, _yielding(order, _sure(network, cell, hops)))


def _yielding(order: Scheduler, sure: Rate) -> Scheduler:
    """The scheduler of a station, whose rate is not known: guarantees are parts of the rate that it gets at least, so
    that all can be met, and spare capacity is shared in the same proportion. (Guarantees that cannot be met interfere:
    hfsc serves first what is furthest behind, htb what still has tokens.)"""
    bands = tuple(replace(band, guarantee=_part(band.guarantee, sure, order.rate),
                          link_share=_part(band.link_share, sure, order.rate)) for band in order.bands)
    parents = tuple(replace(parent, guarantee=_part(parent.guarantee, sure, order.rate)) for parent in order.parents)
    return replace(order, bands=bands, parents=parents)


def _part(guarantee: Rate, sure: Rate, rate: Rate) -> Rate:
    return Rate(max(LEAST, guarantee * sure // rate) if guarantee else 0)


def _sure(network: Network, cell: RadioCell, hops: Sequence[AirHop]) -> Rate:
    """What a station has of its turns if it sends the frames of calls, and all others have full ones to send, bit/s."""
    rules, every = law(cell, _farthest(network, cell)), [h for h in air_hops(network) if h.air.cell == cell.name]
    own = max(rules.exchange(hop_rate(cell, hop), SPOKEN, propagation("radio", hop.medium.length)) for hop in hops)
    other = max(rules.exchange(hop_rate(cell, hop), FULL_FRAME, propagation("radio", hop.medium.length))
                for hop in every)
    stations = len({node for hop in every for node in (hop.a, hop.b)})
    return Rate(int(SPOKEN * 8 * NS_PER_S / (own + (stations - 1) * other)))


def _joint(queues: Sequence[SubscriberQueues]) -> SubscriberQueues | None:
    """How one station tells the subscribers of all its hops apart."""
    if len(queues) < 2:
        return queues[0] if queues else None
    numbers = [hop.queues for hop in queues]
    apart = lcm(*numbers)
    return SubscriberQueues(tuple(dict.fromkeys(home for hop in queues for home in hop.prefixes)),
                            tuple(dict.fromkeys(away for hop in queues for away in hop.excluded)),
                            apart if apart <= MOST_QUEUES else max(numbers))


def _alone(network: Network, cell: RadioCell, hop: AirHop) -> Rate:
    """What full frames get of the air where one station alone sends them over this hop, bit/s."""
    rules = law(cell, _farthest(network, cell))
    exchange = rules.exchange(hop_rate(cell, hop), FULL_FRAME, propagation("radio", hop.medium.length))
    return Rate(int(FULL_FRAME * 8 * NS_PER_S / exchange))


def _farthest(network: Network, cell: RadioCell) -> Length:
    return max((hop.medium.length for hop in air_hops(network) if hop.air.cell == cell.name), default=Length(0))
