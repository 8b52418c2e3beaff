"""Quantities: what is read, what is refused, and that writing and reading agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core import units
from twin.model.yaml.scalars import exactly


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("rate", "2 Mbit/s", 2_000_000), ("rate", "2.048Mbit/s", 2_048_000), ("rate", " 0 bit/s ", 0),
    ("time", "20 ms", 20_000_000), ("time", "5 µs", 5_000), ("time", "5 us", 5_000), ("time", "1.5 min", 90 * 10**9),
    ("ratio", "0.1 %", 1_000), ("ratio", "3 ppm", 3), ("size", "1500 bytes", 1500), ("size", "60 kB", 60_000),
    ("size", "1 KiB", 1024), ("length", "7.62 km", 7620), ("length", "100 m", 100),
])
def test_a_number_with_a_unit_is_read_exactly(kind: str, text: str, value: int) -> None:
    """Prefixes are decimal and the result is an integer of the base unit, without rounding."""
    assert units.parse(kind, text) == value


@pytest.mark.parametrize(("kind", "text", "reason"), [
    ("rate", "100", "has no unit"), ("rate", "20 mbit/s", "not a unit"), ("rate", "fast", "is not a rate"),
    ("rate", "-1 bit/s", "is not a rate"), ("rate", "1e3 bit/s", "is not a rate"), ("time", "5 Mbit/s", "not a unit"),
    ("time", "0.5 ns", "finer"), ("ratio", "0.00001 %", "finer"), ("rate", "٣ Mbit/s", "is not a rate"),
    ("length", "", "is not a length"), ("size", "1" * 16 + " B", "is not a size"),
    ("rate", "1  Mbit/s", "is not a rate"),
])
def test_anything_else_is_refused_with_the_reason(kind: str, text: str, reason: str) -> None:
    """No unit, another kind's unit, a wrong case, a sign, a value that cannot be kept: an error that says which."""
    with pytest.raises(units.UnitError, match=reason):
        units.parse(kind, text)


@given(st.sampled_from(sorted(units.KINDS)), st.text(max_size=40))
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    """No text makes anything but a whole number or a UnitError."""
    try:
        assert units.parse(kind, text) >= 0
    except units.UnitError as error:
        assert error.reason


@given(st.sampled_from(sorted(units.KINDS)), st.integers(0, 10**15 - 1))
def test_exact_writing_is_read_back(kind: str, value: int) -> None:
    """What is written exactly is read as the same value, whatever figures the short form would lose."""
    assert units.parse(kind, exactly(kind, value)) == value


@pytest.mark.parametrize(("text", "shown"), [
    (units.show_rate(2_048_000), "2.048 Mbit/s"), (units.show_rate(999), "999 bit/s"), (units.show_rate(0), "0 bit/s"),
    (units.show_time(23_437_500), "23.44 ms"), (units.show_time(412), "412 ns"), (units.show_ratio(1000), "0.1 %"),
    (units.show_size(1500), "1.5 kB"), (units.show_length(7620), "7.62 km"),
])
def test_values_are_shown_with_four_figures(text: str, shown: str) -> None:
    """People read the largest unit that keeps the value at or above one."""
    assert text == shown
