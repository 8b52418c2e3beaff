"""A list of communes by questions, for those who have none as a file; the answers are read as a file would be. Pure:
who asks is an argument."""

from __future__ import annotations

from collections.abc import Callable

from twin.core.errors import Problem, TopologyError
from twin.territory.draft.commune_list.commune_table import CommuneList, read_communes

Ask = Callable[[str], str]
HEADER = "name;role;households;businesses;latitude;longitude;town"
FILE = "answers"
"""What messages call the list."""
QUESTIONS = (
    "  town or village (Enter: by its size): ",
    "  households: ",
    "  businesses (Enter: in proportion to households): ",
    "  latitude, degrees north, such as 43.60527 (Enter: unknown): ",
    "  longitude, degrees east, such as 2.24088 (Enter: unknown): ",
    "  the town that it belongs to (Enter: the nearest): ",
)
"""Of a commune, in the order of the header, its name apart."""


def communes_asked(ask: Ask, tell: Callable[[str], None]) -> CommuneList:
    """The communes that somebody names one by one; what is wrong with one is told at once, and asked again.

    Raises TopologyError where the whole cannot be used.
    """
    rows: list[str] = []
    while name := ask("name of a commune (Enter: that was the last): ").strip():
        row = ";".join(map(_cell, (name, *(ask(question) for question in QUESTIONS))))
        problems = _problems([*rows, row])
        tell("\n".join([*map(str, problems), "once more, please"]) if problems else "")
        rows += [] if problems else [row]
    return _read(rows)


def _problems(rows: list[str]) -> list[Problem]:
    """What is wrong with the last row; the town that it names may come later."""
    try:
        _read(rows)
    except TopologyError as fault:
        return [each for each in fault.problems if each.place.line == len(rows) + 1 and each.path != "town"]
    return []


def _read(rows: list[str]) -> CommuneList:
    return read_communes("\n".join([HEADER, *rows]).encode(), FILE)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
