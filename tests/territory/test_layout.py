"""Rings and radio hops: the shortest ring, and who feeds whom."""

from __future__ import annotations

from itertools import permutations
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.errors import TopologyError
from twin.core.units import Length
from twin.model import Air, RadioCell
from twin.model.wifi import reach
from twin.territory.draft.commune import Commune, Role
from twin.territory.draft.layout import laid_out
from twin.territory.draft.radio_hops import RATE, antenna, radio_hops
from twin.territory.draft.ring_order import ring_length, ring_order
from twin.territory.great_circle import Position, crow_fly, distance

DEGREE = 111_195
"""m of a degree of a great circle."""
positions = st.lists(st.tuples(st.floats(43.4, 43.7), st.floats(2.1, 2.5)), min_size=1, max_size=7, unique=True)


def commune(title: str, role: Role, north: float, east: float, town: str = "") -> Commune:
    """A commune so many km north and east of 43.6 N 2.2 E."""
    position = 43.6 + north * 1000 / DEGREE, 2.2 + east * 1000 / DEGREE / cos(radians(43.6))
    return Commune(title, role, 1000, 150, position, town)


def test_distances_are_those_of_the_great_circle() -> None:
    """Castres to Mazamet 16.46 km, as the reference says; a degree of a meridian 111.195 km."""
    assert crow_fly((43.60527, 2.24088), (43.49275, 2.37360)) == 16_460
    assert distance((0, 0), (1, 0)) == DEGREE
    assert distance((0, 0), (0, 180)) == pytest.approx(180 * DEGREE, rel=1e-5)
    assert crow_fly((43.6, 2.2), (43.6, 2.2)) == 10


@given(positions)
def test_the_ring_is_the_shortest(places: list[Position]) -> None:
    """Of all orders of up to seven places."""
    order = ring_order(places)
    assert order[0] == 0 and sorted(order) == list(range(len(places)))
    others = permutations(range(1, len(places)))
    assert ring_length(order, places) == min(ring_length((0, *rest), places) for rest in others)


@given(st.permutations(range(20)))
def test_towns_on_a_circle_are_visited_round_it(shuffled: list[int]) -> None:
    """Beyond twelve places 2-opt finds the ring of a convex polygon, which has no crossing."""
    circle = [(43.6 + 0.1 * cos(radians(18 * index)), 2.2 + 0.1 * cos(radians(18 * index - 90))) for index in shuffled]
    order = [shuffled[index] for index in ring_order(circle)]
    assert {(b - a) % 20 for a, b in zip(order, [*order[1:], order[0]], strict=True)} in ({1}, {19})


def test_an_antenna_is_the_smallest_that_reaches() -> None:
    """By the link budget: a panel to 3.1 km, a grid to 6.1, dishes to 8.6 and 9.7."""
    assert [antenna(Length(length)) for length in (3_000, 6_000, 8_600, 9_700, 9_900)] == [1800, 2400, 2700, 2800, None]
    for gain, far in ((1800, 3_096), (2800, 9_791)):
        reached = reach(RadioCell("c"), Air("c", gain, RATE), Length(far))  # type: ignore[arg-type]
        assert reached.rate == RATE and reached.farthest == pytest.approx(far, abs=50)


def test_a_chain_follows_the_shortest_way_to_the_town() -> None:
    """A village out of reach is fed by a relay; the nearest relay is not taken where the way through it is longer."""
    communes = [commune("T", Role.TOWN, 0, 0), commune("A", Role.VILLAGE, 8, 0), commune("B", Role.VILLAGE, 11, 6),
                commune("C", Role.VILLAGE, 16, 0)]
    hops = radio_hops(communes)
    assert {index: hop.feeder for index, hop in hops.items()} == {1: 0, 2: 1, 3: 1}
    assert (hops[3].length, hops[3].gain, hops[3].depth) == (8000, 2700, 2)


def test_a_village_is_fed_towards_the_town_that_the_list_names() -> None:
    """Where that is in reach of hops; or else towards any."""
    towns = [commune("T", Role.TOWN, 0, 0), commune("U", Role.TOWN, 0, 9)]
    assert radio_hops([*towns, commune("A", Role.VILLAGE, 0, 6, "T")])[2].feeder == 0
    assert radio_hops([*towns, commune("A", Role.VILLAGE, 0, 6)])[2].feeder == 1
    far = commune("V", Role.TOWN, 0, 200)
    assert radio_hops([*towns, commune("A", Role.VILLAGE, 0, 6, "V"), far])[2].feeder == 1


def test_every_village_out_of_reach_is_named() -> None:
    """With what would help."""
    communes = [commune("T", Role.TOWN, 0, 0), commune("A", Role.VILLAGE, 12, 0), commune("B", Role.VILLAGE, 0, 14)]
    with pytest.raises(TopologyError) as fault:
        laid_out(communes)
    assert [problem.reason.split(":")[0] for problem in fault.value.problems] == [
        '"A" is out of radio reach of every town and relay', '"B" is out of radio reach of every town and relay']
    assert "12 km away" in fault.value.problems[0].reason and "role town" in fault.value.problems[0].remedy


@given(st.lists(st.tuples(st.floats(-8, 8), st.floats(-8, 8)), min_size=1, max_size=25))
def test_hops_lead_to_a_town_and_are_in_reach(places: list[tuple[float, float]]) -> None:
    """Whatever the positions, no hops form a loop, each is one more than the hop before, and its antenna reaches."""
    communes = [commune("T", Role.TOWN, 0, 0), *(commune(f"V{number}", Role.VILLAGE, *place)
                                                 for number, place in enumerate(places))]
    try:
        hops = radio_hops(communes)
    except ValueError:
        return
    for village, hop in hops.items():
        assert hop.gain == antenna(hop.length) is not None
        assert hop.depth == (hops[hop.feeder].depth + 1 if hop.feeder else 1) <= len(places)
        assert hop.feeder != village
