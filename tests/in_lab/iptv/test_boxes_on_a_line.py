"""Two set-top boxes on one line: fast leave takes a channel from both when one of them leaves it."""

from __future__ import annotations

import pytest

from benchmarks.support import lab
from controllers.igmp_messages import checksum
from tests.in_lab.places import NETWORKS
from traffic.iptv.line_membership import LEAVE, message
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict

MULTICAST = "multicast: {{fast-leave: {}, switch: 10 ms, controller: 5 ms}}\n"
SECONDS = 12
LATE = 50 * NS_PER_MS
"""Switch, controller, and Open vSwitch's own time."""


def described(fast: str) -> str:
    """The network with fast leave, or without."""
    return (NETWORKS / "boxes.yaml").read_text() + MULTICAST.format(fast)


@pytest.fixture(scope="module")
def sides() -> dict[bool, Side]:
    """What the boxes receive, with fast leave and without."""
    blueprints = [plan(read(described(word), "boxes.yaml")) for word in ("false", "true")]
    return dict(zip((False, True), lab.side_by_side(blueprints, SECONDS), strict=True))


def seen(side: Side, box: str) -> Viewed:
    """What one box receives."""
    (samples,) = (taken for name, taken in side.samples.items() if box in name)
    assert isinstance(samples, Viewed)
    return samples


def losses(side: Side) -> list[int]:
    """When what the box that stays misses was sent, once it has joined."""
    stays = seen(side, "living-room")
    return [sent for sent, at in zip(stays.sent, stays.received, strict=True) if at == LOST and sent > NS_PER_S]


def test_fast_leave_prunes_the_channel_of_the_other_box(sides: dict[bool, Side]) -> None:
    """From when one box leaves it until it comes back, and all of that."""
    _, left, back = sorted(set(seen(sides[True], "bedroom").joined))
    lost = losses(sides[True])
    assert left < lost[0] < left + LATE
    assert back < lost[-1] < back + LATE
    stays = seen(sides[True], "living-room")
    assert not [at for at in stays.received if lost[0] + LATE < at < lost[-1]]


def test_the_querier_asks_whether_another_box_watches(sides: dict[bool, Side]) -> None:
    """Without fast leave the box that stays answers, and loses nothing."""
    assert len(set(seen(sides[False], "bedroom").joined)) == 3
    assert losses(sides[False]) == []


@pytest.mark.parametrize(("fast", "known"), [("true", False), ("false", True)])
def test_no_loss_is_promised_where_another_box_takes_the_channel(fast: str, known: bool) -> None:
    """Theory predicts the loss of the box that stays only where the querier asks first; and no time of a change."""
    blueprint = plan(read(described(fast), "boxes.yaml"))
    figures = next(predicted for name, predicted in predict(blueprint, flow_paths(blueprint)).items()
                   if "living-room" in name)
    assert (figures[Metric.LOSS].value == 0) is known
    assert known or "another box" in figures[Metric.LOSS].by
    assert figures[Metric.ZAPPING_TIME].value is None


def test_a_message_has_the_form_of_its_rfc() -> None:
    """Type, no response time, a checksum that sums up, the group (RFC 2236, 2)."""
    leave = message(LEAVE, "239.192.0.1")
    assert (leave[:2], leave[4:], checksum(leave)) == (b"\x17\x00", bytes((239, 192, 0, 1)), 0)
