"""Runs in a lab: a schedule of a search, with a fault planted in the controller.

The controller is a copy of this process, and so has the fault. Its `main` is what a lab runs.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.support.controller_mutants import MUTANTS, planted
from twin.jobs.search.labs import in_lab

FAULT = "sends rounds in reverse"


def main(out: Path) -> int:
    """The work of a lab, with that fault."""
    with planted(MUTANTS[FAULT]):
        return in_lab.main(out)
