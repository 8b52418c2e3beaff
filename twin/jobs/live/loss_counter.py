"""Inside the lab: counts the packets of a live twin that were lost outside the model, second by second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from twin.emulation import Emulation
from twin.plan.blueprint import FaultPlan

MOST_OF_TIME = 0.02
"""Which part of the time counting may take: in a large network all counters are not read every second."""


class LossCounter:
    """What was lost since the last count, save on spans that were broken at any time since then."""

    def __init__(self, emulation: Emulation, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: s."""
        self._clock, self._due = clock, 0.0
        self.follow(emulation)

    def follow(self, emulation: Emulation) -> None:
        """Count from now on, of a network that was changed."""
        self._emulation = emulation
        self._counts = emulation.counters()
        self._broken: list[FaultPlan] = []

    def note(self, fault: FaultPlan) -> None:
        """Something was broken or restored: what is lost there is of the model."""
        self._broken.append(fault)

    def count(self, faults: Iterable[FaultPlan]) -> dict[str, int]:
        """Packets by place since the last count; none where it is too early for another. faults: what is broken now."""
        began = self._clock()
        if began < self._due:
            return {}
        before, self._counts = self._counts, self._emulation.counters()
        self._due = began + (self._clock() - began) / MOST_OF_TIME
        broken, self._broken = (*self._broken, *faults), []
        return self._emulation.unmodelled_losses(before, self._counts, broken)
