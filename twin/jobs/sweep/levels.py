"""The values that a parameter takes: those of its list, or those of its range. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from twin.core.errors import Place
from twin.jobs.sweep.study import Parameter, Spacing
from twin.model.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_FIGURE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*(\S.*)?")
DIGITS = 6
"""Significant digits of a value within a range."""


class NoRange(ValueError):
    """Two ends are not a range; says why."""


@dataclass(frozen=True, slots=True)
class Range:
    """What lies between two ends of one unit. whole: whether both ends are whole numbers without a unit."""

    low: float
    high: float
    unit: str
    whole: bool
    spacing: Spacing

    def text(self, part: float) -> str:
        """The value at a part of the way, 0 to 1: Range(1, 5, "Mbit/s", ...).text(0.5) == "3 Mbit/s"."""
        if self.spacing is Spacing.LOGARITHMIC:
            value = self.low * (self.high / self.low) ** part
        else:
            value = self.low + part * (self.high - self.low)
        number = str(round(value)) if self.whole else _decimal(value)
        return f"{number} {self.unit}".strip()


def range_of(parameter: Parameter) -> Range:
    """The range of a parameter. Raises NoRange."""
    texts = [end.text.strip() if isinstance(end, ScalarNode) else "" for end in (parameter.low, parameter.high)]
    ends = [_FIGURE.fullmatch(text) for text in texts]
    if not all(ends):
        raise NoRange("has a range that is not from one number to another, each with its unit")
    (low, low_unit), (high, high_unit) = (cast(re.Match[str], end).groups() for end in ends)
    if low_unit != high_unit:
        raise NoRange(f'has a range from "{texts[0]}" to "{texts[1]}", which have different units')
    if not float(low) < float(high) or (parameter.spacing is Spacing.LOGARITHMIC and float(low) <= 0):
        raise NoRange("has a range whose lower end is not below its upper, or, where it is logarithmic, not above 0")
    whole = low_unit is None and "." not in low + high
    return Range(float(low), float(high), low_unit or "", whole, parameter.spacing)


def steps_of(parameter: Parameter, place: Place) -> tuple[Node, ...]:
    """The values of a full cross: those written, or `steps` of the range. Raises NoRange."""
    if parameter.values:
        return tuple(cast(Node, value) for value in parameter.values)
    span, last = range_of(parameter), parameter.steps - 1
    texts = dict.fromkeys(span.text(number / last) for number in range(parameter.steps))
    return tuple(ScalarNode(place, text, plain=True) for text in texts)


def at(parameter: Parameter, part: float, place: Place) -> Node:
    """The value at a part of the way through list or range, 0 up to 1. Raises NoRange."""
    if parameter.values:
        return cast(Node, parameter.values[int(part * len(parameter.values))])
    return ScalarNode(place, range_of(parameter).text(part), plain=True)


def shown(node: Node) -> str:
    """A value as it is written, on one line."""
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return f"[{', '.join(map(shown, node.items))}]"
        case MappingNode():
            return f"{{{', '.join(f'{key.text}: {shown(value)}' for key, value in node.entries)}}}"


def _decimal(value: float) -> str:
    """Without an exponent, which no unit is written with."""
    text = f"{float(f'{value:.{DIGITS}g}'):.12f}"
    return text.rstrip("0").rstrip(".")
