"""The course's timetable: what the documents say of its length is what its exercises take."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from twin.api import course_timetable
from twin.api.training.timetable import AT_A_STRETCH, EVENING, MORNING, slots
from twin.jobs.training.exercise_file import course, read_exercise
from twin.report.language.catalogue import Language

ROOT = Path(__file__).parents[3]
EXERCISES = [*course(read_exercise(file) for file in (ROOT / "exercises").glob("*.yaml"))]


def test_the_course_takes_two_days() -> None:
    """With every exercise once, in the order of the course, an introduction before them and an examination after."""
    planned = [*slots(EXERCISES)]
    assert planned[-1].day == 2
    assert [slot.exercise for slot in planned if slot.exercise] == EXERCISES
    assert (planned[0].what, planned[-1].what) == ("opening", "examination")


def test_a_day_has_no_gap_and_ends_in_time() -> None:
    """Nobody works for more than two hours without a break, and each day has one lunch."""
    planned = [*slots(EXERCISES)]
    for day in (1, 2):
        today = [slot for slot in planned if slot.day == day]
        assert today[0].begins == MORNING
        assert all(a.begins + a.minutes == b.begins for a, b in pairwise(today))
        assert today[-1].begins + today[-1].minutes <= EVENING
        assert [slot.what for slot in today].count("lunch") == 1
        stretch = 0
        for slot in today:
            stretch = 0 if slot.what in {"break", "lunch"} else stretch + slot.minutes
            assert stretch <= AT_A_STRETCH


def test_the_hours_of_work_are_those_of_the_exercises() -> None:
    """The documents say six and a half."""
    assert sum(exercise.minutes for exercise in EXERCISES) == 390
    assert "six and a half hours of work" in (ROOT / "docs" / "training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
def test_the_timetable_is_printed_in_both_languages(language: Language) -> None:
    """A row for each slot, with the exercise's title in that language."""
    page = course_timetable(EXERCISES, language)
    assert page.count("\n| 0") + page.count("\n| 1") == len([*slots(EXERCISES)])
    assert all(exercise.title.text(language) in page for exercise in EXERCISES)
