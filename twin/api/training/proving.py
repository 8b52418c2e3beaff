"""Proves that exercises are sound, for those who write them: every claim of a file is measured in virtual labs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.exercise_file import all_draws
from twin.jobs.training.observing.hypothesis_table import compute, write_table
from twin.jobs.training.proof import Claim, prove, sound_claims
from twin.lab import allowed_cores

__all__ = ["Claim", "compute_test_table", "prove_exercise", "sound_claims"]

CACHE = "exercise-proofs"
"""In the folder of runs: what was measured once is not measured again."""


def prove_exercise(file: Path, on_progress: OnProgress, *, gradings: int | None = None,
                   cache: Path = Path("runs") / CACHE) -> Iterator[Claim]:
    """Every claim of an exercise, one after the other, for each of its draws.

    gradings: how many seeds it is tried with, of which each grades alone, so that every claim has to hold with each of
    them (default: one grading with as many seeds as the file says). Raises TopologyError for a file that cannot be
    used, and what measuring raises.
    """
    draws, secrets = list(all_draws(file)), ["1"]
    if gradings is not None:
        draws = [replace(drawn, exercise=replace(drawn.exercise, seeds=1)) for drawn in draws]
        secrets = [str(number) for number in range(1, gradings + 1)]
    yield from prove(draws, secrets, cache, on_progress, labs=len(allowed_cores()))


def compute_test_table(file: Path, on_progress: OnProgress, *, cache: Path = Path("runs") / CACHE) -> Path:
    """Compute which hypotheses each test of an exercise rules out, and write that beside its file; returns where.

    Raises TopologyError for a file that cannot be used, and what measuring raises.
    """
    return write_table(file, compute([*all_draws(file)], cache, on_progress))
