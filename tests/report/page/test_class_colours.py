"""Which colour a service class has: its own in every network, and never that of another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from twin.model import Dscp, Name, ServiceClass
from twin.report.class_colours import COLOURS, class_colours


def classes(*dscps: int) -> list[ServiceClass]:
    """A class for each DSCP, named after it."""
    return [ServiceClass(Name(f"c{dscp}"), Dscp(dscp)) for dscp in dscps]


def test_a_class_has_its_colour_whatever_stands_beside_it() -> None:
    """Voice, video and standard traffic, in networks of other classes and in another order."""
    alone = class_colours(classes(46)) | class_colours(classes(24)) | class_colours(classes(0))
    assert class_colours(classes(0, 18, 46, 24)) | alone == class_colours(classes(46, 24, 18, 0))
    assert len({*alone.values()}) == 3


@given(st.lists(st.integers(0, 63), unique=True, max_size=8).flatmap(lambda those: st.tuples(
    st.just(those), st.permutations(those))))
def test_no_two_classes_have_one_colour(drawn: tuple[list[int], list[int]]) -> None:
    """Up to as many as there are, whatever their DSCPs and their order, which is kept."""
    first, other = (class_colours(classes(*dscps)) for dscps in drawn)
    assert first == other and list(first) == [f"c{dscp}" for dscp in drawn[0]]
    assert len({*first.values()}) == len(first) and {*first.values()} <= set(range(COLOURS))
