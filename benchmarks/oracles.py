"""Every oracle beside what is measured or computed here: `python -m benchmarks.oracles`, one table."""

from __future__ import annotations

from benchmarks.figure import Figure, main
from benchmarks.oracle import oracles, subjects


def figures() -> list[Figure]:
    """All subjects, one after the other."""
    return [oracle.figure for subject in subjects() for oracle in oracles(subject)]


if __name__ == "__main__":
    main(figures)
