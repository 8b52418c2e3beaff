"""A sweep for a terminal: how many points came out how, and the range of each response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.judge.sweep.results import Response, Sweep
from twin.report.language import wording
from twin.report.language.words import ENGLISH, Words
from twin.report.terminal.verdict_table import clip

FIRST_FAILURES = 5
RANGE = ("lowest", "median", "highest")
"""What is said of the values of a response."""


def headline(sweep: Sweep, words: Words = ENGLISH) -> str:
    """The whole sweep in one sentence."""
    whole = [point for point in sweep.points if len(point.results) == len(sweep.computations)]
    refused = sum(any(result.refused for result in point.results.values()) for point in sweep.points)
    parts = [words.say("sweep.points", count=len(sweep.points), name=sweep.name)]
    parts += [words.say("sweep.computed", whole=len(whole))] if len(whole) < len(sweep.points) else []
    parts += [words.say("sweep.refused", refused=refused)] if refused else []
    return ", ".join(parts) + "."


def text(sweep: Sweep, *, where: str = "", words: Words = ENGLISH) -> str:
    """The summary, with a closing newline. where: of the full report, for the last line."""
    heads = "".join(f"{words.say(f'head.{key}'):>14}" for key in (*RANGE, "target"))
    lines = [*_varied(sweep), "", f"{words.say('head.response'):<36}{heads}"]
    lines += [_response_line(name, [response for _, response in sweep.of(name)], words)
              for name in sweep.response_names]
    lines += ["", headline(sweep, words), *_failures(sweep, words)]
    return "\n".join([*lines, *([words.say("sweep.results", where=where)] if where else []), ""])


def _varied(sweep: Sweep) -> Iterator[str]:
    for name in sweep.parameters:
        levels = sweep.levels(name)
        shown = ", ".join(levels) if len(levels) <= 6 else f"{levels[0]} ... {levels[-1]}"
        yield f"{name:<16}{len(levels):>4}  {clip(shown, 76)}".rstrip()


def _response_line(name: str, responses: Sequence[Response], words: Words) -> str:
    unit, values = responses[0].unit, sorted(r.worst for r in responses if r.worst is not None)
    targets = {r.target for r in responses if r.target is not None}
    chosen = (values[0], values[len(values) // 2], values[-1]) if values else (None,) * len(RANGE)
    cells = [words.show(value, unit) for value in chosen]
    sign = "≤" if responses[0].lower else "≥"
    bound = words.figure(f"{sign} {wording.show(targets.pop(), unit)}") if len(targets) == 1 else ""
    return (f"{clip(name, 35):<36}" + "".join(f"{cell:>14}" for cell in cells) + f"{bound:>14}").rstrip()


def _failures(sweep: Sweep, words: Words) -> Iterator[str]:
    if sweep.failures:
        yield words.say("sweep.not-computed", count=len(sweep.failures))
        yield from (f"  {failure.partition(chr(10))[0]}" for failure in sweep.failures[:FIRST_FAILURES])
