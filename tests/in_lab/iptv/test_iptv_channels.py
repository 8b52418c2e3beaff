"""IPTV channels in a real network: once over each span, round a cut, and what slow leaves do to a narrow line."""

from __future__ import annotations

from itertools import pairwise

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.channel_change import changes, expected, visits
from twin.judge.figures.span_load import span_loads
from twin.judge.verdict import SpanLoad
from twin.model.traffic_profiles import TS_PAYLOAD
from twin.model.yaml import load, read
from twin.plan import plan

FILE = NETWORKS / "channels.yaml"
SECONDS = 12
CUT, DETECTION, CONTROLLER, ROUND = 6, 10, 20, 5
"""s; ms of each."""
MULTICAST = "multicast: {{fast-leave: {}, switch: 10 ms, controller: 5 ms}}\n"
FAULTS = f"""faults:
  - {{at: {CUT} s, kind: cut, span: north-east}}
protection: {{detection: {DETECTION} ms, controller: {CONTROLLER} ms, round: {ROUND} ms}}
"""
LINE, CELLS = 2_048_000, 29 * 53
"""bit/s of the narrow line, and bytes of cells that a datagram takes of it."""
CHANNEL = 1_500_000 * CELLS / TS_PAYLOAD
"""bit/s that a channel takes of it."""
SLOWEST_JOIN = 30 + 10 + 2 * 5 + 8
"""ms: two ticks of the CPE's clock and part of one, switch, controller for the leave and the join, a packet's interval.
"""


@pytest.fixture(scope="module")
def sides() -> dict[bool, Side]:
    """What was measured while a span was cut, with fast leave and without."""
    blueprints = [plan(read(FILE.read_text() + MULTICAST.format(word) + FAULTS, "channels.yaml"))
                  for word in ("false", "true")]
    return dict(zip((False, True), lab.side_by_side(blueprints, SECONDS), strict=True))


@pytest.fixture(params=[False, True], ids=["slow", "fast"])
def side(request: pytest.FixtureRequest, sides: dict[bool, Side]) -> Side:
    """One of them."""
    return sides[request.param]


def seen(side: Side, flow: str) -> Viewed:
    """What a set-top box received."""
    samples = side.samples[flow]
    assert isinstance(samples, Viewed)
    return samples


def loads(side: Side) -> dict[tuple[str, bool], SpanLoad]:
    """What each span carried each way."""
    blueprint = plan(load(FILE))
    return {(row.span, row.forth): row for row in span_loads(blueprint, side.before, side.after, SECONDS)}


def test_two_who_watch_one_channel_take_each_span_once(side: Side) -> None:
    """1.5 Mbit/s of stream are 1.589 Mbit/s of wire, on the short way before the cut and on the long way after it.

    The third channel, which nobody watches, crosses none.
    """
    rate = 1_500_000 * (TS_PAYLOAD + 78) / TS_PAYLOAD
    on = loads(side)
    late = min(min(seen(side, f"far-{number}.viewer").joined) for number in (1, 2)) / NS_PER_S + 0.05
    for way, share in ((("north-east", True), CUT - late), (("east-west", True), CUT - late),
                       (("west-north", False), SECONDS - CUT)):
        assert on[way].by_class["television"] == pytest.approx(rate * share / SECONDS, rel=0.01)
    assert on["west-north", True].by_class["television"] == on["north-east", False].by_class["television"] == 0


def test_a_cut_costs_what_the_reaction_takes(side: Side) -> None:
    """One gap: detection, controller and 10 ms at most, and nothing else is lost."""
    for flow in ("far-1.viewer", "far-2.viewer"):
        (visit,) = visits(seen(side, flow), SECONDS * NS_PER_S)
        lost = [sent for sent, received in expected(visit).rows if received == LOST]
        period = expected(visit).period
        assert all(b - a == period for a, b in pairwise(lost))
        gap = (DETECTION + CONTROLLER + ROUND) * NS_PER_MS
        assert gap - 2 * period <= lost[-1] - lost[0] <= gap + 10 * NS_PER_MS + period


def test_both_who_watch_get_the_same(side: Side) -> None:
    """Copies of the same packets, one as late as the other."""
    both = [seen(side, f"far-{number}.viewer") for number in (1, 2)]
    first, second = (dict(zip(packets.sent, packets.received, strict=True)) for packets in both)
    common = [sent for sent in first.keys() & second.keys() if LOST not in (first[sent], second[sent])]
    assert len(common) > 1500
    assert all(abs(first[sent] - second[sent]) < 1000 for sent in common)


def test_with_fast_leave_a_change_takes_the_equipments_time_and_loses_nothing(sides: dict[bool, Side]) -> None:
    """No sooner than switch and controller allow, no later than they and the CPE's kernel need."""
    made = visits(seen(sides[True], "narrow-1.zapper"), SECONDS * NS_PER_S)
    assert len(made) == 3
    for visit in made:
        change = changes(visit)
        assert change is not None
        assert 15 <= change.first / NS_PER_MS <= SLOWEST_JOIN + 25
        assert all(received != LOST for _, received in expected(visit).rows)
    assert loads(sides[True])["narrow-1", True].dropped["television"] == 0


def test_without_it_both_channels_come_for_two_seconds_and_the_line_drops_what_it_cannot_carry(
    sides: dict[bool, Side]
) -> None:
    """Two channels offer 3.5 Mbit/s to 2.048: beyond the queue's 150 ms all of the excess of each 2 s is lost."""
    overlap = 2.0 - (30 - 5) / 1000
    queue = LINE * 0.150 / 8
    lost = ((2 * CHANNEL - LINE) / 8 * overlap - queue) / CELLS
    dropped = loads(sides[False])["narrow-1", True].dropped["television"]
    assert dropped == pytest.approx(2 * lost, rel=0.02)
    made = visits(seen(sides[False], "narrow-1.zapper"), SECONDS * NS_PER_S)
    assert sum(received == LOST for visit in made[1:] for _, received in expected(visit).rows) > lost / 2


def test_nothing_strays(side: Side) -> None:
    """What a host gets of a group that it has left is no loss of the emulation."""
    assert {where: lost for where, lost in side.closing.strays.items() if "north-east" not in where} == {}
