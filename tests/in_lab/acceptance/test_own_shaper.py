"""A subscriber's own shaper before the modem: with the right overhead its classes hold on the line, with a wrong one
the modem's FIFO fills, as theory says."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.api.pytest_plugin import Runs
from twin.judge.run_record import Run
from twin.judge.verdict import Verdict
from twin.model import Metric

SHAPER = Path(__file__).with_name("shaper.yaml")
SPOKEN, FULL = (cells * 53 * 8 / 448 for cells in (5, 32))
"""ms on the line: 200 bytes of IP, and 1500."""


@pytest.fixture(scope="module")
def run(measured: Runs) -> Run:
    """With QoS and without."""
    return measured(SHAPER, seconds=20)


def up(run: Run, line: str, metric: Metric) -> Verdict:
    """Of the call from a line."""
    return next(each for each in run.verdicts if (each.flow, each.metric) == (f"{line}-1.call.up", metric))


def test_with_the_right_overhead_a_call_waits_for_one_packet(run: Run) -> None:
    """Of 1500 bytes at the shaper's 440 kbit/s; the modem never holds two. Without classes it waits for the upload."""
    longest = up(run, "right", Metric.MAX_DELAY)
    assert longest.value is not None and longest.baseline is not None
    assert 5 + SPOKEN < longest.value < 5 + SPOKEN + FULL * 448 / 440 + 0.2
    assert longest.baseline > 300


def test_where_cells_are_not_counted_the_modem_fills(run: Run) -> None:
    """QoS is lost: with classes or without the call waits for the modem's packets, most of them of 1500 bytes."""
    longest = up(run, "wrong", Metric.MAX_DELAY)
    assert longest.value is not None and 20 * FULL < longest.value < 51 * FULL


def test_a_modem_that_a_flood_fills_delays_as_packet_by_packet_theory_says(run: Run) -> None:
    """To 0.1 %: CPE and modem, one after the other, of which the modem counts packets."""
    held = {agreement.metric: agreement for agreement in run.agreements["flooded-1.desk.up"]}
    mean = held[Metric.MEAN_DELAY]
    assert mean.agrees and mean.predicted.tolerance == pytest.approx(0.001, rel=0.05)
    assert mean.predicted.by == "packet by packet"
    assert (mean.predicted.value or 0) > 300_000_000


def test_every_closed_form_agrees(run: Run) -> None:
    """Of all lines, with QoS."""
    assert [agreement for several in run.agreements.values() for agreement in several
            if agreement.agrees is False] == []
