"""How much of a sweep is done, in work and not in numbers: a measurement takes a thousand times as long as theory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class WorkShare:
    """How many tasks of each computation there are, were done before, and are done now, and the seconds these took."""

    total: Mapping[str, int]
    skipped: dict[str, int] = field(default_factory=dict)
    finished: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def skip(self, computation: str) -> None:
        """One is there already."""
        self.skipped[computation] = self.skipped.get(computation, 0) + 1

    def add(self, computation: str, seconds: float) -> None:
        """One is done."""
        self.finished[computation] = self.finished.get(computation, 0) + 1
        self.seconds[computation] = self.seconds.get(computation, 0.0) + seconds

    @property
    def done(self) -> float | None:
        """The part of the work that is done, by the mean time of each computation so far; None while one that is to
        come has not been seen, so that nothing can be said of the time left."""
        left = {kind: number - self.skipped.get(kind, 0) for kind, number in self.total.items()}
        if any(number > 0 and not self.finished.get(kind) for kind, number in left.items()):
            return None
        mean = {kind: self.seconds[kind] / number for kind, number in self.finished.items()}
        whole = sum(mean[kind] * left[kind] for kind in mean)
        return sum(self.seconds.values()) / whole if whole else 1.0
