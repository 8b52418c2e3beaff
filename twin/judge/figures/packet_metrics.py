"""What samples say: delay, its variation, jitter, loss, goodput, times of transactions; definitions, no judgement.

"Jitter" names four different things; each function here says which one it is. Times are ns, rates bit/s.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate, groupby, pairwise, starmap
from operator import sub

from traffic.sample_files import LOST, Bytes, Packets, Transactions
from twin.core.units import NS_PER_S, PPM, Time

WARM_UP = Time(2 * NS_PER_S)
"""What goodput leaves out after a flow's start: TCP's slow start, which a run of a minute should not be judged by."""


def rank(probability: float, count: int) -> int:
    """The number, from 1, of the ordered sample that is the percentile: ceil(p n), with p read as a decimal."""
    part = _decimal(probability)
    return max(1, -(-part.numerator * count // part.denominator))


@cache
def _decimal(probability: float) -> Fraction:
    return Fraction(str(probability))


def percentile(values: Sequence[float], probability: float) -> float:
    """The smallest value x with F(x) >= probability, F being the empirical distribution (RFC 2330, 11.3).

    No interpolation, so the result is always one of the values. Raises ValueError without any.
    """
    if not values:
        raise ValueError("no values, so no percentile")
    return sorted(values)[rank(probability, len(values)) - 1]


def ipdv(packets: Packets) -> tuple[int | None, ...]:
    """Inter-packet delay variation: D(i) - D(i-1), signed, ns; None where either packet was lost (RFC 5481)."""
    delays = [None if r == LOST else r - s for s, r in zip(packets.sent, packets.received, strict=True)]
    steps = (None if a is None or b is None else b - a for a, b in pairwise(delays))
    return (None, *steps) if delays else ()


def pdv(delays: Sequence[int]) -> tuple[int, ...]:
    """Packet delay variation: D(i) less the smallest delay, ns, never negative (RFC 5481, 5.2)."""
    least = min(delays, default=0)
    return tuple(delay - least for delay in delays)


def jitter(packets: Packets) -> tuple[float, ...]:
    """Interarrival jitter after each arrival but the first, ns, in order of arrival (RFC 3550, 6.4.1).

    The time of sending stands for the RTP time stamp, and ns for its clock's units.
    """
    arrived = sorted(zip(packets.received, packets.sent, strict=True))
    if LOST in packets.received:
        arrived = [row for row in arrived if row[0] != LOST]
    delays = list(starmap(sub, arrived))
    steps = map(abs, map(sub, delays[1:], delays))
    return tuple(accumulate(steps, lambda before, step: before + (step - before) / 16, initial=0.0))[1:]


def lost_flags(packets: Packets) -> tuple[bool, ...]:
    """Which packets were lost, in order of sequence."""
    return tuple(map(LOST.__eq__, packets.received))


def waits(packets: Packets) -> tuple[int, ...]:
    """The delay of each packet, in order of sequence, ns; 0 where it was lost."""
    if LOST not in packets.received:
        return packets.delays
    return tuple(0 if r == LOST else r - s for s, r in zip(packets.sent, packets.received, strict=True))


def loss(flags: Sequence[bool]) -> float:
    """Lost packets out of those sent, ppm. ZeroDivisionError where none was sent."""
    return sum(flags) * PPM / len(flags)


def runs(flags: Sequence[bool]) -> tuple[int, ...]:
    """Lengths of the runs of consecutive losses."""
    return tuple(len(tuple(group)) for flag, group in groupby(flags) if flag)


def burst_ratio(flags: Sequence[bool]) -> float:
    """BurstR of G.107: mean length of the observed runs over that of random loss, 1 / (1 - Ppl); within 1 to 8."""
    loss_runs = runs(flags)
    if not loss_runs or all(flags):
        return 1.0
    return min(8.0, max(1.0, sum(loss_runs) / len(loss_runs) * (1 - sum(flags) / len(flags))))


def carried(progress: Bytes, at: int) -> int:
    """Payload bytes that had arrived by `at`."""
    index = bisect_right(progress.at, at)
    return progress.total[index - 1] if index else 0


def goodput(progress: Bytes, begin: int, end: int) -> float:
    """Payload received from `begin` to `end`, bit/s; a stall counts as time like any other.

    Raises ValueError where the window is empty.
    """
    if end <= begin:
        raise ValueError("the window of the goodput is empty")
    return (carried(progress, end) - carried(progress, begin)) * 8 * NS_PER_S / (end - begin)


def unanswered(rows: Transactions) -> tuple[bool, ...]:
    """Which transactions came to nothing, in order of asking, without one that was under way at the end."""
    flags = tuple(ended == LOST for ended in rows.ended)
    return flags[:-1] if flags and flags[-1] else flags


def times(rows: Transactions, end: int) -> tuple[int, ...]:
    """How long each transaction took, ns, in order of asking; `end` is the end of the measurement.

    One that broke off counts as having lasted the whole measurement: whoever asked never saw the answer. The one that
    was under way at the end has no time yet; it counts with its age if that makes it the slowest, else it is left out.
    """
    last = len(rows.started) - 1
    durations: list[int] = []
    for index, (started, ended) in enumerate(zip(rows.started, rows.ended, strict=True)):
        if ended != LOST:
            durations.append(ended - started)
        elif index < last:
            durations.append(end)
        elif end - started > max(durations, default=0):
            durations.append(end - started)
    return tuple(durations)
