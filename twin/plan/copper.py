"""What length, interleaving and impulse noise do to a DSL line and its packets. Pure.

A line on the fast path loses what noise strikes. Interleaving spreads each code word over time, so that the code can
mend a burst, and every packet waits for that. The Reed-Solomon code of ITU-T G.992.1 mends 8 bytes of a word; depth D
lays D words beside each other, so that a burst of 8 D bytes is mended whole. A longer one is lost whole.

Noise is written in time and lost in packets: netem's chain of two states (Gilbert 1960, Elliott 1963) steps once for
each packet, whatever its size and whenever it comes. The chain is set for a line that is full of large packets. There,
bursts come as often and last as long as written. On a line with less traffic they come less often and last longer, but
of all packets the same part is lost, of small ones too, of which real noise would take fewer. TCP beside a call takes
back its share while a burst lasts, and leaves more of it to the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import exp

from twin.model import Network, Noise
from twin.model.reach import as_laid, trained
from twin.plan.blueprint import Bursts, Layer
from twin.units import NS_PER_S, Rate, Time, show_length, show_rate

SHALLOW, DEEP = 8, 64
"""Depths of interleaving whose cost is known."""
SHALLOW_DELAY, DEEP_DELAY = Time(2_500_000), Time(12_500_000)
"""One-way: half of the 5 ms and 25 ms that operators' lines showed in round-trip time; between them a straight line."""
MENDED = 8
"""Bytes of a code word that its 16 check bytes can mend, which is the most that ITU-T G.992.1 allows."""
MINUTE = 60 * NS_PER_S


def interleaving_delay(depth: int) -> Time:
    """What interleaving of that depth adds to every packet, one way, ns."""
    if depth <= SHALLOW:
        return Time(SHALLOW_DELAY * depth // SHALLOW)
    return Time(SHALLOW_DELAY + (DEEP_DELAY - SHALLOW_DELAY) * (depth - SHALLOW) // (DEEP - SHALLOW))


def left(noise: Noise, depth: int, rate: Rate) -> Noise:
    """The noise that interleaving of that depth leaves of it on a line of that rate.

    Lengths of bursts are taken as exponential: those that are too long to mend last as much longer as can be mended.
    """
    mended = MENDED * depth * 8 * NS_PER_S / rate
    return replace(noise, bursts=noise.bursts * exp(-mended / noise.length), length=Time(noise.length + round(mended)))


def struck(noise: Noise, rate: Rate, layer: Layer) -> tuple[float, float]:
    """Of a full line, in packets: how many a burst strikes, and how many there are from one burst to the next.

    A burst strikes all packets that it touches: those it lasts for, and one more for its two ends. Raises
    ZeroDivisionError without bursts.
    """
    packet = layer.full * 8 * NS_PER_S / rate
    return noise.length / packet + 1, MINUTE / noise.bursts / packet


def bursts(noise: Noise | None, depth: int, rate: Rate, layer: Layer) -> Bursts | None:
    """The chain of that noise on a line of that rate and depth of interleaving; None where nothing is lost to it.

    Where bursts leave no packet between them, one packet comes through between two.
    """
    remains = left(noise, depth, rate) if noise else None
    if remains is None or not remains.bursts:
        return None
    hit, cycle = struck(remains, rate, layer)
    chain = Bursts.of(begin=1 / max(1.0, cycle - hit), end=1 / hit)
    return chain if chain.begin else None


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
