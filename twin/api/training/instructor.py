"""The page for the instructor: all that is hidden from trainees, as Markdown, for each row that a seed may draw."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from twin.api.training.text import Wording
from twin.jobs.training.change_words import change_text, commands
from twin.jobs.training.exercise import Exercise, WrongRepair
from twin.report.language.catalogue import Language

__all__ = ["instructor_page"]

_COLON = {Language.FRENCH: " : ", Language.ENGLISH: ": "}
"""As each language writes it."""


def instructor_page(exercises: Sequence[Exercise], language: Language) -> str:
    """The page of an exercise. exercises: the same one, as each row draws it."""
    wording, first, colon = Wording(language), exercises[0], _COLON[language]
    lines = [f"# {first.name}{colon}{first.title.text(language)}", "", wording.say("level", level=first.level,
                                                                            minutes=first.minutes), ""]
    lines += [f"{wording.say('needs')}{colon}{', '.join(first.needs)}", ""] if first.needs else []
    for exercise in exercises:
        lines += [*_drawn(exercise, wording), ""]
    lines += [*_list(wording.say("hints"), [f"{hint.text.text(language)} ({hint.cost})" for hint in first.hints])]
    lines += [*_list(wording.say("wrong-repairs"), [
        f"{' / '.join(dict.fromkeys(_tried(repair, wording) for repair in repairs))} "
        f"{wording.say('fails-at', gates=', '.join(repairs[0].fails))}{colon}{repairs[0].why.text(language)}"
        for repairs in zip(*(exercise.wrong for exercise in exercises), strict=True)])]
    lines += [f"## {wording.say('debriefing')}", "", first.debriefing.text(language)]
    return "\n".join([*lines, *(["", first.notes.text(language)] if first.notes else [])]) + "\n"


def _drawn(exercise: Exercise, wording: Wording) -> Iterator[str]:
    """What one row draws: the trouble, its diagnosis, what shows it, and the repairs."""
    right, colon = exercise.diagnosis, _COLON[wording.language]
    yield f"## {right.place}"
    yield ""
    yield exercise.story.text(wording.language)
    yield ""
    yield f"- {wording.say('troubles')}{colon}{_code(map(change_text, exercise.changes))}"
    yield f"- {wording.say('right', place=right.place, direction=right.direction, cause=right.cause)}"
    yield from (f"- {wording.say('evidence-was')} `twin exec {row.at} -- {shlex.join(row.run)}` (`{row.shows}`)"
                for row in exercise.evidence)
    yield from _method(exercise, wording)
    yield from (f"- {wording.say('repair')}{colon}{_code(commands(solution.do))}" for solution in exercise.solutions)


def _method(exercise: Exercise, wording: Wording) -> Iterator[str]:
    """What else it could be, and the commands that tell it apart."""
    other, test, colon = wording.say("hypothesis"), wording.say("tells-apart"), _COLON[wording.language]
    yield from (f"- {other}{colon}{hypothesis.cause}, {_code(map(change_text, hypothesis.changes))}"
                for hypothesis in exercise.hypotheses)
    yield from (f"- {test}{colon}`twin train test {row.at} -- {shlex.join(row.run)}` (`{row.shows}`)"
                for row in exercise.tests)


def _tried(repair: WrongRepair, wording: Wording) -> str:
    """What is done in a wrong repair: what is typed, and what is changed by hand."""
    by_hand = [step.change for step in repair.by_hand]
    typed = [_code(commands(repair.do, repair.stops))] if repair.do or repair.stops or not by_hand else []
    return ", ".join([*typed, *([f"{wording.say('by-hand')} {_code(map(change_text, by_hand))}"] if by_hand else [])])


def _list(title: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield f"## {title}"
        yield ""
        yield from (f"- {entry}" for entry in entries)
        yield ""


def _code(lines: Iterable[str]) -> str:
    """Changes or commands, one after the other, as a shell reads them; "-" for none."""
    return f"`{'; '.join(lines) or '-'}`"
