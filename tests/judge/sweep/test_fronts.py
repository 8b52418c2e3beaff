"""The Pareto front, and where a response leaves its target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judge.sweep.made_up import made_up
from twin.judge.sweep.fronts import courses, pairs, pareto_front
from twin.judge.sweep.magnitude import magnitude, ordered
from twin.judge.sweep.results import Response

VALUES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=30)


@given(values=VALUES, lower=st.booleans())
def test_a_front_is_what_nothing_beats(values: list[tuple[int, int]], lower: bool) -> None:
    """Held against all pairs, whether less or more of the second is better; equal points are all of it."""
    names = tuple(str(number) for number in range(len(values)))
    sweep = made_up({"point": names}, lambda name: (Response(float(values[int(name)][0])),
                                                    Response(float(values[int(name)][1]), lower=lower)))
    front = sorted(pair.place for pair in pareto_front(pairs(sweep, "theory.figure", "theory.other")))
    places = [(float(a), float(b) if lower else -float(b)) for a, b in values]
    assert front == sorted(place for place in places if not any(
        other != place and other[0] <= place[0] and other[1] <= place[1] for other in places))


def test_a_target_breaks_between_two_levels() -> None:
    """On the straight line from one value to the other; in the order of sizes, for each setting of the others."""
    sweep = made_up({"rate": ("4 Mbit/s", "512 kbit/s", "1 Mbit/s"), "policy": ("strict", "none")},
                    lambda rate, policy: Response(100e6 / (magnitude(rate) or 1) * (1 if policy == "strict" else 0.1),
                                                  "ms", target=50.0))
    strict, none = courses(sweep, "theory.figure", "rate")
    assert [level for level, _ in strict.steps] == ["512 kbit/s", "1 Mbit/s", "4 Mbit/s"]
    ((before, after, crossing),) = strict.breaks
    assert (before, after) == ("1 Mbit/s", "4 Mbit/s") and crossing == pytest.approx((3e6, 50.0))
    assert (strict.others, none.others, none.breaks) == ("policy strict", "policy none", ())


def test_a_target_that_moves_with_its_parameter_is_crossed_where_both_lines_meet() -> None:
    """As the take-up up to which targets hold, held against the take-up itself."""
    sweep = made_up({"rate": ("1 bit/s", "5 bit/s")}, lambda rate: Response(
        2.0, "%", lower=False, target=magnitude(rate)))
    (line,) = courses(sweep, "theory.figure", "rate")
    ((_, _, crossing),) = line.breaks
    assert crossing == pytest.approx((2.0, 2.0))


@pytest.mark.parametrize(("text", "value"), [("2 Mbit/s", 2e6), ("4", 4.0), ("0.1 %", 1000.0), ("strict", None),
                                             ("3 apples", None), ("1.5 ms", 1.5e6)])
def test_settings_as_numbers(text: str, value: float | None) -> None:
    """In base units; a word is none."""
    assert magnitude(text) == value


def test_words_keep_their_order() -> None:
    """Numbers are put by size."""
    assert ordered(("b", "a")) == ("b", "a")
    assert ordered(("1 Gbit/s", "2 kbit/s")) == ("2 kbit/s", "1 Gbit/s")
