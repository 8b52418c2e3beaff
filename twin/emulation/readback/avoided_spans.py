"""The spans that forwarding may avoid now: those that are cut, and for a while those that were restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint

LATE_S = 5.0
"""Seconds within which rules follow once the wait to restore is over."""


@dataclass(slots=True)
class AvoidedSpans:
    """The spans that are cut, and when each was restored that was, in seconds of the lab's clock."""

    cut: set[str] = field(default_factory=set)
    restored: dict[str, float] = field(default_factory=dict)

    def note(self, spans: Iterable[str], now: float, *, cut: bool) -> None:
        """Spans were cut or restored."""
        for span in spans:
            self.restored.pop(span, None)
            if cut:
                self.cut.add(span)
            elif span in self.cut:
                self.cut.remove(span)
                self.restored[span] = now

    def possible(self, blueprint: Blueprint, now: float) -> tuple[frozenset[str], ...]:
        """The sets that forwarding may avoid now: it reverts to spans in the order in which they were restored."""
        if not blueprint.controlled:
            return (frozenset(),)
        wait = blueprint.protection.wait_to_restore / NS_PER_S + LATE_S
        waiting = [span for span, since in sorted(self.restored.items(), key=lambda entry: entry[1])
                   if now - since <= wait]
        return tuple(frozenset(self.cut | {*waiting[first:]}) for first in range(len(waiting), -1, -1))
