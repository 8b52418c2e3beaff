"""Shares in a hierarchy of classes: guarantees, ceilings, no waste, and who borrows what from whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Rate, Size
from twin.model import Scheduling
from twin.plan.blueprint import Band, LinkLayer, ParentBand
from twin.predict.load.class_hierarchy import bounded_shares, hfsc_shares, hierarchy_offers, htb_shares
from twin.predict.load.queues import Queue

Shares = Callable[[Queue, Mapping[int, float]], dict[int, float]]
BOTH = pytest.mark.parametrize("shares", [htb_shares, hfsc_shares])
MBIT = 1_000_000


def band(guarantee: int, parent: int | None = None, *, ceiling: int = 0, priority: int = 0, share: int = 0) -> Band:
    """A class of so many Mbit/s; its quantum is in proportion."""
    return Band("", Size(guarantee * 1514), Size(50_000), guarantee=Rate(guarantee * MBIT), parent=parent,
                ceiling=Rate(ceiling * MBIT), priority=priority, link_share=Rate(share * MBIT))


def parent(guarantee: int, above: int | None = None, *, ceiling: int = 0) -> ParentBand:
    return ParentBand("", Rate(guarantee * MBIT), Rate(ceiling * MBIT), above)


def queue(*bands: Band, parents: tuple[ParentBand, ...] = (), rate: int = 100) -> Queue:
    return Queue(rate * MBIT, LinkLayer(), bands, 0, {}, kind=Scheduling.HTB, parents=parents)


def rates(shares: Shares, served: Queue, *wants: float) -> list[float]:
    """Mbit/s of each band that wants so many; who wants none is not there."""
    given = shares(served, {k: want * MBIT for k, want in enumerate(wants) if want})
    return [given.get(k, 0.0) / MBIT for k in range(len(wants))]


FAMILY = queue(band(10, 0), band(20, 0), band(40), parents=(parent(60),))


@BOTH
def test_what_a_child_leaves_goes_to_its_siblings_first(shares: Shares) -> None:
    """By the ratio of their rates; only what the parent itself leaves goes to others."""
    assert rates(shares, FAMILY, 99, 99, 99) == pytest.approx([20, 40, 40])
    assert rates(shares, FAMILY, 0, 99, 99) == pytest.approx([0, 60, 40])
    assert rates(shares, FAMILY, 5, 25, 99) == pytest.approx([5, 25, 70])
    assert rates(shares, FAMILY, 5, 99, 99) == pytest.approx([5, 55, 40])


@BOTH
def test_a_parents_ceiling_holds_its_children_together(shares: Shares) -> None:
    """Where nobody else sends they get the ceiling and no more."""
    held = queue(band(10, 0), band(20, 0), band(40), parents=(parent(60, ceiling=75),))
    assert rates(shares, held, 99, 99, 0) == pytest.approx([25, 50, 0])
    assert rates(shares, held, 99, 99, 5) == pytest.approx([25, 50, 5])


def test_htb_lends_the_spans_remainder_by_quantum_wherever_a_class_stands() -> None:
    """Of 40 that are left over, the two children of 10 each get as much as the class of 20 beside their parent."""
    tree = queue(band(10, 0), band(10, 0), band(20), parents=(parent(20),), rate=80)
    assert rates(htb_shares, tree, 99, 99, 99) == pytest.approx([20, 20, 40])
    quick = queue(band(10, 0), band(10, 0, priority=1), band(20, priority=1), parents=(parent(20),), rate=80)
    assert rates(htb_shares, quick, 99, 99, 99) == pytest.approx([50, 10, 20])


def test_hfsc_shares_by_curves_of_siblings_at_each_level() -> None:
    """The parent has 20 to the class's 60, whatever its children: 25 and 75 of 100, divided 3 to 1 below."""
    tree = queue(band(5, 0, share=30), band(5, 0, share=10), band(60), parents=(parent(20),))
    assert rates(hfsc_shares, tree, 99, 99, 99) == pytest.approx([18.75, 6.25, 75])
    steep = queue(band(5, 0, share=30), band(15, 0, share=1), band(60), parents=(parent(20),))
    assert rates(hfsc_shares, steep, 99, 99, 99) == pytest.approx([10, 15, 75])


def test_the_lowest_parent_lends_first() -> None:
    """A silent cousin's rate goes to the sibling, before the span lends by priority."""
    tree = queue(band(10, 1, priority=7), band(20, 1), band(30, 0, priority=7), band(40),
                 parents=(parent(60), parent(30, 0)))
    assert rates(htb_shares, tree, 99, 0, 99, 99) == pytest.approx([30, 0, 30, 40])
    assert rates(htb_shares, tree, 99, 0, 0, 99) == pytest.approx([60, 0, 0, 40])


TREES = st.builds(
    lambda shape, ceilings, wants: (shape, ceilings, wants),
    st.lists(st.sampled_from([None, 0, 1]), min_size=5, max_size=5),
    st.lists(st.sampled_from([0, 15, 30, 70]), min_size=2, max_size=2),
    st.lists(st.sampled_from([0.0, 1.0, 7.5, 12.0, 40.0, inf]), min_size=5, max_size=5))


@BOTH
@given(TREES)
def test_guarantees_are_kept_and_nothing_is_wasted(
    shares: Shares, drawn: tuple[list[int | None], list[int], list[float]]
) -> None:
    """In any hierarchy of five classes with 2 each and two parents, one in the other: each class gets its rate if it
    wants it, nobody more than it wants, no parent more than its ceiling, and all together what is there or wanted."""
    shape, (outer, inner), wants = drawn
    parents = (parent(35, ceiling=outer and outer + 20), parent(20, 0, ceiling=inner and inner + 5))
    tree = queue(*(band(2, above) for above in shape), parents=parents, rate=50)
    given = rates(shares, tree, *wants)
    assert all(min(want, 2) <= rate + 1e-6 <= want + 2e-6 for rate, want in zip(given, wants, strict=True))
    below = [[k for k, above in enumerate(shape) if above in parts] for parts in ((0, 1), (1,))]
    for members, ceiling in zip(below, (outer and outer + 20, inner and inner + 5), strict=True):
        assert sum(given[k] for k in members) <= (ceiling or 50) + 1e-6
    if not (outer or inner):
        assert sum(given) == pytest.approx(min(50, sum(wants)))


@BOTH
def test_an_offer_is_what_one_more_would_get(shares: Shares) -> None:
    """The first could have 20 and the second, whose sibling wants 5, 55; the third what two satisfied ones leave."""
    wants = {0: 5.0 * MBIT, 1: 25.0 * MBIT, 2: 30.0 * MBIT}
    offers = hierarchy_offers(FAMILY, wants, shares)
    assert offers[2] == pytest.approx(70 * MBIT)
    assert offers[1] >= 55 * MBIT and offers[0] >= 35 * MBIT


@given(st.lists(st.tuples(st.floats(0.1, 9), st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=6),
       st.floats(0, 400))
def test_bounded_shares_fill_what_they_may(rows: list[tuple[float, float, float]], capacity: float) -> None:
    """Within bounds, as much as the capacity or the bounds allow, and proportional where no bound holds."""
    weights, bounds = [row[0] for row in rows], [(min(row[1:]), max(row[1:])) for row in rows]
    shares = bounded_shares(capacity, weights, bounds)
    least, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    assert all(low - 1e-9 <= share <= high + 1e-9 for share, (low, high) in zip(shares, bounds, strict=True))
    assert sum(shares) == pytest.approx(min(max(capacity, least), most), abs=1e-6)
    levels = [share / weight for share, weight, (low, high) in zip(shares, weights, bounds, strict=True)
              if low + 1e-9 < share < high - 1e-9]
    assert max(levels, default=0) == pytest.approx(min(levels, default=0))
