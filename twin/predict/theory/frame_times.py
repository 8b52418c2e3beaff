"""How long a frame takes on contended air as a distribution, rounded up to steps, and how long several take together.

The same as `contended_service`, but not by an exponent: saturated stations send between the slots of its backoff, and
each attempt that fails has a longer one. What does not end on the grid counts as endless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from math import ceil
from struct import Struct

from twin.core.units import NS_PER_MS
from twin.predict.theory.contended_service import Contention
from twin.predict.theory.dcf_contention import Windows

STEP, STEPS = NS_PER_MS // 4, 320
"""Of the grid: ns, and how many."""
ONE, DIGITS = 1 << 28, Struct(f"<{STEPS}Q")
"""A chance is so many parts of ONE while it is multiplied; sums of products then fit into 64 bits."""
KEPT = 256
"""Numbers that are kept: most are multiplied several times."""
RARE = 1e-4
"""Further attempts that are no more likely count as endless."""
FEW = 1e-7
"""Numbers of frames that are no more likely are left out, and count as endless."""

Times = tuple[float, ...]
"""The chance that something takes k steps, for each k; what is missing to 1 takes longer than all of them."""


@cache
def frame_times(air: Contention, exchange: float, damaged: float) -> Times:
    """Of a frame with its backoffs and attempts. exchange: ns of DIFS, frame and acknowledgement; damaged: the chance
    that it is."""
    failed, reached = air.failed(damaged), 1.0
    before: Times = (1.0, *[0.0] * (STEPS - 1))
    total = [0.0] * STEPS
    for stage in air.windows.stages:
        for k, chance in enumerate(both(before, _attempt(air, stage, exchange))):
            total[k] += chance * (1 - failed) * reached
        reached *= failed
        if reached < RARE:
            break
        before = both(before, _attempt(air, stage, max(exchange, air.longest)))
    return tuple(total)


def both(first: Times, second: Times) -> Times:
    """Of one after the other, each independent of the other: the product of two polynomials, as that of two numbers
    whose digits are the coefficients (Kronecker)."""
    product = (_digits(first) * _digits(second)).to_bytes(2 * DIGITS.size, "little")
    return tuple(digit / (ONE * ONE) for digit in DIGITS.unpack_from(product))


@lru_cache(maxsize=KEPT)
def _digits(times: Times) -> int:
    return int.from_bytes(DIGITS.pack(*(int(chance * ONE) for chance in times)), "little")


def sooner(times: Times, steps: int) -> Times:
    """Of the same, so many steps sooner, but no sooner than at once."""
    return (sum(times[:steps + 1]), *times[steps + 1:], *[0.0] * steps)


def exceeding(times: Sequence[float]) -> Times:
    """The chance that something takes more than k steps, for each k."""
    return tuple(max(0.0, 1 - within) for within in accumulate(times))


def rest_of_frame(air: Contention, exchange: float, damaged: float) -> Times:
    """Of what is left of a frame that is under way, whenever one looks: no less than all of it, and no less than where
    one looks at random (the equilibrium of renewals)."""
    over = exceeding(frame_times(air, exchange, damaged))
    beyond = _beyond(air, damaged, over[-1]) / STEP
    mean = sum(over) + beyond
    at_random = [(left + beyond) / mean for left in reversed(list(accumulate(reversed(over))))]
    within = [1 - min(1.0, max(over[k], at_random[k])) for k in range(STEPS)]
    return (within[0], *(max(0.0, within[k] - within[k - 1]) for k in range(1, STEPS)))


def _beyond(air: Contention, damaged: float, endless: float) -> float:
    """The mean time of a frame beyond the grid, ns: of further attempts, and of the last one that is on it. endless:
    the chance of a frame that does not end there."""
    failed, stages = air.failed(damaged), air.windows.stages
    first = next((stage for stage in stages if failed ** stage < RARE), len(stages))
    return air.late_on_average(first, damaged) + endless * air.late(first - 1, first)


@cache
def _attempt(air: Contention, stage: int, exchange: float) -> Times:
    """Of an attempt that takes so long on the air, with its backoff and what saturated stations send meanwhile."""
    times, frame = [0.0] * STEPS, max(air.saturated, default=0.0)
    for frames, up_to in enumerate(_interrupted(air.windows, stage, air.rate, len(air.saturated))):
        busy, before = frames * frame + exchange, 0.0
        for step in range(ceil(busy / STEP), STEPS):
            slots = int((step * STEP - busy) // air.slot)
            chance = up_to[min(slots, len(up_to) - 1)]
            times[step] += chance - before
            before = chance
            if slots >= len(up_to):
                break
    return tuple(times)


@cache
def _interrupted(windows: Windows, stage: int, rate: float, saturated: int) -> tuple[Times, ...]:
    """For each number of frames that saturated stations send during a backoff, the chance of so many and of no more
    than k idle slots, for each k."""
    window, a_slot = windows.at(stage), _frames_a_slot(rate, saturated, 1 / windows.first)
    counted, frames = list[list[float]](), [1.0]
    for _ in range(window):
        counted.append(frames)
        frames = list(_sum(frames, a_slot))
        while frames[-1] < FEW:
            frames.pop()
    return tuple(tuple(accumulate(row[number] / window if number < len(row) else 0.0 for row in counted))
                 for number in range(max(map(len, counted))))


def _frames_a_slot(rate: float, saturated: int, again: float) -> tuple[float, ...]:
    """The chance of so many frames after a slot, of which each station may send several in sequence."""
    of_each = (1 - rate, *(rate * (1 - again) * again ** k for k in range(3)))
    slot: tuple[float, ...] = (1.0,)
    for _ in range(saturated):
        slot = tuple(_sum(slot, of_each))
    return slot


def _sum(first: Sequence[float], second: Sequence[float]) -> Iterator[float]:
    for k in range(len(first) + len(second) - 1):
        yield sum(first[j] * second[k - j] for j in range(max(0, k - len(second) + 1), min(k + 1, len(first))))
