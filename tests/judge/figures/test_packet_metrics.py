"""Definitions of delay, delay variation, jitter, loss, goodput and page time against the examples of their RFCs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traffic.sample_files import LOST, Bytes, Packets, Transactions
from twin.judge.figures import packet_metrics

MS = 1_000_000


def packets(sent: list[int], delays: list[int | None]) -> Packets:
    """Packets sent at the given times; None as delay: lost."""
    received = tuple(LOST if d is None else s + d for s, d in zip(sent, delays, strict=True))
    return Packets(tuple(sent), received, 200)


def paced(delays: list[int | None], interval: int = 20 * MS) -> Packets:
    """Packets sent every `interval` ns."""
    return packets([interval * k for k in range(len(delays))], delays)


@pytest.mark.parametrize(("probability", "value"), [(0.5, 4), (0.25, -2), (1.0, 18)])
def test_percentile_of_rfc_2330(probability: float, value: int) -> None:
    """The percentile is the one of RFC 2330, 11.3: a value of the sample, without interpolation."""
    assert packet_metrics.percentile([-2, 7, 7, 4, 18, -5], probability) == value


def test_percentile_of_one_minute_of_voice() -> None:
    """The 99.9th percentile of 3 000 packets is the fourth largest, whatever binary fractions make of 0.999."""
    assert packet_metrics.percentile(range(3000), 0.999) == 2996
    assert packet_metrics.rank(0.07, 100) == 7


def test_percentile_of_nothing() -> None:
    """Without values there is no percentile."""
    with pytest.raises(ValueError, match="no values"):
        packet_metrics.percentile([], 0.5)


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from([0.01, 0.25, 0.5, 0.95, 0.999, 1.0]))
def test_percentile_is_smallest_with_enough_below(values: list[int], probability: float) -> None:
    """At least the ratio p of the values are at or below the percentile, and fewer below any smaller value."""
    result = packet_metrics.percentile(values, probability)
    assert result in values
    assert sum(v <= result for v in values) >= packet_metrics.rank(probability, len(values))
    assert sum(v < result for v in values) < packet_metrics.rank(probability, len(values))


def test_variation_of_rfc_5481() -> None:
    """IPDV is signed and between neighbours, PDV is above the minimum: the table of RFC 5481."""
    sample = paced([20 * MS, 10 * MS, 20 * MS, 25 * MS, 20 * MS])
    assert packet_metrics.ipdv(sample) == (None, -10 * MS, 10 * MS, 5 * MS, -5 * MS)
    assert packet_metrics.pdv(sample.delays) == (10 * MS, 0, 10 * MS, 15 * MS, 10 * MS)


def test_variation_of_a_burst() -> None:
    """A delay of 85 ms that a 20 ms stream works off shows as PDV 85 to 5 and as one large IPDV."""
    sample = paced([0, 85 * MS, 65 * MS, 45 * MS, 25 * MS, 5 * MS, 0])
    assert packet_metrics.pdv(sample.delays) == tuple(v * MS for v in (0, 85, 65, 45, 25, 5, 0))
    assert packet_metrics.ipdv(sample)[1:] == tuple(v * MS for v in (85, -20, -20, -20, -20, -5))


def test_variation_across_a_loss() -> None:
    """IPDV is undefined on both sides of a lost packet."""
    assert packet_metrics.ipdv(paced([1, None, 3, 5])) == (None, None, None, 2)


def test_jitter_of_a_capture() -> None:
    """RFC 3550 jitter agrees with a published G.711 capture: 3.1216875 ms, then 3.95576953125 ms."""
    clock = 125_000
    sample = Packets((1240 * clock, 1400 * clock, 1560 * clock), (348_411_000, 418_358_000, 421_891_000), 200)
    assert packet_metrics.jitter(sample) == pytest.approx((3_121_687.5, 3_955_769.53125), abs=1e-6)


@pytest.mark.parametrize(("n", "expected"), [(1, 0.625), (10, 4.7554), (16, 6.4393), (50, 9.6032), (100, 9.9843)])
def test_jitter_of_constant_difference(n: int, expected: float) -> None:
    """When every difference is 10 ms, jitter climbs as 10 (1 - (15/16)^n) ms."""
    sample = paced([10 * MS * (k % 2) for k in range(n + 1)])
    assert packet_metrics.jitter(sample)[-1] / MS == pytest.approx(expected, abs=5e-5)


def test_jitter_in_order_of_arrival() -> None:
    """A packet that was overtaken is compared with the one that arrived before it."""
    sample = Packets((0, 20 * MS), (30 * MS, 25 * MS), 200)
    assert packet_metrics.jitter(sample) == ((5 + 20) * MS / 16,)


def test_loss_and_its_runs() -> None:
    """Loss is told in ppm, and consecutive losses are one run."""
    flags = packet_metrics.lost_flags(paced([1, None, None, 1, 1, None, 1, 1, 1, 1]))
    assert packet_metrics.loss(flags) == 300_000
    assert packet_metrics.runs(flags) == (2, 1)


def test_burst_ratio() -> None:
    """BurstR compares the mean run with that of random loss, within the range of G.107."""
    assert packet_metrics.burst_ratio([False] * 10) == 1
    assert packet_metrics.burst_ratio([True] * 3 + [False] * 7) == pytest.approx(3 * 0.7)
    assert packet_metrics.burst_ratio([True, False] * 5) == 1
    assert packet_metrics.burst_ratio([True] * 50 + [False] * 950) == 8
    assert packet_metrics.burst_ratio([True] * 5) == 1


def test_goodput_of_a_window() -> None:
    """Goodput is what arrived in the window, so that the start and what came before do not count."""
    progress = Bytes((0, 1_000 * MS, 2_000 * MS, 3_000 * MS), (10, 1_010, 126_010, 251_010))
    assert packet_metrics.goodput(progress, 1_000 * MS, 3_000 * MS) == 1_000_000
    assert packet_metrics.goodput(progress, 3_000 * MS, 4_000 * MS) == 0
    assert packet_metrics.goodput(Bytes((), ()), 0, 1) == 0
    with pytest.raises(ValueError, match="empty"):
        packet_metrics.goodput(progress, 5, 5)


def test_times_of_transactions() -> None:
    """A page that broke off lasted the whole run; one under way at the end counts once it is the slowest."""
    pages = Transactions((0, 10, 20, 30), (8, LOST, 25, LOST), (1, 1, 1, 1))
    assert packet_metrics.times(pages, 40) == (8, 40, 5)
    assert packet_metrics.times(Transactions((0, 10), (8, LOST), (1, 1)), 40) == (8, 30)
    assert packet_metrics.times(Transactions((), (), ()), 40) == ()
