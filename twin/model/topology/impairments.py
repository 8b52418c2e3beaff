"""Impairments of a span or line: loss, delay, jitter, reordering and duplication, and what follows from them. Pure.

Quantities are those of tc-netem(8). Jitter keeps the order of packets: one that comes early waits for the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import PPM, Ratio, Time
from twin.model.topology.jitter_distributions import ENTRIES, Distribution, quantiles
from twin.model.yaml_field_metadata import yaml_key

LONGEST = Time(10_000_000_000)


@dataclass(frozen=True, slots=True)
class LossBursts:
    """Losses in bursts: the Gilbert-Elliott model, whose state is good or bad and may change at each packet (Elliott
    1963; Gilbert 1960 where everything is lost in the bad state and nothing in the good one)."""

    begin: Ratio = yaml_key("Probability, at each packet of the good state, that the bad state begins; `p` of netem.",
                            least=1, most=1_000_000, example="0.2 %")
    end: Ratio = yaml_key("Probability, at each packet of the bad state, that it ends; `r` of netem. Its inverse is "
                          "the mean length of the bad state in packets.", least=1, most=1_000_000, example="25 %")
    loss: Ratio = yaml_key("Loss in the bad state; `1-h` of netem.", default=Ratio(PPM), most=1_000_000,
                           example="80 %")

    @property
    def bad(self) -> float:
        """The part of all packets that finds the bad state, 0 to 1."""
        return self.begin / (self.begin + self.end)


@dataclass(frozen=True, slots=True)
class Impairments:
    """What a span or line does to packets beside carrying them, in each direction."""

    loss: Ratio = yaml_key("Random loss: each packet, whatever became of the one before.", default=Ratio(0),
                           most=999_999, example="0.1 %")
    loss_bursts: LossBursts | None = yaml_key("Loss in bursts, beside random loss.", default=None,
                                              example="{begin: 0.2 %, end: 25 %}")
    delay: Time = yaml_key("Delay in addition to propagation and equipment: its mean, if there is jitter.",
                           default=Time(0), most=LONGEST, example="20 ms")
    jitter: Time = yaml_key("Standard deviation of the delay; of a uniform one, half its range. Packets keep their "
                            "order.", default=Time(0), most=1_000_000_000, example="5 ms")
    distribution: Distribution = yaml_key("Distribution of the delay.", default=Distribution.UNIFORM, example="normal")
    reorder: Ratio = yaml_key("Part of the packets that skip `delay` and `jitter`, and overtake those that do not.",
                              default=Ratio(0), most=999_999, example="1 %")
    duplicate: Ratio = yaml_key("Part of the packets that arrive twice.", default=Ratio(0), most=999_999,
                                example="0.1 %")

    @property
    def delays(self) -> bool:
        """Whether packets arrive later."""
        return bool(self.delay or self.jitter or self.reorder)

    @property
    def varies(self) -> bool:
        """Whether it delays one packet longer than another."""
        return bool(self.jitter or self.reorder)

    @property
    def disturbs(self) -> bool:
        """Whether chance decides more than which packets are lost: when they arrive, in which order, or how often."""
        return bool(self.jitter or self.reorder or self.duplicate)

    @property
    def loss_probability(self) -> float:
        """Probability, 0 to 1, that a packet is lost."""
        in_burst = self.loss_bursts.bad * self.loss_bursts.loss / PPM if self.loss_bursts else 0.0
        return in_burst + (1 - in_burst) * self.loss / PPM

    @property
    def least_delay(self) -> float:
        """The least delay of a packet, ns."""
        return self.delay_quantile(0.0)

    @property
    def delay_range(self) -> float:
        """By how much the longest delay exceeds the least, ns."""
        return self.delay_quantile(1.0) - self.least_delay

    @property
    def mean_delay(self) -> float:
        """The mean delay of a packet that none before it holds up, ns."""
        return self.delay * (1 - self.reorder / PPM)

    @property
    def held_delay(self) -> float:
        """The mean delay, ns, of a packet before which others are always as late as any can be."""
        return self.delay_quantile(1.0) * (1 - self.reorder / PPM) if self.jitter else self.mean_delay

    @property
    def jitter_range(self) -> float:
        """How much later than another a packet is at the most that is not reordered, ns."""
        values = quantiles(self.distribution)
        return self.jitter * (values[-1] - values[0])

    def delay_quantile(self, share: float) -> float:
        """The delay, ns, that this share of the packets does not exceed, if none holds up another."""
        early = self.reorder / PPM
        if early and share <= early:
            return 0.0
        place = min(ENTRIES - 1, int((share - early) / (1 - early) * ENTRIES))
        return max(0.0, self.delay + self.jitter * quantiles(self.distribution)[place])

    @property
    def shortest_delay(self) -> float:
        """The least mean delay with which no packet of this jitter would arrive before it was sent, ns."""
        return -self.jitter * quantiles(self.distribution)[0]


NO_IMPAIRMENTS = Impairments()
