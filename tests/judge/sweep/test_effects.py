"""Main effects are those that were put in, and their intervals hold as often as they say."""

from __future__ import annotations

from math import isclose

from tests.judge.sweep.made_up import made_up
from twin.core.seeds import stream
from twin.judge.sweep.effects import effects
from twin.judge.sweep.results import Response

A, B = ("1", "2", "3"), ("x", "y")
SHIFT = {"1": -10.0, "2": 0.0, "3": 10.0, "x": -1.0, "y": 1.0}


def test_an_additive_response_has_its_effects_exactly() -> None:
    """Without scatter the interval is a point; the stronger parameter comes first."""
    sweep = made_up({"b": B, "a": A}, lambda b, a: Response(50 + SHIFT[a] + SHIFT[b], "ms"))
    known = effects(sweep, "theory.figure")
    assert [(effect.parameter, effect.level, round(effect.change, 9)) for effect in known] == [
        ("a", "1", -10), ("a", "2", 0), ("a", "3", 10), ("b", "x", -1), ("b", "y", 1)]
    assert all(end is not None and isclose(effect.change, end, abs_tol=1e-9)
               for effect in known for end in (effect.low, effect.high))


def test_intervals_hold_the_truth_in_95_of_100_draws() -> None:
    """Of a normal scatter, with three repetitions; 200 draws lie within four standard deviations of 95 %."""
    inside = 0
    for draw in range(200):
        random = stream(draw, "effects")
        sweep = made_up({"a": A, "b": B, "seed": ("1", "2", "3")}, lambda a, b, _seed, random=random: Response(
            50 + SHIFT[a] + SHIFT[b] + random.gauss(0, 5), "ms"))
        third = next(effect for effect in effects(sweep, "theory.figure")
                     if effect.level == "3" and effect.parameter == "a")
        inside += third.low is not None and third.high is not None and third.low <= 10 <= third.high
    assert 178 <= inside <= 200


def test_many_levels_are_told_by_quarters() -> None:
    """As a Latin hypercube has them: 40 levels of a slope make four groups that rise."""
    levels = tuple(f"{number} Mbit/s" for number in range(1, 41))
    known = effects(made_up({"rate": levels}, lambda rate: Response(float(rate.split()[0]))), "theory.figure")
    assert [effect.level for effect in known] == [
        "1 Mbit/s – 10 Mbit/s", "11 Mbit/s – 20 Mbit/s", "21 Mbit/s – 30 Mbit/s", "31 Mbit/s – 40 Mbit/s"]
    assert [effect.change for effect in known] == [-15, -5, 5, 15]


def test_as_many_points_as_effects_leave_no_interval() -> None:
    """Nothing says then how far they scatter."""
    (first, second) = effects(made_up({"b": B}, lambda b: Response(SHIFT[b])), "theory.figure")
    assert (first.change, first.low, second.high) == (-1.0, None, None)
