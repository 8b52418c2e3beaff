"""Exercises are proved in virtual labs: what is wrong shows, solutions pass, wrong repairs fail where they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from twin.jobs.training.exercise_file import DrawnExercise, draw_exercise
from twin.jobs.training.proof import prove, sound_claims

EXERCISES = Path(__file__).parents[2] / "exercises"


def quiet(_phase: str, _share: float | None) -> None:
    """Show no progress."""


def with_one_seed(file: Path) -> DrawnExercise:
    """An exercise whose repairs are measured with one seed."""
    drawn = draw_exercise(file, 1)
    return replace(drawn, exercise=replace(drawn.exercise, seeds=1))


def test_the_first_exercise_is_sound(tmp_path: Path) -> None:
    """Every claim that it makes of itself; the other exercises are proved by a benchmark."""
    claims = [*prove([with_one_seed(EXERCISES / "minimal-meter.yaml")], ["a secret"], tmp_path, quiet)]
    assert [claim for claim in claims if claim.against] == []
    assert sound_claims(claims)
