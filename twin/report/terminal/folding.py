"""Fold what is equal in a text: entries with the same content once, under their names in the shell's brace notation."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

_NUMBERED = re.compile(r"(.*-)([1-9]\d*)((?:\..*)?)", re.DOTALL)
"""A name with the number of a line: "homes-7", "homes-7.call.up"."""


def fold(entries: Iterable[tuple[str, K]]) -> list[tuple[str, K]]:
    """Entries (name, content) with equal contents as one, in the order in which contents first come."""
    names: dict[K, list[str]] = {}
    for name, content in entries:
        names.setdefault(content, []).append(name)
    return [(braced(those), content) for content, those in names.items()]


def braced(names: Iterable[str]) -> str:
    """Names in short: braced(["a-1.up", "a-2.up", "a-3.up", "b"]) == "a-{1..3}.up, b"."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for name in names:
        parts = _NUMBERED.fullmatch(name)
        numbers.setdefault((parts[1], parts[3]) if parts else (name, ""), []).extend([int(parts[2])] if parts else [])
    return ", ".join(_short(before, those, after) for (before, after), those in numbers.items())


def _short(before: str, numbers: list[int], after: str) -> str:
    if not numbers:
        return before
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [str(first) if first == last else f"{first}..{last}" for first, last in runs]
    if len(numbers) == 1:
        return f"{before}{texts[0]}{after}"
    whole = texts[0] if len(texts) == 1 else ",".join(f"{{{text}}}" if ".." in text else text for text in texts)
    return f"{before}{{{whole}}}{after}"
