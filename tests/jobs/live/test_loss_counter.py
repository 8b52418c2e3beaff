"""Packets lost outside the model, counted as often as that costs little."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from twin.core.units import Time
from twin.jobs.live.loss_counter import LossCounter
from twin.model import FaultKind
from twin.plan.blueprint import FaultPlan

CUT = FaultPlan(Time(0), FaultKind.CUT, "north-east", None)
DARK = FaultPlan(Time(0), FaultKind.CUT, None, "east")


@dataclass
class Counting:
    """An emulation that has lost one packet more at each reading, which takes `cost` seconds."""

    cost: float
    now: float = 100.0
    readings: int = 0
    asked_with: list[tuple[FaultPlan, ...]] = field(default_factory=list)

    def counters(self) -> int:
        """The number of the reading."""
        self.now += self.cost
        self.readings += 1
        return self.readings

    def unmodelled_losses(self, before: int, after: int, faults: tuple[FaultPlan, ...]) -> dict[str, int]:
        """As many as there were readings between."""
        self.asked_with.append(faults)
        return {"upcalls": after - before}


def counter(emulation: Counting) -> LossCounter:
    """A counter on the clock of an emulation."""
    return LossCounter(cast(Any, emulation), lambda: emulation.now)


def test_what_is_lost_where_something_was_broken_is_of_the_model() -> None:
    """What is broken now, and what was broken or restored since the last count; not what was before."""
    emulation = Counting(cost=0.001)
    losses = counter(emulation)
    losses.note(CUT)
    assert losses.count([DARK]) == {"upcalls": 1}
    emulation.now += 1
    losses.count([])
    assert emulation.asked_with == [(CUT, DARK), ()]


def test_counting_takes_a_fiftieth_of_the_time() -> None:
    """A count of 100 ms is made again after five seconds; windows between say nothing, and nothing is forgotten."""
    emulation = Counting(cost=0.1)
    losses = counter(emulation)
    shares = []
    for _ in range(10):
        emulation.now += 1
        shares.append(losses.count([]))
    assert [bool(lost) for lost in shares] == [True, *[False] * 4, True, *[False] * 4]
    losses.follow(cast(Any, emulation))
    emulation.now += 10
    assert losses.count([]) == {"upcalls": 1}
