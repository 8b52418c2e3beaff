"""Names for a description, made of titles that people wrote: as the format asks, each once, with all made of them.

A name is free only if every name that a description derives from it (its DSLAM, its lines) is free too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from twin.model import Name
from twin.model.yaml.scalars import proposed_name

LONGEST = 26
"""Characters of a name, so that derived ones fit into the 40 of the format."""


class UniqueNames:
    """Gives out names. suffixes: what derived names end with. reserved: names that are given already."""

    def __init__(self, suffixes: Sequence[str] = (), reserved: Iterable[str] = ()) -> None:
        self._suffixes = ("", *suffixes)
        self._taken = set(reserved)

    def name(self, title: str, longest: int = LONGEST) -> Name:
        """A name like the title, that no name before is or is derived from. longest: its characters at most."""
        stem = proposed_name(title)[:longest].strip("-") or "place"
        for number in count(1):
            candidate = stem if number == 1 else f"{stem[:longest - 3].strip('-')}-{_letters(number)}"
            derived = {candidate + suffix for suffix in self._suffixes}
            if not derived & self._taken:
                self._taken |= derived
                return Name(candidate)
        raise AssertionError("there is always a number")


def _letters(number: int) -> str:
    """b for 2, c for 3, aa for 27: emulated lines end with numbers, so that names do not."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
