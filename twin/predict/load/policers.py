"""What policers let pass of the streams of one line in one class: meters of policed classes, and bandwidth profiles.

Both stand at the switch of the line: after its first hop, before all others. They are token buckets: a packet passes if
the bucket holds as much as it costs. So small packets pass where large ones do not, and what passes of each stream
follows from the order of the packets; it is computed packet by packet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from twin.plan.blueprint import Blueprint, Host, Switch
from twin.plan.blueprint.layers import HEADER
from twin.predict.load.packet_streams import Stream
from twin.predict.theory.token_bucket import TokenBucket, passed

PACKETS = 20_000
"""Packets over which what passes is counted."""


@dataclass(frozen=True, slots=True)
class Policer:
    """The token buckets of a line in a class, each in bit/s and bytes, with what they count beside IP packets."""

    buckets: tuple[TokenBucket, ...]

    def rate(self, stream: Stream) -> float:
        """Packets per second of a stream that pass where no other stream shares the policer."""
        return min(bucket.rate / (8 * (stream.frame - HEADER + bucket.overhead)) for bucket in self.buckets)

    def burst(self, stream: Stream) -> float:
        """Packets of a stream that pass at once."""
        return min(bucket.depth / (stream.frame - HEADER + bucket.overhead) for bucket in self.buckets)

    def offers(self, streams: Sequence[Stream], demands: Sequence[float]) -> list[float]:
        """Packets per second of each stream that could pass, given what all of them send; TCP shares the rest."""
        constant = [k for k, stream in enumerate(streams) if not stream.greedy]
        shares = dict(zip(constant, self.passing([streams[k] for k in constant], [demands[k] for k in constant]),
                          strict=True))
        spare = max(0.0, 1 - sum(share * demands[k] / self.rate(streams[k]) for k, share in shares.items()))
        connections = sum(stream.connections for stream in streams if stream.greedy)
        return [_offer(demand, shares.get(k, 1.0), spare * self.rate(stream),
                       stream.connections / connections if stream.greedy else None)
                for k, (stream, demand) in enumerate(zip(streams, demands, strict=True))]

    def passing(self, streams: Sequence[Stream], demands: Sequence[float]) -> tuple[float, ...]:
        """The part of each stream's packets that pass; of those that are not TCP's data."""
        steady = [k for k, stream in enumerate(streams) if stream.packet_rate is not None and not stream.pauses]
        shares = dict(zip(steady, _passing(
            self.buckets, tuple(streams[k].frame - HEADER for k in steady), tuple(demands[k] for k in steady),
            tuple(streams[k].random for k in steady)), strict=True))
        return tuple(shares.get(k, 1.0) for k in range(len(streams)))


def _offer(demand: float, share: float, spare: float, part: float | None) -> float:
    """What one stream could get: TCP its part of what is spare, others what passes of them, and more if all does."""
    if part is not None:
        return spare * part
    return demand * share if share < 1 else demand + spare


@cache
def _passing(
    buckets: tuple[TokenBucket, ...], sizes: tuple[int, ...], rates: tuple[float, ...], random: tuple[bool, ...]
) -> tuple[float, ...]:
    """The part of each stream's packets that pass. sizes: IP bytes; rates: packets/s."""
    if not any(random) and all(_conforms(bucket, sizes, rates) for bucket in buckets):
        return (1.0,) * len(sizes)
    return passed(buckets, sizes, rates, random, PACKETS)


def _conforms(bucket: TokenBucket, sizes: Sequence[int], rates: Sequence[float]) -> bool:
    """Whether constant-rate streams never exceed a bucket, though a packet of each may arrive at once."""
    costs = [size + bucket.overhead for size in sizes]
    return sum(costs) <= bucket.depth and sum(8 * c * r for c, r in zip(costs, rates, strict=True)) <= bucket.rate


def policers(blueprint: Blueprint) -> dict[tuple[str, str], Policer]:
    """The policers by host and class."""
    switches = {switch.name: switch for switch in blueprint.switches}
    buckets: dict[tuple[str, str], list[TokenBucket]] = {}
    for host in blueprint.hosts:
        for service_class, bucket in _buckets(switches[host.switch], host, blueprint.classes):
            buckets.setdefault((host.name, service_class), []).append(bucket)
    return {key: Policer(tuple(several)) for key, several in buckets.items()}


def _buckets(switch: Switch, host: Host, classes: Sequence[str]) -> Iterator[tuple[str, TokenBucket]]:
    """The buckets of a host at its switch, by class: its meters, then the bandwidth profiles that drop red."""
    meters = {meter.number: meter for meter in switch.meters}
    for rule in switch.rules:
        if rule.match.in_port == host.port and rule.meter is not None and rule.queue is not None:
            meter = meters[rule.meter]
            yield classes[rule.queue], TokenBucket(float(meter.rate), float(meter.burst), HEADER)
    for marker in switch.markers:
        if marker.port == host.port and marker.drops_red:
            depth = marker.second_burst if marker.second_rate else marker.burst + marker.second_burst
            yield marker.service_class, TokenBucket(float(marker.second_rate or marker.rate), float(depth), 0)
