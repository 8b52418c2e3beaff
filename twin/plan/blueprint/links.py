"""Spans as they are built: two ends, and a link direction each way between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from twin.core.units import NS_PER_S, Length, Rate, Time
from twin.model import NO_IMPAIRMENTS, Impairments
from twin.model.wifi.airtime import Airtime
from twin.plan.blueprint.impulse_noise import ImpulseNoise
from twin.plan.blueprint.layers import HEADER, LinkLayer
from twin.plan.blueprint.qos import Scheduler


@dataclass(frozen=True, slots=True)
class LinkDirection:
    """One direction of a span: serialization at a rate, then propagation, then impairments.

    delay: propagation and equipment, ns. impairments: in addition to impulse_noise. airtime: of a frame, for a hop in a
    radio cell; `rate` is then the throughput of full frames where no other station sends. queue: packets that a modem
    holds whose subscriber shapes before it; 0 where the scheduler before it sends no faster than it.
    """

    rate: Rate
    layer: LinkLayer
    delay: Time
    impairments: Impairments = NO_IMPAIRMENTS
    impulse_noise: ImpulseNoise | None = None
    airtime: Airtime | None = None
    queue: int = 0

    @property
    def lossy(self) -> bool:
        """Whether it loses packets at all."""
        return self.impairments.loss_probability > 0 or self.impulse_noise is not None

    @property
    def plain(self) -> bool:
        """Whether every packet arrives, once, and after a delay that does not vary."""
        return not (self.lossy or self.impairments.disturbs)

    @property
    def least_delay(self) -> float:
        """Propagation, equipment, and what impairments add at the least, ns."""
        return self.delay + self.impairments.least_delay if self.impairments.delay else self.delay

    def loss_probability(self, frame: int) -> float:
        """Probability, 0 to 1, that a frame of so many bytes is lost."""
        hit = self.impulse_noise.loss_probability(self.serialization(frame)) if self.impulse_noise else 0.0
        given = self.impairments
        return hit + (1 - hit) * given.loss_probability if given.loss or given.loss_bursts else hit

    def serialization(self, frame: int) -> float:
        """Serialization time of an Ethernet frame of `frame` bytes without FCS, ns."""
        return self.airtime.of(frame) if self.airtime else self.layer.cost(frame) * 8 * NS_PER_S / self.rate


@dataclass(frozen=True, slots=True)
class End:
    """One end of a span: the node's interface, its peer in the medium, and the scheduler before the span, if any.

    node: a switch's or a host's name. device: the interface in the node's namespace. medium_device: the other end of
    its veth pair, in the namespace of the spans.
    """

    node: str
    device: str
    medium_device: str
    scheduler: Scheduler | None


@dataclass(frozen=True, slots=True)
class SharedMedium:
    """The medium of a half-duplex radio hop of given capacity: both ends send through this pair of interfaces and its
    scheduler."""

    device: str
    peer_device: str
    scheduler: Scheduler


class Server(NamedTuple):
    """Serves packets at a rate, which holds at a layer."""

    rate: Rate
    layer: LinkLayer


@dataclass(frozen=True, slots=True)
class SpanPlan:
    """A span as it is built: two ends, a direction each way (forward: from `a` to `b`), and for radio hops the
    medium that both share, or the name of their radio cell."""

    name: str
    kind: str
    length: Length
    a: End
    b: End
    forward: LinkDirection
    reverse: LinkDirection
    shared: SharedMedium | None = None
    cell: str | None = None

    def carrier(self, forward: bool) -> LinkDirection:
        """What carries packets that way."""
        return self.forward if forward else self.reverse

    def scheduler(self, forward: bool) -> Scheduler | None:
        """What schedules packets that way, if anything does."""
        return self.shared.scheduler if self.shared else (self.a if forward else self.b).scheduler

    def servers(self, forward: bool) -> tuple[Server, ...]:
        """What serves packets that way: the medium, and the shaper before it if it has another rate or layer."""
        link, order = self.carrier(forward), self.scheduler(forward)
        own = Server(link.rate, link.layer)
        before = own if order is None else Server(order.rate, order.layer)
        return (own,) if before == own else (before, own)

    def carried(self, forward: bool) -> float:
        """What one direction carries for sure, bit/s at its own layer: a shaper before it may let less through."""
        return min(self.carrier(forward).rate, self._shaped(forward)[0])

    def most_sent(self, forward: bool) -> float:
        """What the shaper before one direction sends at the most, bit/s at the layer of the direction."""
        return self._shaped(forward)[1]

    def _shaped(self, forward: bool) -> tuple[float, float]:
        """The least and the most that the shaper sends, as packets are."""
        link, order = self.carrier(forward), self.scheduler(forward)
        if order is None:
            return link.rate, link.rate
        least, most = cost_ratios(link.layer, order.layer)
        return order.rate * least, order.rate * most


SMALLEST = HEADER + 28
"""Bytes of the smallest frame that is sent: of UDP without payload."""


@cache
def cost_ratios(layer: LinkLayer, counted: LinkLayer) -> tuple[float, float]:
    """The least and the most, over all frames, of what a frame takes of a layer for a byte of what it counts elsewhere.
    """
    if layer == counted:
        return 1.0, 1.0
    ratios = [layer.cost(frame) / counted.cost(frame) for frame in range(SMALLEST, layer.max_frame + 1)]
    return min(ratios), max(ratios)
