"""The picture of a stream: delay factor, media loss rate and loss events on sequences made by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.judge.estimators.iptv import OF_PICTURE, Reception
from twin.judge.estimators.packets import delivery
from twin.judge.figures.media_delivery import (
    EVENT,
    Watched,
    delay_factor,
    delay_factors,
    loss_events,
    lost_a_second,
    picture,
    tolerated,
)
from twin.model import Metric

PERIOD = 10 * NS_PER_MS
DELAY = 5 * NS_PER_MS


def watched(seconds: int, lost: frozenset[int] = frozenset(), late: int = 0) -> Watched:
    """A packet each 10 ms for so many seconds, without some; packet 30 later than the others by `late`."""
    rows = tuple((k * PERIOD, LOST if k in lost else k * PERIOD + DELAY + late * (k == 30))
                 for k in range(100 * seconds))
    return Watched(PERIOD, rows, seconds * NS_PER_S + DELAY)


def received(seconds: int) -> Reception:
    """The same, complete, as a reception."""
    stretch = watched(seconds)
    sent, arrived = zip(*stretch.rows, strict=True)
    return Reception(delivery(Packets(sent, arrived, 200)), picture([stretch]))


def test_an_even_stream_needs_one_packet_of_buffer() -> None:
    """The delay factor is the time that one packet's media last."""
    assert set(delay_factors(watched(3))) == {PERIOD}


@given(st.integers(1, 90))
def test_a_lost_packet_lowers_the_buffer_by_one_packet(lost: int) -> None:
    """One packet more of buffer is needed, whichever was lost; the next second begins anew."""
    assert list(delay_factors(watched(2, frozenset({lost})))) == [2 * PERIOD, PERIOD]


def test_a_silent_second_drains_a_second() -> None:
    """Nothing came at all."""
    assert delay_factor([], PERIOD) == NS_PER_S


def test_seven_packets_of_the_stream_go_with_each_datagram() -> None:
    """Lost in the second in which they would have come; out of order counts as lost (RFC 4445, 3.2)."""
    assert list(lost_a_second(watched(2, frozenset({3, 4, 150})))) == [14, 7]
    assert list(lost_a_second(watched(1, late=25 * NS_PER_MS))) == [14]


@pytest.mark.parametrize(("lost", "events"), [([], 0), ([0], 1), ([0, EVENT - 1], 1), ([0, EVENT], 2),
                                              (list(range(0, 4 * EVENT, NS_PER_MS)), 4)])
def test_losses_within_16_ms_are_one_event(lost: list[int], events: int) -> None:
    """And a longer loss is as many as it takes."""
    assert loss_events(lost) == events


def test_a_minute_without_loss_does_not_show_one_event_an_hour() -> None:
    """Rule of three: fewer than 3 in a minute, 180 in an hour; three hours show one."""
    minute = received(60)
    estimate = OF_PICTURE[Metric.LOSS_EVENTS](minute)
    assert estimate is not None and estimate.value == minute.picture.loss_events == 0
    assert estimate.limits().high == pytest.approx(180, rel=0.002)


def test_the_worst_second_stands_on_whole_seconds() -> None:
    """Fifty-eight of them do not bound it from above, fifty-nine do."""
    few, enough = (OF_PICTURE[Metric.MEDIA_LOSS_RATE](received(n)) for n in (58, 59))
    assert few is not None and few.limits().high is None
    assert enough is not None and enough.limits().high == 0


def test_stretches_are_put_together() -> None:
    """The worst second of all, and the events of all."""
    both = picture([watched(2), watched(3, frozenset({7}))])
    assert (max(both.lost_a_second), max(both.delay_factors)) == (7, 2 * PERIOD)
    assert both.loss_events == pytest.approx(3600 / 5)


def test_nothing_that_came_is_no_picture() -> None:
    """Without an arrival no second can be judged, but everything lost is an event."""
    gone = picture([watched(1, frozenset(range(100)))])
    assert not gone.delay_factors and not gone.lost_a_second and gone.loss_events


def test_what_one_event_may_take() -> None:
    """The packets of 16 ms and one more (TR-126)."""
    assert tolerated(1000)[0] == 17
