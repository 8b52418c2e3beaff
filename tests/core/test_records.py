"""Values as JSON and back: what was written is what is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest

from twin.core.records import Tagged, from_plain, to_plain


@dataclass(frozen=True)
class Disc:
    """A shape."""

    radius: int


@dataclass(frozen=True)
class Square:
    """A shape with a field alike."""

    radius: int


@dataclass(frozen=True)
class Drawing:
    """Shapes one by one, several, or none."""

    first: Annotated[Disc | Square, Tagged]
    others: tuple[Annotated[Disc | Square, Tagged], ...]
    last: Annotated[Disc | Square, Tagged] | None = None


def test_types_with_the_same_fields_are_told_apart() -> None:
    """Alone, in a tuple, or where there may be none."""
    drawing = Drawing(Square(1), (Disc(2), Square(3)), Disc(4))
    plain = to_plain(drawing)
    assert plain == {"first": {"kind": "square", "radius": 1}, "last": {"kind": "disc", "radius": 4},
                     "others": [{"kind": "disc", "radius": 2}, {"kind": "square", "radius": 3}]}
    assert from_plain(Drawing, plain) == drawing
    assert from_plain(Drawing, to_plain(Drawing(Disc(1), ()))) == Drawing(Disc(1), ())


def test_a_kind_that_is_not_known_is_an_error() -> None:
    """So is a value that does not say its kind."""
    for first in ({"kind": "circle", "radius": 1}, {"radius": 1}):
        with pytest.raises(KeyError):
            from_plain(Drawing, {"first": first, "others": []})


@dataclass(frozen=True)
class Reading:
    """A value of each type that JSON has."""

    count: int
    share: float
    name: str
    whole: bool
    parts: tuple[str, ...] = ()


@pytest.mark.parametrize(("field", "value"), [
    ("count", 1.5), ("count", True), ("count", "1"), ("count", None), ("share", "1"), ("share", True), ("name", 1),
    ("name", ["a"]), ("whole", 1), ("whole", "true"), ("parts", "ab"), ("parts", {"a": 1}), ("parts", [1])])
def test_a_value_of_another_type_is_an_error(field: str, value: object) -> None:
    """Nothing is turned into what it is not, but a whole number into a share."""
    plain = {"count": 1, "share": 2, "name": "a", "whole": True}
    assert from_plain(Reading, plain) == Reading(1, 2.0, "a", True)
    with pytest.raises(TypeError):
        from_plain(Reading, {**plain, field: value})
