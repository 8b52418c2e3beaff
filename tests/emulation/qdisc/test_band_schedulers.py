"""What chooses between bands: requests say what was planned, in the words in which the kernel's answers are read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin.core import rtnetlink
from twin.core.units import Rate, Size, Time
from twin.emulation.qdisc import band_schedulers, hfsc, tc_requests
from twin.emulation.readback import netlink_dumps, scheduler_text
from twin.model import Scheduling
from twin.plan.blueprint import Band, LinkLayer, ParentBand, Scheduler

LOCATION = tc_requests.QdiscLocation(7, "p", tc_requests.SHAPED, tc_requests.BANDS)
BANDS = (
    Band("voice", Size(3000), Size(20_000), guarantee=Rate(2_000_000), delay=Time(5_000_000), burst=Size(3_000)),
    Band("video", Size(4500), Size(60_000), guarantee=Rate(3_000_000), ceiling=Rate(6_000_000), priority=1),
    Band("data", Size(7500), Size(60_000), guarantee=Rate(5_000_000), priority=1),
)
PARENTS = (ParentBand("all", Rate(8_000_000)), ParentBand("some", Rate(6_000_000), Rate(7_000_000), parent=0))
CHILDREN = (BANDS[0], replace(BANDS[1], parent=1), replace(BANDS[2], link_share=Rate(1_000_000), parent=0))


@pytest.mark.parametrize("kind", [Scheduling.STRICT, Scheduling.DRR, Scheduling.HTB, Scheduling.HFSC])
@pytest.mark.parametrize("rate", [10_000_000, 400_000_000_000])
@pytest.mark.parametrize(("bands", "parents"), [(BANDS, ()), (CHILDREN, PARENTS)])
def test_what_is_asked_for_is_what_was_planned(
    kind: Scheduling, rate: int, bands: tuple[Band, ...], parents: tuple[ParentBand, ...]
) -> None:
    """Qdisc and classes, read back from the requests themselves, are word for word those of the plan."""
    order = Scheduler(Rate(rate), LinkLayer(), bands, default=2, kind=kind, parents=parents)
    requested = [rtnetlink.packed([message]) for message in band_schedulers.scheduler_requests(LOCATION, order, 1514)]
    dumped = netlink_dumps.parse_qdiscs(requested)
    assert [scheduler_text.actual_text(message) for message in dumped] == list(scheduler_text.expected_text(order))


def test_a_delay_makes_a_curve_steep_at_first() -> None:
    """3000 bytes in 5 ms are 600 kB/s, against 250 kB/s in the long run; without a delay the curve is straight."""
    assert hfsc.real_time_curve(BANDS[0]) == (600_000, 5_000, 250_000)
    assert hfsc.real_time_curve(BANDS[2]) == (0, 0, 625_000)


def test_a_hierarchy_is_built_from_the_top() -> None:
    """Each class after its parent; a parent has no real-time curve, and a ceiling is an upper limit under hfsc."""
    order = Scheduler(Rate(10_000_000), LinkLayer(), CHILDREN, default=2, kind=Scheduling.HFSC, parents=PARENTS)
    assert list(scheduler_text.expected_text(order))[1:] == [
        "hfsc class 1:ffef ls 0 0 1000000 under 1:0",
        "hfsc class 1:ffee ls 0 0 750000 ul 0 0 875000 under 1:ffef",
        "hfsc class 1:1 rt 600000 5000 250000 ls 0 0 250000 under 1:0",
        "hfsc class 1:2 rt 0 0 375000 ls 0 0 375000 ul 0 0 750000 under 1:ffee",
        "hfsc class 1:3 rt 0 0 625000 ls 0 0 125000 under 1:ffef"]
