"""An oracle: a figure that a formula, a standard or a paper gives, beside what was measured or computed here."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.support.figure import Figure


@dataclass(frozen=True, slots=True)
class Oracle:
    """One row of the table of oracles.

    source: the standard, paper or formula. theory, measured: in `unit`. tolerance: ratio by which the two may differ;
    where theory is 0, the difference itself.
    """

    what: str
    source: str
    theory: float
    measured: float
    tolerance: float
    unit: str = ""

    @property
    def difference(self) -> float:
        """Measured less theory as a ratio of theory; the difference itself where theory is 0."""
        apart = self.measured - self.theory
        return apart / abs(self.theory) if self.theory else apart

    @property
    def holds(self) -> bool:
        """Whether the two agree."""
        return abs(self.difference) <= self.tolerance

    @property
    def figure(self) -> Figure:
        """The oracle as a row of a table of figures."""
        apart = f"{self.difference:+.4%}" if self.theory else f"{self.difference:+.4g}"
        within = f"{self.tolerance:.3%}" if self.theory else f"{self.tolerance:.3g}"
        return Figure(f"{self.what} ({self.source})", f"{self.theory:.8g} {self.unit}".rstrip() + f", within {within}",
                      f"{self.measured:.8g} {self.unit}".rstrip() + f" ({apart})", self.holds)
