"""Call arrivals: Poisson arrivals, exponential holding times (Erlang 1917); pure.

The first random number of each pair is the pause before the call, so that a longer run begins like a shorter one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from random import Random

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Dialling


@dataclass(frozen=True, slots=True)
class ScheduledCall:
    """A call to be dialled. at: ns after the start of the measurement; holding: ns from answer to hanging up."""

    at: int
    holding: int


def calls_of(dialling: Dialling, random: Random) -> Iterator[ScheduledCall]:
    """The calls of a line without end: so many that as many channels as it offers erlang would be in use on average,
    from dialling to hanging up, were none refused."""
    mean_pause = dialling.occupied / dialling.offered
    at = 0
    while True:
        at += round(random.expovariate(1.0) * mean_pause)
        yield ScheduledCall(at, max(1, round(random.expovariate(1.0) * dialling.holding)))


def scheduled_calls(dialling: Dialling, seconds: float, random: Random) -> tuple[ScheduledCall, ...]:
    """All calls of a line that are dialled within `seconds`."""
    stop = round(seconds * NS_PER_S)
    return tuple(takewhile(lambda call: call.at < stop, calls_of(dialling, random)))
