"""Rows of a sizing: a direction of a span or the air of a radio cell, with nothing or one span cut, and what of each
stream of demand crosses it.

Capacities and loads are in bit/s of TCP payload in full packets, so that calls, channels and transfers can be added:
a call takes so many of them as its packets take of the rate of a span or of the airtime of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from twin.core.units import Size, Time
from twin.model import (
    CallUse,
    CommittedUse,
    Direction,
    Network,
    SwarmUse,
    TelevisionUse,
    TransferUse,
)
from twin.model.traffic_profiles import STREAM_PACKET, TS_PAYLOAD, interval, speech_packet
from twin.plan.blueprint import Blueprint
from twin.plan.demand.call_admission import share_of
from twin.plan.demand.shared_capacities import Resource, SharedCapacities
from twin.plan.forwarding.loop_check import single_failures
from twin.plan.forwarding.paths import Hop, paths_to_hosts
from twin.predict.theory.goodput import ACK_PACKET, IP_PACKET, SEGMENTS_PER_ACK, TCP_PAYLOAD
from twin.territory.sizing.population.groups import GroupUse, Stream

SAMPLE = Time(TCP_PAYLOAD * 8 * 1000)
"""ns between full packets at 1 Mbit/s of payload."""
MEGABIT = 1e6
ACKNOWLEDGED = 0.5
"""The acknowledgements of a transfer take less of a link than this part of what it takes itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """A resource while `cut` is cut (None: nothing is). capacity: bit/s of payload. call_budget: what calls may take of
    it; call_growth: what part of more capacity they may take. weights: bit/s of payload that each stream takes here, of
    a call, a channel, or 1 bit/s."""

    resource: Resource
    cut: str | None
    capacity: float
    call_budget: float
    call_growth: float
    weights: Mapping[Stream, float]


class _Crossed:
    """What streams take of the resources on their ways."""

    def __init__(self, network: Network, blueprint: Blueprint) -> None:
        self._shared = SharedCapacities(blueprint)
        self._classes = {each.name: each for each in network.classes}
        services = {service.name: self._classes[service.service_class] for service in network.services}
        self._call_classes = tuple({services[use.service].name: services[use.service] for use in network.demand.uses
                                    if isinstance(use.settings, CallUse)}.values())
        self._units: dict[Resource, float] = {}

    def weights(self, member: GroupUse, path: tuple[Hop, ...]) -> Iterator[tuple[Resource, float]]:
        """bit/s of payload on each resource. path: from the node to the head-end."""
        down = [Hop(hop.span, not hop.forward) for hop in path]
        match member.use.settings:
            case CallUse(codec=codec):
                for hop in (*path, *down):
                    yield self._taken(hop, speech_packet(codec), codec.interval)
            case TelevisionUse(rate=rate):
                for hop in down:
                    yield self._taken(hop, STREAM_PACKET, interval(rate, TS_PAYLOAD))
            case TransferUse(direction=Direction.DOWN):
                yield from self._transfers(down, path)
            case TransferUse():
                yield from self._transfers(path, down)
            case SwarmUse() | CommittedUse():
                yield from self._transfers(down, path)
                yield from self._transfers(path, down)

    def capacity(self, resource: Resource) -> float:
        """bit/s of payload that it carries."""
        return self._shared.whole(resource)[0] / self._units[resource]

    def call_budget(self, resource: Resource) -> float:
        """What calls may take of it, likewise, by the guarantees and weights of the classes."""
        whole, each = self._shared.whole(resource)
        classes = tuple(self._classes.values())
        budget = sum(share_of(own, classes, whole, each) for own in self._call_classes)
        return max(0.0, budget) / self._units[resource]

    @property
    def call_growth(self) -> float:
        """What part of more capacity calls may take: all of it in a strict class, nothing beyond a guarantee."""
        weights = sum(each.weight for each in self._classes.values() if not each.strict)
        return min(1.0, sum(1.0 if own.strict else 0.0 if own.guarantee else own.weight / weights
                            for own in self._call_classes))

    def _transfers(self, ahead: Iterable[Hop], back: Iterable[Hop]) -> Iterator[tuple[Resource, float]]:
        """1 bit/s of payload one way, and its acknowledgements the other way."""
        for hop in ahead:
            resource, taken = self._taken(hop, Size(IP_PACKET), SAMPLE)
            yield resource, taken / MEGABIT
        for hop in back:
            resource, taken = self._taken(hop, Size(ACK_PACKET), Time(SEGMENTS_PER_ACK * SAMPLE))
            yield resource, taken / MEGABIT

    def _taken(self, hop: Hop, packet: Size, pause: Time) -> tuple[Resource, float]:
        """bit/s of payload that a packet every `pause` ns takes of a resource; of a cell, of its first hop's unit."""
        resource, cost = self._shared.packets(hop, packet, pause)
        if resource not in self._units:
            self._units[resource] = self._shared.packets(hop, Size(IP_PACKET), SAMPLE)[1] / MEGABIT
        return resource, cost / self._units[resource]


def rows(network: Network, blueprint: Blueprint, members: Iterable[GroupUse]) -> tuple[Row, ...]:
    """All resources that are used, whole, and for each single cut those on which it changes something."""
    crossed = _Crossed(network, blueprint)
    streams = {Stream(member.group.node, member.use.name): member for member in members}
    whole = _weights(blueprint, crossed, streams, frozenset())
    every = [_row(crossed, resource, None, weights) for resource, weights in whole.items()]
    for cut in cuts(blueprint):
        every += [_row(crossed, resource, cut, weights)
                  for resource, weights in _weights(blueprint, crossed, streams, frozenset({cut})).items()
                  if weights != whole.get(resource)]
    return tuple(every)


def carries(row: Row, stream: Stream) -> bool:
    """Whether a stream itself crosses a row, and not its acknowledgements alone."""
    return row.weights.get(stream, 0.0) > ACKNOWLEDGED


def cuts(blueprint: Blueprint) -> tuple[str, ...]:
    """The spans that can be cut one at a time with a way round them."""
    return tuple(span for broken in single_failures(blueprint) if not broken.nodes for span in sorted(broken.spans))


def _weights(blueprint: Blueprint, crossed: _Crossed, members: Mapping[Stream, GroupUse], failed: frozenset[str]
             ) -> dict[Resource, dict[Stream, float]]:
    paths = paths_to_hosts(blueprint, [(stream.node, member.head_end) for stream, member in members.items()], failed)
    weights: dict[Resource, dict[Stream, float]] = {}
    for stream, member in members.items():
        for resource, weight in crossed.weights(member, paths[stream.node, member.head_end]):
            own = weights.setdefault(resource, {})
            own[stream] = own.get(stream, 0.0) + weight
    return weights


def _row(crossed: _Crossed, resource: Resource, cut: str | None, weights: Mapping[Stream, float]) -> Row:
    return Row(resource, cut, crossed.capacity(resource), crossed.call_budget(resource), crossed.call_growth, weights)
