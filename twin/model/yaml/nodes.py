"""What a YAML text consists of: scalars, series and tables, each with its place; and scalars by YAML 1.2's core schema.

YAML 1.2 (section 10.3.2) reads `no`, `on` and `10:30` as text, unlike YAML 1.1, which most libraries still speak.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from twin.core.errors import Place

Plain = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None
"""What JSON can say."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value; plain: written without quotes, so that it may be a number, true, false or nothing."""

    place: Place
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping; keys are unique."""

    place: Place
    entries: tuple[tuple[ScalarNode, Node], ...]


Node = ScalarNode | SequenceNode | MappingNode

def keyed(key: ScalarNode, node: Node) -> MappingNode:
    """A mapping of one key, which stands where it does."""
    return MappingNode(node.place, ((key, node),))


_NULL = re.compile(r"(~|null|Null|NULL)?")
_TRUTH = re.compile(r"(?P<yes>true|True|TRUE)|false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,300}|0x[0-9a-fA-F]{1,250}")
"""Integers that a float can hold; longer ones are read as floats, and are infinite."""
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def meaning(scalar: ScalarNode) -> bool | int | float | str | None:
    """What a scalar says by the core schema."""
    text = scalar.text
    if not scalar.plain:
        return text
    if _NULL.fullmatch(text):
        return None
    truth = _TRUTH.fullmatch(text)
    if truth:
        return truth["yes"] is not None
    if _WHOLE.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _NUMBER.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan") if text[-1:].isalpha() else text)
    return text


def simplify(node: Node) -> Plain:
    """A tree of nodes as JSON would say it, for validators and examples."""
    match node:
        case ScalarNode():
            return meaning(node)
        case SequenceNode():
            return [simplify(item) for item in node.items]
        case MappingNode():
            return {key.text: simplify(value) for key, value in node.entries}
