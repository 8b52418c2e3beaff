"""Figures of flows: what is told of packets, of TCP and of pages, and what is drawn of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judge.case import Case
from tests.plan.flows import speaking
from traffic.sample_files import LOST, Bytes, Packets, Transactions
from twin.core.records import from_plain, to_plain
from twin.core.units import Size, Time
from twin.judge.figures.call_quality import call_quality
from twin.judge.figures.emodel import call_rating, mos
from twin.judge.flow_figures import BINS, distribution, figures
from twin.judge.verdict import FlowFigures
from twin.model import Codec, Metric
from twin.plan.blueprint import DnsQueries

MS = 1_000_000
CALL = "homes-1.call.down"
Make = Callable[..., Packets]


def test_figures_of_a_call(case: Case, call: Make) -> None:
    """A call with one late and one lost packet: every figure is the one that its definition gives.

    How far one packet in a thousand is late, nobody knows from a single late one.
    """
    measured = case.measured(CALL, call(10, {100: 30.0, 200: None}))
    assert (measured.sent, measured.received) == (3_000, 2_999)
    assert measured.values[Metric.LOSS] == pytest.approx(1e6 / 3_000)
    assert measured.values[Metric.MEAN_DELAY] == pytest.approx((2_998 * 10 + 30) / 2_999 * MS)
    assert measured.values[Metric.MAX_DELAY] == 30 * MS
    assert measured.values[Metric.DELAY_VARIATION] == 0
    assert measured.values[Metric.JITTER] == pytest.approx(20 * MS / 16 * 15 / 16 + 20 * MS / 16)
    assert (measured.values.get(Metric.GOODPUT), measured.values.get(Metric.PAGE_TIME)) == (None, None)
    limits = measured.intervals[Metric.DELAY_VARIATION]
    assert (limits.low, limits.high, limits.samples) == (None, None, 2_999)


def test_throughput_counts_ip_bytes(case: Case, call: Make) -> None:
    """Fifty packets of 200 bytes a second are 80 kbit/s; what comes after the end is left out."""
    measured = case.measured(CALL, call(10))
    assert set(measured.throughput.values) == {80_000.0}
    assert len(measured.throughput.values) == 60
    assert measured.delay_series is not None
    assert set(measured.delay_series.values) == {10.0 * MS}


def test_what_is_for_charts_alone_can_be_left_out(case: Case, call: Make) -> None:
    """All else is the same."""
    flow, packets = case.flow(CALL), call(10, {100: 30.0, 200: None})
    whole = figures(flow, packets, 60.0)
    assert figures(flow, packets, 60.0, charted=False) == replace(whole, delays=None, delay_series=None)
    assert whole.delays is not None and whole.delay_series is not None


def test_gap_in_the_timeline(case: Case, call: Make) -> None:
    """A second in which nothing sent arrives has no mean delay, told as -1."""
    measured = case.measured(CALL, call(10, dict.fromkeys(range(50, 100))))
    assert measured.delay_series is not None
    assert measured.delay_series.values[:3] == (10.0 * MS, -1.0, 10.0 * MS)


def test_mouth_to_ear(case: Case, call: Make) -> None:
    """Packetisation, look-ahead, least network delay and playout add up, and R is that of their sum."""
    sample, flow = call(130), case.flow(CALL)
    g711, g729 = call_quality(flow, sample), call_quality(speaking(flow, codec=Codec.G729), sample)
    g723 = call_quality(speaking(flow, codec=Codec.G723_63), sample)
    assert g711 is not None and g729 is not None and g723 is not None
    assert g711.mouth_to_ear == (20 + 130 + 40) * MS
    assert g729.mouth_to_ear == (20 + 5 + 130 + 40) * MS
    assert g723.mouth_to_ear == (30 + 7.5 + 130 + 40) * MS
    assert g711.rating == call_rating((0, 4.3), 190 * MS, 0)


def test_late_packets_are_lost_to_the_listener(case: Case, call: Make) -> None:
    """A packet later than the least delay and the playout buffer is discarded; one just in time is not."""
    sample = call(10, {100: 50.0, 200: 50.000001, 300: None})
    quality = call_quality(case.flow(CALL), sample)
    assert quality is not None
    assert quality.unplayed == 2 / 3_000
    assert quality.discard == pytest.approx(1e6 / 3_000)
    assert quality.rating == call_rating((0, 4.3), 70 * MS, 2 / 3_000)
    assert quality.limits.low is not None and quality.limits.high is not None
    assert quality.limits.low < quality.rating < quality.limits.high


def test_figures_of_what_is_heard(case: Case, call: Make) -> None:
    """Mouth to ear, packets too late and the burst ratio are told; lost and late packets form bursts together."""
    measured = case.measured(CALL, call(10, {100: 90.0, 101: None, 102: 90.0, 500: None}))
    assert measured.values[Metric.MOUTH_TO_EAR] == 70 * MS
    assert measured.values[Metric.DISCARD] == pytest.approx(2e6 / 3_000)
    assert measured.burst_ratio == pytest.approx(2 * (1 - 4 / 3_000))
    high = measured.intervals[Metric.DISCARD].high
    assert high is not None and high > measured.values[Metric.DISCARD]
    intervals = measured.intervals
    assert intervals[Metric.MOUTH_TO_EAR] == replace(intervals[Metric.R_FACTOR], low=70 * MS, high=70 * MS)


def test_concealment_helps_where_packets_are_lost(case: Case, call: Make) -> None:
    """G.711 with the concealment of its appendix I bears loss nearly six times as well; then bursts count too."""
    sample = call(10, dict.fromkeys(range(0, 3000, 50)))
    together = call(10, {k: None for k in range(3_000) if k % 150 < 3})
    flow = case.flow(CALL)
    plain, concealed = call_quality(flow, sample), call_quality(speaking(flow, concealment=True), sample)
    burst = call_quality(speaking(flow, concealment=True), together)
    assert plain is not None and concealed is not None and burst is not None
    assert concealed.rating > plain.rating + 10
    assert burst.unplayed == concealed.unplayed
    assert burst.rating < concealed.rating


def test_an_adaptive_buffer_follows_the_delay(case: Case, call: Make) -> None:
    """Where the way grows 60 ms longer for good, a fixed buffer of 40 ms discards all; one that follows does not."""
    sample = call(10, dict.fromkeys(range(1500, 3000), 70.0))
    flow = case.flow(CALL)
    fixed, follows = call_quality(flow, sample), call_quality(speaking(flow, adaptive=True), sample)
    assert fixed is not None and follows is not None
    assert fixed.unplayed == 0.5
    assert follows.unplayed < 0.2
    steady = call_quality(speaking(flow, adaptive=True), call(10))
    assert steady is not None
    assert steady.unplayed == 0
    assert (20 + 10 + 20) * MS <= steady.mouth_to_ear < (20 + 10 + 40) * MS


def test_call_that_never_arrives(case: Case, call: Make) -> None:
    """A call whose packets are all lost has no delay and the worst opinion; one never made has no figures."""
    measured = case.measured(CALL, call(10, dict.fromkeys(range(3_000))))
    assert (measured.received, measured.values[Metric.LOSS]) == (0, 1e6)
    assert (measured.values.get(Metric.MEAN_DELAY), measured.delays) == (None, None)
    assert measured.values[Metric.MOS] == 1
    nothing = case.measured(CALL, Packets((), (), 200))
    assert (nothing.sent, nothing.values.get(Metric.LOSS), nothing.values.get(Metric.R_FACTOR)) == (0, None, None)
    assert call_quality(case.flow(CALL), Packets((), (), 200)) is None


def test_opinion_is_that_of_the_rating(case: Case, call: Make) -> None:
    """MOS and its limits are those of R."""
    measured = case.measured(CALL, call(10, {5: None}))
    assert measured.values.get(Metric.R_FACTOR) is not None
    assert measured.values[Metric.MOS] == mos(measured.values[Metric.R_FACTOR])
    r, opinion = measured.intervals[Metric.R_FACTOR], measured.intervals[Metric.MOS]
    assert r.low is not None and opinion.low == mos(r.low)


def test_goodput_without_slow_start(case: Case) -> None:
    """TCP is judged from two seconds after its start; a steady 1 Mbit/s has limits without width."""
    at = tuple(range(0, 60_000 * MS + 1, 100 * MS))
    progress = Bytes(at, tuple(12_500 * max(0, k - 15) for k in range(len(at))))
    measured = case.measured("homes-1.download", progress)
    assert measured.values[Metric.GOODPUT] == pytest.approx(1e6)
    limits = measured.intervals[Metric.GOODPUT]
    assert limits.low == pytest.approx(1e6) and limits.high == pytest.approx(1e6)
    assert limits.samples == limits.effective == 290
    assert measured.received == progress.total[-1]
    assert measured.throughput.values[0] == 0
    assert measured.throughput.values[5] == 1e6
    assert (measured.values.get(Metric.LOSS), measured.delays) == (None, None)


def test_tcp_that_never_came(case: Case) -> None:
    """Without a byte goodput is zero, and that is a figure."""
    measured = case.measured("homes-1.download", Bytes((), ()))
    assert (measured.values[Metric.GOODPUT], measured.received) == (0, 0)
    assert measured.intervals[Metric.GOODPUT].high == 0


def test_pages(case: Case) -> None:
    """Pages: the 95th percentile of their times, with limits; bytes where they end."""
    starts = tuple(600 * MS * k for k in range(100))
    pages = Transactions(starts, tuple(s + (k * 37 % 100 + 1) * MS for k, s in enumerate(starts)), (60_000,) * 100)
    measured = case.measured("homes-1.surf", pages)
    assert (measured.sent, measured.received) == (100, 100)
    assert measured.values[Metric.PAGE_TIME] == 95 * MS
    limits = measured.intervals[Metric.PAGE_TIME]
    assert limits.low is not None and limits.high is not None
    assert limits.low < 95 * MS < limits.high
    assert sum(measured.throughput.values) == 100 * 60_000 * 8
    assert measured.delays is not None


def test_broken_page(case: Case) -> None:
    """A page that broke off counts as the whole minute."""
    measured = case.measured("homes-1.surf", Transactions((0, 100), (LOST, 200), (0, 1)))
    assert (measured.sent, measured.received) == (2, 1)
    assert measured.values[Metric.PAGE_TIME] == 60_000 * MS


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=200))
def test_distribution_holds_every_delay(delays: list[int]) -> None:
    """At most 60 bins of round width hold all delays, and the last quantile is the largest."""
    summary = distribution(delays)
    assert summary is not None
    assert 1 <= len(summary.counts) <= BINS
    assert sum(summary.counts) == len(delays)
    assert summary.start <= min(delays) < summary.start + summary.width
    assert summary.start + len(summary.counts) * summary.width > max(delays)
    assert str(summary.width).rstrip("0") in ("1", "2", "5")
    assert summary.quantiles[-1] == (1.0, max(delays))


def test_figures_survive_json(case: Case, call: Make) -> None:
    """Figures with their limits come back from JSON as they were."""
    measured = case.measured(CALL, call(10, {5: None}))
    assert from_plain(FlowFigures, json.loads(json.dumps(to_plain(measured)))) == measured


def test_look_ups_that_were_never_answered_are_lost(case: Case) -> None:
    """One of three, and the one that was under way at the end counts for nothing yet."""
    queries = Transactions((0, 1 * MS, 2 * MS, 3 * MS), (1 * MS, LOST, 3 * MS, LOST), (51,) * 4)
    names = DnsQueries(Size(35), Size(51), Time(1), Time(1))
    measured = figures(replace(case.flow(CALL), traffic=names), queries, 60.0)
    assert measured.values[Metric.LOSS] == pytest.approx(1e6 / 3)
    assert (measured.sent, measured.received, measured.values.get(Metric.PAGE_TIME)) == (4, 2, None)
    assert measured.values[Metric.LOOKUP_TIME] == 60_000 * MS
