"""Exercises are proved in virtual labs: what is wrong shows, solutions pass, wrong repairs fail where they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from twin.core.units import NS_PER_S, Time
from twin.jobs.training.exercise_file import DrawnExercise, draw_exercise
from twin.jobs.training.proof import prove, sound_claims

EXERCISES = Path(__file__).parents[2] / "exercises"


def quiet(_phase: str, _share: float | None) -> None:
    """Show no progress."""


def short(file: Path) -> DrawnExercise:
    """An exercise with one seed and a short measurement: enough for a call."""
    drawn = draw_exercise(file, 1)
    return replace(drawn, exercise=replace(drawn.exercise, seeds=1, seconds=Time(10 * NS_PER_S)))


def test_the_first_exercise_is_sound(tmp_path: Path) -> None:
    """Every claim that it makes of itself."""
    claims = [*prove([short(EXERCISES / "minimal-meter.yaml")], ["a secret"], tmp_path, quiet)]
    assert [claim for claim in claims if claim.against] == []
    assert sound_claims(claims)
