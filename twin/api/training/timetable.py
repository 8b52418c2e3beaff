"""The timetable of the course, for its instructor: exercises in their order, each with its discussion, and breaks.

Times are planned, none is measured: what an exercise takes is what its file says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from twin.api.training.text import Wording
from twin.jobs.training.exercise import Exercise
from twin.jobs.training.exercise_file import course
from twin.report.language.catalogue import Language

__all__ = ["course_timetable"]

MORNING, NOON, EVENING = 9 * 60, 11 * 60 + 45, 17 * 60 + 15
"""Minutes after midnight: when a day begins, from when a break is lunch, and when a day ends at the latest."""
OPENING, DISCUSSION, EXAMINATION = 45, 15, 60
"""Minutes for the network, the tools and the gates; for the debriefing of an exercise; for the examination, with its
own."""
BREAK, LUNCH, AT_A_STRETCH = 15, 60, 120
"""Minutes of a break, of lunch, and of work without either."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a day. begins: in minutes after midnight. what: the key of its text."""

    day: int
    begins: int
    minutes: int
    what: str
    exercise: Exercise | None = None


def slots(exercises: Iterable[Exercise]) -> Iterator[Slot]:
    """The days one after the other: the opening, the exercises in the order of the course, an examination."""
    planned = [("opening", OPENING, None),
               *(("exercise", exercise.minutes + DISCUSSION, exercise) for exercise in course(exercises)),
               ("examination", EXAMINATION, None)]
    day, now, rested = 1, MORNING, MORNING
    for what, minutes, exercise in planned:
        tired = now > rested and now + minutes - rested > AT_A_STRETCH
        noon = NOON <= now < NOON + AT_A_STRETCH
        pause = (LUNCH if noon else BREAK) if tired else 0
        if now + pause + minutes > EVENING:
            day, now, rested = day + 1, MORNING, MORNING
        elif tired:
            yield Slot(day, now, pause, "lunch" if noon else "break")
            now = rested = now + pause
        yield Slot(day, now, minutes, what, exercise)
        now += minutes


def course_timetable(exercises: Sequence[Exercise], language: Language) -> str:
    """The timetable as Markdown, with all that an instructor does between exercises."""
    wording, planned = Wording(language), [*slots(exercises)]
    lines = [f"# {wording.say('course', days=planned[-1].day)}", "", wording.say("times-are-planned")]
    for day in range(1, planned[-1].day + 1):
        lines += ["", f"## {wording.say('day', day=day)}", "",
                  f"| {wording.say('from')} | {wording.say('to')} | {wording.say('what')} |", "| --- | --- | --- |"]
        lines += [f"| {_clock(slot.begins)} | {_clock(slot.begins + slot.minutes)} | {_row_text(slot, wording)} |"
                  for slot in planned if slot.day == day]
    return "\n".join(lines) + "\n"


def _row_text(slot: Slot, wording: Wording) -> str:
    if slot.exercise is None:
        return wording.say(slot.what)
    return wording.say(slot.what, name=slot.exercise.name, title=slot.exercise.title.text(wording.language),
                       minutes=slot.exercise.minutes, discussion=slot.minutes - slot.exercise.minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
