"""Gather the problems of a file, and word them: paths of keys, quoted texts, the nearest known name."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from twin.core.errors import Place, Problem, TopologyError
from twin.model.yaml.meant import meant

LIMIT = 200
"""Problems after which reading stops: no one fixes more at once, and a hostile file cannot ask for a million."""
SHOWN = 60
"""Characters of a file's own text that a message repeats."""
KNOWN = 20
"""Known names that a message lists where none is near."""

Path = tuple[str | int, ...]
"""Keys and indices from the root of the file: ("rings", "main", "spans", 2)."""


class ProblemCollector:
    """The problems found so far."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def add(self, place: Place, path: Path, reason: str, remedy: str = "") -> None:
        """Note a problem. Raises TopologyError once there are too many."""
        self._problems.append(Problem(place, spell(path), reason, remedy))
        if len(self._problems) >= LIMIT:
            self.stop(Place(place.file), (), f"{LIMIT} problems found; the rest of the file was not judged")

    def warn(self, place: Place, path: Path, reason: str, remedy: str) -> None:
        """Note what is still accepted but should be changed."""
        self.warnings.append(Problem(place, spell(path), reason, remedy))

    def stop(self, place: Place, path: Path, reason: str, remedy: str = "") -> NoReturn:
        """Note a problem after which nothing more can be read. Raises TopologyError."""
        raise TopologyError([*self._problems, Problem(place, spell(path), reason, remedy)])

    def close(self) -> None:
        """Raise TopologyError if there is any problem."""
        if self._problems:
            raise TopologyError(self._problems)


def spell(path: Path) -> str:
    """Write a path for people: spell(("rings", "main", "spans", 2)) == "rings.main.spans[2]"."""
    words = (f"[{part}]" if isinstance(part, int) else f".{clean(part)}" for part in path)
    return "".join(words).removeprefix(".")


def clean(text: str) -> str:
    """A file's own text on one line, cut short, without characters that a terminal would obey."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:SHOWN])
    return line + "..." if len(text) > SHOWN else line


def quoted(text: str) -> str:
    """A file's own text in quotation marks."""
    return f'"{clean(text)}"'


def listed(names: Collection[str], word: str = "or") -> str:
    """Join names for a sentence: '"a", "b" or "c"'."""
    *head, last = [quoted(name) for name in names]
    return f"{', '.join(head)} {word} {last}" if head else last


def nearest(text: str, known: Collection[str]) -> str:
    """The remedy for a wrong name: the nearest known one, or what is known."""
    near = meant(text, known)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    if not known:
        return ""
    names = [clean(name) for name in sorted(known)]
    return f"known: {', '.join(names[:KNOWN])}" + (" ..." if len(names) > KNOWN else "")
