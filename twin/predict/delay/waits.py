"""A wait before one span; a value only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from twin.predict.delay.strict_tails import StrictTail
from twin.predict.radio.station_pace import OFTEN


@dataclass(frozen=True, slots=True)
class Wait:
    """Waiting before one span, ns: mean between light and heavy, and longest; None where no closed form is honest.

    lossless: whether it is certain that the queue never overflows. usual: what the 99.9th percentile does not exceed;
    None: the longest. often: what 99 % of the packets do not exceed. lost: the most of the packets that are lost there,
    0 to 1, of the air but for those that find no room, fewer than one in ten thousand; None: not known. contended:
    whether it is for the air, where heavy bounds the mean. least_lost: the least that are lost, 0 to 1; simulated:
    whether these figures are those of a simulation. mean_variance: of the mean of a run, times its seconds, ns² s.
    tail: of the air, the chance of longer waits, where it is known for all. overflow: the chance that a packet finds no
    room, beside `lost`. arp: what a packet that meets ARP waits for it at the most, beside all that.
    """

    light: float | None
    heavy: float | None
    bound: float | None
    lossless: bool = False
    usual: float | None = None
    often: float | None = None
    lost: float | None = None
    contended: bool = False
    least_lost: float = 0.0
    simulated: bool = False
    mean_variance: float = 0.0
    tail: StrictTail | None = None
    overflow: float = 0.0
    arp: float = 0.0

    @property
    def mean(self) -> float | None:
        """The middle between light and heavy; None of the air, where heavy is no estimate."""
        return None if self.contended or self.light is None or self.heavy is None else (self.light + self.heavy) / 2

    @property
    def mean_bound(self) -> float | None:
        """What the mean does not exceed."""
        return self.heavy if self.contended else self.bound

    @property
    def longest(self) -> float | None:
        """The longest wait, ARP included."""
        return None if self.bound is None else self.bound + self.arp

    @property
    def percentile_bound(self) -> float | None:
        """What the 99.9th percentile does not exceed."""
        return self.bound if self.usual is None else self.usual

    @property
    def often_bound(self) -> float | None:
        """What 99 % of the packets do not exceed."""
        return self.often if self.contended else self.percentile_bound

    @property
    def seldom_lost(self) -> bool:
        """Whether it loses nothing, or but now and then a few packets."""
        return self.lossless or (self.loss_bound is not None and max(self.loss_bound, self.overflow) <= OFTEN)

    @property
    def loss_bound(self) -> float | None:
        """The most of the packets that are lost there, 0 to 1, but for those that seldom overflow."""
        return 0.0 if self.lossless and not self.contended else self.lost

    def then(self, other: Wait) -> Wait:
        """The wait here and then in another queue, neither of them of the air."""
        light, heavy, bound, lost = (
            None if first is None or second is None else first + second for first, second in (
                (self.light, other.light), (self.heavy, other.heavy), (self.bound, other.bound),
                (self.loss_bound, other.loss_bound)))
        return Wait(light, heavy, bound, self.lossless and other.lossless, lost=lost,
                    mean_variance=self.mean_variance + other.mean_variance,
                    overflow=self.overflow + other.overflow, arp=self.arp + other.arp)

    def after(self, more: float) -> Wait:
        """The same with so much more on average, for which nothing bounds the longest; ns."""
        if not more:
            return self
        light, heavy = (None if wait is None else wait + more for wait in (self.light, self.heavy))
        return Wait(light, heavy, None, False, mean_variance=self.mean_variance)

    def impaired(self, mean: float, most: float, held: float) -> Wait:
        """The same with what impairments delay beyond their least: on average, at the most, and on average where
        packets may hold up one another; ns."""
        light, heavy, bound, usual, often = (
            None if wait is None else wait + more for wait, more in (
                (self.light, mean), (self.heavy, held), (self.bound, most), (self.usual, most), (self.often, most)))
        return replace(self, light=light, heavy=heavy, bound=bound, usual=usual, often=often, tail=None)
