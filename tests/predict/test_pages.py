"""How long pages take: by hand for simple ones, and what must hold for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Rate, Size, Time
from twin.plan.blueprint import LinkDirection, WebPages
from twin.plan.blueprint.layers import ETHERNET_WIRE
from twin.predict.figures.page_time import PagePath, page_time

FAST = 1e-3
"""What is left of serialization at 10 Gbit/s beside 100 ms, in ms, and some."""


def ways(rate: int, trip_ms: float = 100, fifo: bool = True) -> PagePath:
    """One span each way."""
    direction = LinkDirection(Rate(rate), ETHERNET_WIRE, Time(round(trip_ms * 5e5)))
    return PagePath((direction,), (direction,), fifo)


def page(size: int, objects: int = 0, each: int = 6_000, connections: int = 1, persistent: bool = False
         ) -> WebPages:
    """A page of so many bytes, with objects."""
    return WebPages(Size(300), Size(size), Time(0), objects, Size(each), connections=connections,
                    persistent=persistent)


@pytest.mark.parametrize(("requested", "trips"), [
    (page(10 * 1448), 2),                                   # handshake, request and ten segments
    (page(10 * 1448 + 1), 3),                               # the eleventh waits for an acknowledgement
    (page(30 * 1448), 3), (page(30 * 1448 + 1), 4), (page(70 * 1448), 4),
    (page(1000, objects=1), 4),                             # HTTP/1.0: a handshake for the object too
    (page(1000, objects=1, persistent=True), 3),
    (page(1000, objects=12), 26), (page(1000, objects=12, persistent=True), 14),
    (page(1000, objects=12, connections=4), 8),
    (page(1000, objects=12, connections=2, persistent=True), 9),  # seven objects on one connection, five on the other
])
def test_where_rates_are_no_matter_round_trips_are_counted(requested: WebPages, trips: int) -> None:
    """By hand: two for a new connection, one more whenever its window is used up."""
    less, more = page_time(requested, ways(10_000_000_000))
    assert less / 1e6 == pytest.approx(100 * trips, abs=100 * FAST * (2 + requested.objects))
    assert more / 1e6 == pytest.approx(100 * trips, abs=100 * FAST * (2 + requested.objects))


def test_where_round_trips_are_no_matter_bytes_are_counted() -> None:
    """A page of 100 segments on 1 Mbit/s without delay: what its frames take, and a few small packets."""
    less, _ = page_time(page(100 * 1448), ways(1_000_000, 0))
    assert less / 1e6 == pytest.approx(100 * 1538 * 8 / 1000, rel=0.005)


@given(st.integers(64_000, 100_000_000), st.integers(1, 200), st.integers(0, 30), st.integers(1, 8), st.booleans(),
       st.booleans(), st.integers(1, 100_000))
def test_bounds_of_any_page(rate: int, trip: int, objects: int, connections: int, persistent: bool, fifo: bool,
                            size: int) -> None:
    """The least is no more than the most; neither beats the bottleneck, nor the round trips of the last object."""
    requested = page(20_000, objects, size, connections, persistent)
    less, more = page_time(requested, ways(rate, trip, fifo))
    assert less <= more * (1 + 1e-9)
    assert less >= requested.largest * 8e9 / rate
    rotation = -(-objects // connections) * (1 if persistent else 2)
    assert less >= (2 + rotation) * trip * 1e6 * (1 - 1e-9)
