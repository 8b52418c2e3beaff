"""What a setting is as a number, for axes and slopes. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.units import KINDS, UnitError, parse


def magnitude(text: str) -> float | None:
    """A setting in its base unit: magnitude("2 Mbit/s") == 2e6, magnitude("4") == 4.0; None for a word."""
    try:
        return float(text)
    except ValueError:
        unit = text.partition(" ")[2]
        kind = next((kind for kind, (units, _) in KINDS.items() if unit in units), None)
    try:
        return None if kind is None else float(parse(kind, text))
    except UnitError:
        return None


def magnitudes(levels: Sequence[str]) -> tuple[float, ...] | None:
    """All levels of a parameter as numbers; None where one is a word."""
    numbers = [magnitude(level) for level in levels]
    known = tuple(number for number in numbers if number is not None)
    return known if len(known) == len(levels) else None


def ordered(levels: Sequence[str]) -> tuple[str, ...]:
    """The levels by size where they are numbers, else as they came."""
    numbers = magnitudes(levels)
    return tuple(levels) if numbers is None else tuple(
        level for _, level in sorted(zip(numbers, levels, strict=True)))
