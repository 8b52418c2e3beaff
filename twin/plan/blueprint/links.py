"""Spans as they are built: two ends, and what carries packets each way between them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from twin.core.units import NS_PER_S, PPM, Length, Rate, Ratio, Time
from twin.model.wifi.airtime import Airtime
from twin.plan.blueprint.layers import LinkLayer
from twin.plan.blueprint.qos import Scheduler


@dataclass(frozen=True, slots=True)
class ImpulseNoise:
    """Bursts of noise on a medium, ns: one in each `period`, of a `mean` length; those up to `mended` do no harm."""

    period: Time
    mean: Time
    corrected: Time

    def loss_probability(self, passing: float) -> float:
        """The chance, 0 to 1, that a packet which is under way for `passing` ns meets a burst that is not mended.

        Lengths are exponential: those beyond what is mended are longer by their mean again.
        """
        return min(1.0, exp(-self.corrected / self.mean) * (self.corrected + self.mean + passing) / self.period)


@dataclass(frozen=True, slots=True)
class LinkDirection:
    """What carries packets one way over a span: serialization at a rate, then propagation, with loss.

    loss: at random; strikes: beside it, by bursts of noise. airtime: where the air of a radio cell carries them:
    what a frame takes of it; `rate` is then what full frames get where nobody else sends.
    """

    rate: Rate
    layer: LinkLayer
    delay: Time
    loss: Ratio = Ratio(0)
    impulse_noise: ImpulseNoise | None = None
    airtime: Airtime | None = None

    @property
    def lossy(self) -> bool:
        """Whether it loses packets at all."""
        return bool(self.loss) or self.impulse_noise is not None

    def loss_probability(self, frame: int) -> float:
        """The part of packets in frames of so many bytes that is lost on the way, 0 to 1."""
        struck = self.impulse_noise.loss_probability(self.layer.cost(frame) * 8 * NS_PER_S
                                                     / self.rate) if self.impulse_noise else 0.0
        return struck + (1 - struck) * self.loss / PPM

    def serialization(self, frame: int) -> float:
        """The time from the first to the last bit of an Ethernet frame of `frame` bytes without FCS, ns."""
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
    """The one medium of a half-duplex radio hop of given capacity: both ends send through this pair of devices and
    its scheduler."""

    device: str
    peer_device: str
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class SpanPlan:
    """A span as it is built: two ends, a carrier each way (`a` to `b`: forth), and what they share, if radio: a medium
    of their own, or a cell by its name."""

    name: str
    kind: str
    length: Length
    a: End
    b: End
    forward: LinkDirection
    reverse: LinkDirection
    shared: SharedMedium | None = None
    cell: str | None = None
