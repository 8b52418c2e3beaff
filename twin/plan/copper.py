"""What interleaving and impulse noise do to the packets of a DSL line. Pure.

A line on the fast path loses what noise strikes. Interleaving spreads each code word over time, so that the code can
mend a burst, and every packet waits for that. How long the bursts are that it can mend depends on the modem; here it
mends all of them.

Noise is written in time and lost in packets: netem's chain of two states (Gilbert 1960, Elliott 1963) steps once for
each packet, whatever its size and whenever it comes. The chain is set for a line that is full of large packets. There,
bursts come as often and last as long as written. On a line with less traffic they come less often and last longer, but
of all packets the same part is lost: the ratio is what can be relied on.
"""

from __future__ import annotations

from twin.model import Noise
from twin.plan.blueprint import Bursts, Layer
from twin.units import NS_PER_S, Rate, Time

SHALLOW, DEEP = 8, 64
"""Depths of interleaving whose cost is known."""
SHALLOW_DELAY, DEEP_DELAY = Time(2_500_000), Time(12_500_000)
"""One-way: half of the 5 ms and 25 ms that operators' lines showed in round-trip time; between them a straight line."""
MINUTE = 60 * NS_PER_S


def interleaving_delay(depth: int) -> Time:
    """What interleaving of that depth adds to every packet, one way, ns."""
    if depth <= SHALLOW:
        return Time(SHALLOW_DELAY * depth // SHALLOW)
    return Time(SHALLOW_DELAY + (DEEP_DELAY - SHALLOW_DELAY) * (depth - SHALLOW) // (DEEP - SHALLOW))


def struck(noise: Noise, rate: Rate, layer: Layer) -> tuple[float, float]:
    """Of a full line, in packets: how many a burst strikes, and how many there are from one burst to the next.

    A burst strikes all packets that it touches: those it lasts for, and one more for its two ends. Raises
    ZeroDivisionError without bursts.
    """
    packet = layer.full * 8 * NS_PER_S / rate
    return noise.length / packet + 1, MINUTE / noise.bursts / packet


def bursts(noise: Noise | None, rate: Rate, layer: Layer) -> Bursts | None:
    """The chain of that noise on a line of that rate; None where there is no noise.

    Where bursts leave no packet between them, one packet comes through between two.
    """
    if noise is None or not noise.bursts:
        return None
    hit, cycle = struck(noise, rate, layer)
    return Bursts.of(begin=1 / max(1.0, cycle - hit), end=1 / hit)
