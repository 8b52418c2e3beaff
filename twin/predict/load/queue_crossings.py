"""Every queue of a blueprint, with the streams of packets that cross it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from twin.core.progress import counted
from twin.model import Impairments
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import Hop
from twin.predict.load.packet_streams import Point, Stream, air_point, streams_of
from twin.predict.load.policers import Policer, policers
from twin.predict.load.queues import Passage, Queue, air_queue, span_queue
from twin.predict.theory.network_calculus import CHANCE

OTHERS = -1
"""The band of what other stations of a radio cell send first."""
Beside = Mapping[tuple[Point, int], tuple[tuple[Point, int, float], ...]]
"""Of a stream at a station of a radio cell: the other queues whose frames it delays, of that station and of others, the
band that it is there, and by how many ns."""


@dataclass(frozen=True, slots=True)
class Crossings:
    """The streams (those of flows first, in the blueprint's order), the queues, and the streams of each (indices)."""

    streams: tuple[Stream, ...]
    queues: Mapping[Point, Queue]
    at: Mapping[Point, tuple[int, ...]]
    passages: Mapping[Point, Mapping[int, Passage]]
    """What each queue is to every stream that crosses it, by the stream's index."""
    policers: Mapping[Point, Policer] = field(default_factory=dict)
    policed: Mapping[Point, tuple[int, ...]] = field(default_factory=dict)
    """The streams of each policer."""
    beside: Beside = field(default_factory=dict)
    chance: float = CHANCE
    """Of more random arrivals than bounds allow."""
    impaired: Mapping[Hop, Impairments] = field(default_factory=dict)
    """Link directions with jitter, reordering or duplication."""

    @property
    def copied(self) -> frozenset[Point]:
        """The queues at which some packets arrive twice."""
        return self.behind({hop for hop, given in self.impaired.items() if given.duplicate})

    def behind(self, hops: Collection[Hop]) -> frozenset[Point]:
        """The queues at which streams arrive that have crossed one of the hops."""
        points = set()
        for stream in self.streams if hops else ():
            crossed = False
            for point, hop in zip(stream.points, stream.hops, strict=False):
                points |= {point} if crossed else set()
                crossed |= hop in hops
        return frozenset(points)

    def policer_of(self, stream: Stream) -> Point | None:
        """The policer of a stream, if it has one: after the first of its queues."""
        point = policer_point(stream)
        return point if point in self.policers else None


def policer_point(stream: Stream) -> Point:
    """Where a policer of the stream would be; no span has such a name."""
    return Point(f"{stream.source} {stream.service_class}", None)


def crossings(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Crossings:
    """All streams of a blueprint and the queues in which they meet; a flow without a path crosses none."""
    streams = streams_of(blueprint, paths)
    at: dict[Point, list[int]] = {}
    for index, stream in enumerate(streams):
        for point in dict.fromkeys(stream.points):
            at.setdefault(point, []).append(index)
    spans = {span.name: span for span in blueprint.spans}
    air = {air_point(cell.name): air_queue(cell, [streams[index] for index in at.get(air_point(cell.name), ())])
           for cell in blueprint.cells}
    addresses = {host.name: IPv4Address(host.address) for host in blueprint.hosts}
    queues = {point: air[point] if point in air else span_queue(spans[point.span], point.forward, addresses)
              for point in at}
    police = {Point(f"{host} {name}", None): policer for (host, name), policer in policers(blueprint).items()}
    policed: dict[Point, list[int]] = {}
    for index, stream in enumerate(streams):
        if stream.points and policer_point(stream) in police:
            policed.setdefault(policer_point(stream), []).append(index)
    passages = {point: {index: queues[point].passage(streams[index]) for index in indices}
                for point, indices in counted("find the queues of flows", tuple(at.items()))}
    return Crossings(streams, queues, {point: each_once(streams, indices) for point, indices in at.items()}, passages,
                     police, {point: tuple(indices) for point, indices in policed.items()},
                     impaired=_impaired(blueprint))


def _impaired(blueprint: Blueprint) -> dict[Hop, Impairments]:
    return {Hop(span.name, forward): medium.impairments for span in blueprint.spans
            for forward, medium in ((True, span.forward), (False, span.reverse)) if medium.impairments.disturbs}


def each_once(streams: Sequence[Stream], indices: Sequence[int]) -> tuple[int, ...]:
    """The streams that load a queue: of those with IPTV channels no more than there are channels, each sent once."""
    watching = [index for index in indices if streams[index].channels]
    surplus = set(watching[len(frozenset[str]().union(*(streams[index].channels for index in watching))):])
    return tuple(index for index in indices if index not in surplus)
