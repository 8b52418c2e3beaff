"""DSL lines: the effects of length, interleaving and impulse noise. Pure.

A line on the fast path loses the packets that noise hits. Interleaving spreads each code word over time, so that
the code can correct a burst, at the cost of delay for every packet. The Reed-Solomon code of ITU-T G.992.1 corrects 8
bytes of a word; depth D interleaves D words, so that a burst of 8 D bytes is corrected. A longer one is lost.

A packet is lost when any part of it is on the line while a burst lasts, so that long packets are lost more often.
"""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import NS_PER_S, Rate, Time, show_length, show_rate
from twin.model import Network, Noise, Technology
from twin.model.access.dsl_reach import Rates, as_laid, reach, trained
from twin.plan.blueprint import ImpulseNoise

SHALLOW, DEEP = 8, 64
"""Depths of interleaving whose cost is known."""
SHALLOW_DELAY, DEEP_DELAY = Time(2_500_000), Time(12_500_000)
"""One-way: half of the 5 ms and 25 ms that operators' lines showed in round-trip time; between them a straight line."""
CORRECTED_BYTES = 8
"""Bytes of a code word that its 16 check bytes can correct, which is the most that ITU-T G.992.1 allows."""
MINUTE = 60 * NS_PER_S


def interleaving_delay(depth: int) -> Time:
    """What interleaving of that depth adds to every packet, one way, ns."""
    if depth <= SHALLOW:
        return Time(SHALLOW_DELAY * depth // SHALLOW)
    return Time(SHALLOW_DELAY + (DEEP_DELAY - SHALLOW_DELAY) * (depth - SHALLOW) // (DEEP - SHALLOW))


def impulse_noise(noise: Noise | None, depth: int, rate: Rate) -> ImpulseNoise | None:
    """The bursts of that noise on a line of that rate and depth of interleaving; None where there are none."""
    if noise is None or not noise.bursts:
        return None
    return ImpulseNoise(Time(round(MINUTE / noise.bursts)), noise.length,
                        Time(CORRECTED_BYTES * depth * 8 * NS_PER_S // rate))


def shortfalls(network: Network) -> Iterator[str]:
    """The groups of lines that train at less than their profile, in sentences with the numbers."""
    sold = {profile.name: profile for profile in network.profiles}
    for group in network.lines:
        laid = as_laid(sold[group.profile], group)
        down, up = trained(laid)
        if (down, up) != (laid.down, laid.up):
            yield (f"lines.{group.name}: {show_length(laid.length)} of {laid.conductor.value} copper trains at "
                   f"{show_rate(down)} down and {show_rate(up)} up; {group.profile} is sold at {show_rate(laid.down)} "
                   f"and {show_rate(laid.up)}")


def profile_reaches(network: Network) -> Iterator[str]:
    """How far the rates of each DSL profile reach, and how long the longest line sold with it is, in sentences."""
    for sold in network.profiles:
        laid = [as_laid(sold, group) for group in network.lines if group.profile == sold.name]
        if sold.technology is Technology.DSL and laid:
            conductors = sorted({line.conductor for line in laid})
            reached = {kind: reach(Rates(sold.down, sold.up), kind) for kind in conductors}
            ends = [f"{show_length(end)} of {kind.value}" if end is not None else f"no {kind.value}"
                    for kind, end in reached.items()]
            longest = show_length(max(line.length for line in laid))
            yield f"{sold.name} reaches {' and '.join(ends)} copper; its longest line is {longest}"
