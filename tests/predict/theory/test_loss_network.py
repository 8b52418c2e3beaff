"""Blocking of several kinds of calls against every state counted one by one, and against published tables."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.predict.theory.every_state import blocking_by_states
from twin.plan.demand.erlang import erlang_b
from twin.predict.theory.loss_network import Resource, kaufman_roberts, tree_blocking

G711, G729 = 95_200.0, 39_200.0
"""bit/s of a call on the wire."""


@pytest.mark.parametrize(("erlangs", "circuits"), [(2.5, 11), (10.0, 10), (84.06, 100)])
def test_one_kind_of_call_is_erlang_b(erlangs: float, circuits: int) -> None:
    """Whatever the unit in which it is counted."""
    trunk = Resource(circuits * G711 + 10_000, {"all": G711})
    assert kaufman_roberts(trunk, {"all": erlangs})["all"] == pytest.approx(erlang_b(erlangs, circuits), rel=1e-9)


def test_many_calls_do_not_overflow() -> None:
    """A trunk of 3,000 circuits, whose weights are beyond any number."""
    blocked = kaufman_roberts(Resource(3000, {"all": 1}), {"all": 3000})["all"]
    assert blocked == pytest.approx(erlang_b(3000, 3000), rel=1e-6)


@given(some.lists(some.floats(0.1, 4), min_size=2, max_size=2), some.integers(4, 12))
@settings(max_examples=30, deadline=None)
def test_two_codecs_on_one_trunk(erlangs: list[float], dear: int) -> None:
    """By the recursion of Kaufman and Roberts, and by all states: the dear one is blocked more."""
    trunk = Resource(dear * G711, {"g711": G711, "g729": G729})
    offered = dict(zip(("g711", "g729"), erlangs, strict=True))
    blocked = kaufman_roberts(trunk, offered)
    assert blocked == pytest.approx(blocking_by_states([trunk], offered), rel=1e-6)
    assert blocked["g711"] >= blocked["g729"]


@given(some.lists(some.floats(0.2, 4), min_size=3, max_size=3), some.integers(3, 9), some.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_a_tree_is_exact(erlangs: list[float], core: int, access: int) -> None:
    """Two lines on one access span, a third beside it, all on one core; two codecs, and cells on the access span."""
    resources = [
        Resource(access, {"a": 1.0}), Resource(4, {"b": 1.0}), Resource(5, {"c": 1.0}),
        Resource(access * 106_000.0, {"a": 106_000.0, "b": 42_400.0}),
        Resource(core * G711, {"a": G711, "b": G729, "c": G711}),
    ]
    offered = dict(zip("abc", erlangs, strict=True))
    assert tree_blocking(resources, offered) == pytest.approx(blocking_by_states(resources, offered), rel=1e-9)


def test_a_ring_is_no_tree() -> None:
    """Three callers of two spans each, every two of which share one."""
    spans = [Resource(3, {"a": 1, "b": 1}), Resource(3, {"b": 1, "c": 1}), Resource(3, {"c": 1, "a": 1})]
    assert tree_blocking(spans, {"a": 1, "b": 1, "c": 1}) is None
