"""What a schedule led to, in the simulated network or in a lab; values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from twin.core.units import Time
from twin.jobs.search.schedule import Schedule


class Violation(NamedTuple):
    """What did not hold, and of what."""

    invariant: str
    what: str


@dataclass(frozen=True, slots=True)
class Margin:
    """How near an invariant came to be violated. left: what part of what it allows was left, 1 at most; below 0 it is
    violated. of: the flow, switch or class; shown: both figures, in words. at: when it was nearest, ns after the start;
    None: at the end."""

    invariant: str
    left: float
    of: str
    shown: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a schedule led to. violations: each once, with when it was first seen, ns. longest_outage: the longest time
    for which a connected switch did not reach a destination, ns; of: both. margins: the least of each invariant that
    has some. doubts: why a lab cannot be trusted. left_out: events that it does not have."""

    schedule: Schedule
    violations: tuple[tuple[Violation, int], ...] = ()
    longest_outage: Time = Time(0)
    of: tuple[str, str] = ("", "")
    reroutes: int = 0
    margins: tuple[Margin, ...] = ()
    doubts: tuple[str, ...] = ()
    left_out: int = 0
