"""A ring is cut and mended under traffic: the gap is what equipment and controller take, and no more."""

from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import lab
from traffic.records import LOST, Packets
from twin.load import load
from twin.measure.sides import Side
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.paths import flow_paths
from twin.units import NS_PER_MS, NS_PER_S

SECONDS = 10
FLOWS = ("home-1.down", "home-1.up")
SPAN = "north-east"
CUT, MEND = 5 * NS_PER_S, 8 * NS_PER_S
REACTION, MARGIN = 30 * NS_PER_MS, 10 * NS_PER_MS
"""Detection and the controller's delay; and by how much the gap may be longer."""
DETOUR = 450_000
"""ns: 95 km more of fibre, at least."""


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """The ring."""
    return plan(load(Path(__file__).with_name("ring.yaml")))


@pytest.fixture(scope="module")
def side(blueprint: Blueprint) -> Side:
    """What was measured while the ring was cut and mended."""
    (side,) = lab.side_by_side([blueprint], SECONDS)
    return side


@pytest.fixture(params=FLOWS)
def flow(request: pytest.FixtureRequest, side: Side) -> Packets:
    """The packets of one direction."""
    samples = side.samples[request.param]
    assert isinstance(samples, Packets)
    return samples


def delays(flow: Packets, begin: int, end: int) -> list[int]:
    """One-way delays of the packets sent in a stretch of time, LOST where one did not arrive."""
    return [LOST if r == LOST else r - s for s, r in zip(flow.sent, flow.received, strict=True) if begin <= s < end]


def test_the_span_that_is_cut_is_the_one_in_use(blueprint: Blueprint) -> None:
    """Else nothing would be shown."""
    assert all(SPAN in {hop.span for hop in path} for path in flow_paths(blueprint).values())


def test_the_gap_is_what_the_reaction_takes(flow: Packets) -> None:
    """Packets are lost from the cut on, for detection and controller, and for at most 10 ms more."""
    gone = [sent for sent, received in zip(flow.sent, flow.received, strict=True) if received == LOST]
    assert gone[0] >= CUT - 2 * NS_PER_MS
    assert REACTION - 2 * NS_PER_MS <= gone[-1] - gone[0] <= REACTION + MARGIN


def test_nothing_else_is_lost(flow: Packets) -> None:
    """One gap without a break: not before the cut, not while the long way is used, not when the span is mended."""
    gone = [n for n, received in enumerate(flow.received) if received == LOST]
    assert all(b == a + 1 for a, b in pairwise(gone))


def test_traffic_goes_the_other_way_round_meanwhile(flow: Packets) -> None:
    """The long way takes longer, from the gap to the mend."""
    before = max(delays(flow, 0, CUT - 2 * NS_PER_MS))
    assert min(delays(flow, CUT + REACTION + MARGIN, MEND)) >= before + DETOUR


def test_traffic_comes_back_to_the_short_way(flow: Packets) -> None:
    """Once the mended span is in use again, delays are those from before the cut."""
    before = delays(flow, 0, CUT - 2 * NS_PER_MS)
    after = delays(flow, MEND + REACTION + MARGIN, SECONDS * NS_PER_S)
    assert min(before) <= min(after) + 2_000
    assert max(after) <= max(before) + 2_000


def test_the_controller_says_when_it_had_moved_the_traffic(side: Side) -> None:
    """After detection and its own delay, within 10 ms, both times."""
    moved = {reroute.cut: (reroute.at, reroute.moved) for reroute in side.closing.reroutes}
    for cut, at in ((True, CUT), (False, MEND)):
        asked, done = moved[cut]
        assert asked == at
        assert done is not None
        assert at + REACTION <= done <= at + REACTION + MARGIN
