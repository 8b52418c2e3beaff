"""Runs in a lab: a schedule of a search, with a fault planted in the controller.

The controller is a copy of this process, and so has the fault. `python -m tests.in_lab.failures.planted_controller`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.support.controller_mutants import MUTANTS, planted
from twin.jobs.experiment.in_lab import end, main
from twin.jobs.search.labs.in_lab import SearchCourse
from twin.lab import GUEST_OUT

FAULT = "sends rounds in reverse"

if __name__ == "__main__":
    with planted(MUTANTS[FAULT]):
        end(main(Path(GUEST_OUT), SearchCourse))
