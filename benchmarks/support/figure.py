"""A figure to reach beside what was measured, the table in which both are shown, and how a benchmark ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

from twin.core.errors import TwinError


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a table. holds: whether the measured value reaches what was to be reached; None: nothing was."""

    what: str
    reach: str
    measured: str
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        """The last cell of the row."""
        return {None: "", True: "reached", False: "MISSED"}[self.holds]


def within(what: str, theory: float, measured: float, tolerance: float, unit: str) -> Figure:
    """A value that theory knows. tolerance: ratio by which the two may differ."""
    apart = measured / theory - 1
    return Figure(what, f"{theory:.3f} {unit}, within {tolerance:.1%}", f"{measured:.3f} {unit} ({apart:+.4%})",
                  abs(apart) <= tolerance)


def at_most(what: str, limit: float, measured: float, unit: str, beside: str = "") -> Figure:
    """A value with an upper limit. beside: what else the reader should see."""
    shown = f"{measured:.2f} {unit}".rstrip()
    return Figure(what, f"at most {limit:g} {unit}".rstrip(), f"{shown} ({beside})" if beside else shown,
                  measured <= limit)


def at_least(what: str, limit: float, measured: float, unit: str, beside: str = "") -> Figure:
    """A value with a lower limit. beside: what else the reader should see."""
    shown = f"{measured:.2f} {unit}".rstrip()
    return Figure(what, f"at least {limit:g} {unit}".rstrip(), f"{shown} ({beside})" if beside else shown,
                  measured >= limit)


def table(figures: Sequence[Figure]) -> str:
    """The rows as a Markdown table, its columns aligned for a terminal too."""
    rows = [("what", "reach", "measured", ""), *((f.what, f.reach, f.measured, f.verdict) for f in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def measured(name: str) -> list[Figure]:
    """The figures of the benchmark of that name; where it could not run, one row that says why."""
    try:
        return list(import_module(f"benchmarks.{name}").figures())
    except TwinError as fault:
        return [Figure(name, "-", "could not run: " + " ".join(str(fault).split())[:300], False)]


def main(figures: Callable[[], Sequence[Figure]]) -> NoReturn:
    """Measure, print the table and end: with 1 where a figure is missed, or with the reason why nothing came of it."""
    try:
        rows = figures()
    except TwinError as fault:
        print(fault, file=sys.stderr)
        sys.exit(fault.exit_code)
    print(table(rows), flush=True)
    sys.exit(int(any(figure.holds is False for figure in rows)))
