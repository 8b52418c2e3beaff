"""The test methods on simulated devices: what they measure, pass and fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.trials.simulated_device import Device, carried_out
from traffic.sample_files import LOST, Packets
from traffic.trials.trial_runner import available, recovery_time, stream_result
from twin.core.units import NS_PER_S, Rate, Ratio, Size, Time
from twin.model import AcceptanceCriteria, Method, Name
from twin.plan.trials.measurements import PolicerLimit, Report, Row, interval
from twin.report.terminal.trials import render

SERVICE = Name("service")
CIR, EIR = Rate(1_000_000), Rate(500_000)
SOLD = AcceptanceCriteria(SERVICE, CIR, EIR)


def rows(report: Report, test: str) -> list[Row]:
    """The rows of one test."""
    return [row for row in report.rows if row.test == test]


def test_a_contract_that_is_kept_passes() -> None:
    """A policer at both rates together: all steps pass, and so does the test of all services together."""
    report = carried_out(Method.Y1564, Device(1_500_000), SOLD)
    assert [row.step for row in report.rows] == [
        "25 % of CIR", "50 % of CIR", "75 % of CIR", "100 % of CIR", "CIR + EIR", "CIR + 125 % of EIR", "together"]
    assert report.passed is True
    assert "passed" in render(report)


@pytest.mark.parametrize(("device", "sold", "step", "reason"), [
    (Device(900_000), SOLD, "100 % of CIR", "loses more than agreed, the rate does not arrive"),
    (Device(3_000_000), SOLD, "CIR + 125 % of EIR", "more arrives than was agreed: nothing polices it"),
    (Device(900_000), SOLD, "CIR + EIR", "the committed rate does not arrive"),
    (Device(1_500_000, delay=3e7), AcceptanceCriteria(SERVICE, CIR, EIR, mean_delay=Time(20_000_000)), "25 % of CIR",
     "takes longer than agreed"),
    (Device(1_500_000), AcceptanceCriteria(SERVICE, CIR, EIR, delay_variation=Time(500)), "50 % of CIR",
     "delay varies more than agreed"),
    (Device(3_000_000), AcceptanceCriteria(SERVICE, CIR), "125 % of CIR",
     "more arrives than was agreed: nothing polices it"),
])
def test_a_contract_that_is_broken_fails(device: Device, sold: AcceptanceCriteria, step: str, reason: str) -> None:
    """Each way of breaking it is seen at its step and said."""
    report = carried_out(Method.Y1564, device, sold)
    row = next(row for row in report.rows if row.step == step)
    assert report.passed is False
    assert (row.passed, row.reason) == (False, reason)
    assert reason in render(report)


def test_all_services_run_together_at_the_end() -> None:
    """Two services: each alone in its steps, then a row of each."""
    report = carried_out(Method.Y1564, Device(1_500_000), SOLD, AcceptanceCriteria(Name("other"), CIR, EIR))
    assert [row.test for row in report.rows if row.step == "together"] == ["service, performance", "other, performance"]


@given(st.integers(200_000, 9_000_000), st.integers(0, 50_000), st.sampled_from([64, 512, 1518]))
def test_throughput_is_the_devices_rate(rate: int, queue: int, frame: int) -> None:
    """The rate that a device carries, to the resolution, whatever its queue swallows while a trial lasts."""
    report = carried_out(Method.RFC2544, Device(rate, queue), AcceptanceCriteria(SERVICE), frames=(Size(frame),),
                         step=Time(10 * NS_PER_S))
    (row,) = rows(report, "throughput")
    most = 10_000_000 / ((frame + 20) * 8)
    bits = (frame - 4) * 8
    assert row.values["frames_theory"] == pytest.approx(most)
    assert row.values["frames"] <= rate / bits + 1
    assert row.values["frames"] >= min(rate / bits, most) - max(most * 0.001, 1.0) - 1


def test_frame_loss_ends_after_two_lossless_rates() -> None:
    """A device of half the medium's rate: loss at 100 to 60 %, none at 50 and 40, and no more rates."""
    medium = 10_000_000 * 508 / 532
    report = carried_out(Method.RFC2544, Device(medium / 2 * 1.001), AcceptanceCriteria(SERVICE), frames=(Size(512),))
    lost = [row.values["loss"] for row in rows(report, "frame loss")]
    assert len(lost) == 7
    assert [value > 0 for value in lost] == [True] * 5 + [False] * 2


def test_throughput_below_what_was_committed_to_fails() -> None:
    """Where a rate was committed to, throughput must reach it."""
    few = carried_out(Method.RFC2544, Device(900_000), SOLD, frames=(Size(512),))
    enough = carried_out(Method.RFC2544, Device(1_100_000), SOLD, frames=(Size(512),))
    assert (few.passed, enough.passed) == (False, True)


def test_tcp_is_tested_with_five_windows() -> None:
    """MTU, round trip, bottleneck and their product come first; windows are pairs of full packets."""
    report = carried_out(Method.RFC6349, Device(10_000_000, mtu=1492), AcceptanceCriteria(SERVICE))
    assert rows(report, "path MTU")[0].values == {"bytes": 1492}
    assert rows(report, "window")[0].values == {"bytes": round(10e6 * 1492 / 1506 * 0.02 / 8)}
    windows = [row.values["bytes"] for row in rows(report, "TCP")]
    assert len(windows) == 5
    assert all(window % (2 * 1440) == 0 for window in windows)
    first = rows(report, "TCP")[0].values
    assert first["time_ratio"] == pytest.approx(10e6 * 1440 / 1506 / (1000 * first["goodput"]))
    assert rows(report, "TCP")[0].values["buffer_delay"] == pytest.approx(500_000)
    assert rows(report, "TCP")[0].values["efficiency"] == pytest.approx(990_000)


def test_the_result_of_a_stream() -> None:
    """Frames, pace of arrival, mean, largest and variation of delay, and that of the frame in the middle."""
    sent = tuple(range(0, 10 * NS_PER_S, NS_PER_S))
    received = (*(at + (5 if at < 5 * NS_PER_S else 7) for at in sent[:-1]), LOST)
    result = stream_result(Packets(sent, received, 100), 10 * NS_PER_S)
    assert (result.sent, result.received) == (10, 9)
    assert (result.tagged_delay, result.delay_variation, result.max_delay) == (7.0, 2.0, 7.0)
    assert (result.punctual, stream_result(Packets(sent, received, 100), 6 * NS_PER_S).punctual) == (9, 6)
    assert result.arrival_rate == pytest.approx(1.0)
    assert stream_result(Packets(sent, (LOST,) * 10, 100), 10 * NS_PER_S).mean_delay is None


@pytest.mark.parametrize(("gone", "left"), [(9, 100.0), (10, 83.33), (60, 0.0)])
def test_availability_counts_ten_bad_seconds_in_a_row(gone: int, left: float) -> None:
    """Nine seconds without a frame are loss, ten are an outage (Y.1563)."""
    sent = tuple(range(0, 60 * NS_PER_S, NS_PER_S // 4))
    received = tuple(LOST if at < gone * NS_PER_S else at + 1 for at in sent)
    assert available(Packets(sent, received, 100)) / 1e4 == pytest.approx(left, abs=0.01)


def test_the_loss_agreed_is_allowed() -> None:
    """One in ten may be lost where that was agreed."""
    assert carried_out(Method.Y1564, Device(950_000), AcceptanceCriteria(SERVICE, CIR,
                                                                         loss=Ratio(100_000))).passed is True


@pytest.mark.parametrize(("eir", "step"), [(199_000, "125 % of CIR + EIR"), (200_000, "CIR + 125 % of EIR")])
def test_a_small_excess_rate_is_overdriven_by_the_committed_one(eir: int, step: str) -> None:
    """A quarter of next to nothing would not show that nothing polices it."""
    report = carried_out(Method.Y1564, Device(1_200_000), AcceptanceCriteria(SERVICE, CIR, Rate(eir)))
    assert [row.step for row in report.rows][-2] == step
    assert report.passed is True


def test_green_is_as_agreed_beside_any_yellow() -> None:
    """Where colours are trusted, what is committed is sent green, and held to what was agreed beyond the rate too."""
    kept = carried_out(Method.Y1564, Device(1_500_000), SOLD, colours=(18, 20))
    broken = carried_out(Method.Y1564, Device(1_500_000, delay=3e7),
                         AcceptanceCriteria(SERVICE, CIR, EIR, mean_delay=Time(1)),
                         colours=(18, 20))
    over = next(row for row in kept.rows if row.step == "CIR + 125 % of EIR")
    assert over.values["green"] == pytest.approx(1000, rel=0.001)
    assert next(row for row in broken.rows if row.step == over.step).reason.startswith("takes longer than agreed")


@pytest.mark.parametrize(("frame", "pace"), [(64, 19_531), (512, 2_441), (1518, 823)])
def test_an_information_rate_counts_frames_with_their_fcs(frame: int, pace: int) -> None:
    """10 Mbit/s are as many frames of that size a second (Y.1564: from the destination address to the FCS)."""
    assert NS_PER_S // interval(Rate(10_000_000), frame) == pace


@pytest.mark.parametrize("seconds", [2, 60])
@pytest.mark.parametrize(("rate", "kept"), [(9_550_000, True), (9_900_000, False)])
def test_an_emptying_queue_adds_nothing_to_a_step(seconds: int, rate: int, kept: bool) -> None:
    """A committed rate of 9.5 Mbit/s before a queue of 100 ms gets the same verdict however long a step is."""
    sold = AcceptanceCriteria(SERVICE, Rate(9_500_000))
    report = carried_out(Method.Y1564, Device(rate * 508 / 512, queue=125_000), sold, step=Time(seconds * NS_PER_S))
    assert report.passed is kept


@pytest.mark.parametrize(("policed", "passes"), [(1_500_000, True), (1_600_000, False)])
def test_a_policer_is_held_to_the_agreed_rate_as_it_counts(policed: int, passes: bool) -> None:
    """Of 64 bytes it counts 60: where it has the agreed rate, a fifteenth more may arrive, and the report says so."""
    sold = AcceptanceCriteria(SERVICE, CIR, EIR, frame=Size(64))
    limit = PolicerLimit(Rate(policed), Size(5_000), Size(4))
    report = carried_out(Method.Y1564, Device(policed), sold, limit=limit)
    assert report.passed is passes
    assert "leaves 4 bytes of each frame out of its count: 6.7 % more may arrive" in " ".join(report.notes)


def test_an_outage_fails_what_was_agreed() -> None:
    """Availability of the test of all services together is held to what was agreed."""
    agreed = AcceptanceCriteria(SERVICE, CIR, EIR, available=Ratio(999_000))
    seen = carried_out(Method.Y1564, Device(1_500_000, available=990_000), agreed)
    assert [row.reason for row in seen.rows if not row.passed] == ["not available for as long as agreed"]


def test_each_test_of_rfc_2544_is_repeated_as_it_asks() -> None:
    """Means of 20, 50 and 11 with their ends; bursts and recovery as theory says of the queue."""
    queue = 20 * 532
    report = carried_out(Method.RFC2544, Device(10_000_000 * 508 / 532, queue * 508 // 532),
                         AcceptanceCriteria(SERVICE),
                         frames=(Size(512),))
    (delay,), (burst,), (back,) = (rows(report, test) for test in ("latency", "back-to-back", "system recovery"))
    assert delay.values["delay"] == delay.values["delay_least"] == delay.values["delay_most"] == 1.0
    assert burst.values["burst"] == pytest.approx(20 / 0.9, abs=1.5)
    assert burst.values["buffer"] == pytest.approx(20 * 532 * 8 / 1e5, rel=0.06)
    assert back.values["recovery"] == pytest.approx(20 * 532 * 8 / 1e4, rel=0.01)


def test_frames_that_come_through_at_full_rate_need_no_buffer() -> None:
    """RFC 9004: no longest burst is searched for, and there is nothing to recover from."""
    report = carried_out(Method.RFC2544, Device(200_000_000), AcceptanceCriteria(SERVICE), frames=(Size(1518),),
                         fast=False)
    assert "no burst is too long" in rows(report, "back-to-back")[0].reason
    assert "nothing to recover from" in rows(report, "system recovery")[0].reason
    assert "no burst is too long" in render(report)


def test_when_a_way_has_recovered() -> None:
    """At the first frame after the last loss, of both flows that make up the stream; None without a loss."""
    stays, goes = Packets((0, 20, 40, 60), (5, LOST, 48, 65), 100), Packets((10, 30), (15, 37), 100)
    assert recovery_time([stays, goes], 35) == 2
    assert recovery_time([goes], 35) is None
    assert recovery_time([Packets((0, 10), (5, LOST), 100)], 0) is None


def test_what_is_policed_is_foreseen() -> None:
    """Throughput and loss beside a policer: its rate, and its bucket at once."""
    limit = PolicerLimit(Rate(4_000_000), Size(5_080), Size(4))
    report = carried_out(Method.RFC2544, Device(4_000_000), AcceptanceCriteria(SERVICE), limit=limit,
                         frames=(Size(512),),
                         step=Time(NS_PER_S))
    assert rows(report, "throughput")[0].values["frames_theory"] == pytest.approx(4_000_000 / (508 * 8))
    first = rows(report, "frame loss")[0].values
    assert first["loss_theory"] == pytest.approx(first["loss"], rel=0.01)


def test_nothing_is_judged_where_acknowledgements_take_their_part() -> None:
    """On the air half of what window and way allow may be all there is; elsewhere it is too little."""
    slow = Device(5_000_000, tcp=0.5)
    wired, air = (carried_out(Method.RFC6349, slow, AcceptanceCriteria(SERVICE), shared_medium=shared)
                  for shared in (False, True))
    assert (wired.passed, air.passed) == (False, None)
