"""When subscribers dial, and for how long they talk: Poisson arrivals, exponential holding times (Erlang 1917); pure.

The first random number of each pair is the pause before the call, so that a longer run begins like a shorter one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Dialling


@dataclass(frozen=True, slots=True)
class ScheduledCall:
    """A call to be dialled. at: ns after the start of the measurement; holding: ns from answer to hanging up."""

    at: int
    holding: int


def scheduled_calls(dialling: Dialling, seconds: float, random: Random) -> tuple[ScheduledCall, ...]:
    """All calls of a line that are dialled within `seconds`: so many that as many channels as it offers erlang would be
    in use on average, from dialling to hanging up, were none refused."""
    mean_pause = dialling.occupied / dialling.offered
    stop = round(seconds * NS_PER_S)
    calls: list[ScheduledCall] = []
    at = 0
    while True:
        at += round(random.expovariate(1.0) * mean_pause)
        if at >= stop:
            return tuple(calls)
        calls.append(ScheduledCall(at, max(1, round(random.expovariate(1.0) * dialling.holding))))
