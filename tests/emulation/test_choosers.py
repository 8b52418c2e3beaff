"""What chooses between bands: requests say what was planned, in the words in which the kernel's answers are read."""

from __future__ import annotations

import pytest

from twin import netlink
from twin.emulation import chooser_words, choosers, dumps, queues
from twin.model import Scheduling
from twin.plan.blueprint import Band, Layer, Scheduler
from twin.units import Rate, Size, Time

SPOT = queues.Spot(7, "p", queues.SHAPED, queues.BANDS)
BANDS = (
    Band("voice", Size(3000), Size(20_000), guarantee=Rate(2_000_000), delay=Time(5_000_000), burst=Size(3_000)),
    Band("video", Size(4500), Size(60_000), guarantee=Rate(3_000_000), ceiling=Rate(6_000_000), priority=1),
    Band("data", Size(7500), Size(60_000), guarantee=Rate(5_000_000), priority=1),
)


@pytest.mark.parametrize("kind", [Scheduling.STRICT, Scheduling.DRR, Scheduling.HTB, Scheduling.HFSC])
@pytest.mark.parametrize("rate", [10_000_000, 400_000_000_000])
def test_what_is_asked_for_is_what_was_planned(kind: Scheduling, rate: int) -> None:
    """Qdisc and classes, read back from the requests themselves, are word for word those of the plan."""
    order = Scheduler(Rate(rate), Layer(), BANDS, default=2, kind=kind)
    asked = [netlink.packed([one]) for one in choosers.chooser(SPOT, order, 1514)]
    assert [chooser_words.said(one) for one in dumps.standing(asked)] == list(chooser_words.planned(order))


def test_a_delay_makes_a_curve_steep_at_first() -> None:
    """3000 bytes in 5 ms are 600 kB/s, against 250 kB/s in the long run; without a delay the curve is straight."""
    assert choosers.curve(BANDS[0]) == (600_000, 5_000, 250_000)
    assert choosers.curve(BANDS[2]) == (0, 0, 625_000)
