"""Proves that exercises are sound, for those who write them: every claim of a file is measured in virtual labs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.exercise_file import DrawnExercise, all_draws
from twin.jobs.training.observing.hypothesis_table import compute, write_table
from twin.jobs.training.proof import Claim, prove, sound_claims

__all__ = ["Claim", "compute_test_table", "prove_exercise", "sound_claims"]

CACHE = "exercise-proofs"
"""In the folder of runs: what was measured once is not measured again."""


def prove_exercise(file: Path, on_progress: OnProgress, *, secrets: Sequence[str] = ("1",), seeds: int | None = None,
                   cache: Path = Path("runs") / CACHE) -> Iterator[Claim]:
    """Every claim of an exercise, one after the other, for each of its draws and each secret.

    seeds: how many seeds each repair is measured with (default: as the file says). Raises TopologyError for a file that
    cannot be used, and what measuring raises.
    """
    draws = list(all_draws(file))
    chosen: list[DrawnExercise] = draws if seeds is None else [
        replace(drawn, exercise=replace(drawn.exercise, seeds=seeds)) for drawn in draws]
    yield from prove(chosen, secrets, cache, on_progress)


def compute_test_table(file: Path, on_progress: OnProgress, *, cache: Path = Path("runs") / CACHE) -> Path:
    """Compute which hypotheses each test of an exercise rules out, and write that beside its file; returns where.

    Raises TopologyError for a file that cannot be used, and what measuring raises.
    """
    return write_table(file, compute([*all_draws(file)], cache, on_progress))
