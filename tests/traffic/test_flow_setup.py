"""Opening flows: every kind of traffic has the function that opens it."""

from __future__ import annotations

from typing import get_args, get_type_hints

from traffic.flow_setup import OPENERS
from twin.plan.blueprint import Traffic


def test_every_kind_of_traffic_is_registered() -> None:
    """No more and no less than the kinds a flow can carry."""
    union, *_ = get_args(Traffic)
    assert set(OPENERS) == set(get_args(union))


def test_openers_take_the_kind_under_which_they_are_registered() -> None:
    """By the annotation of the argument that is the flow's traffic."""
    for kind, opener in OPENERS.items():
        _, traffic, *_ = get_type_hints(opener).values()
        assert issubclass(kind, traffic)
