"""Voice beside acknowledgements on 128 kbit/s up: QoS keeps the call and the download, as theory says, and without it
the same load ruins the call both ways. What QoS cannot mend is a packet of 1500 bytes, which takes 106 ms."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.api.pytest_plugin import Runs
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict
from twin.model import Metric

UPSTREAM = Path(__file__).with_name("upstream.yaml")
ACKNOWLEDGEMENT, FULL = (cells * 53 * 8 / 128 for cells in (2, 32))
"""ms up."""


@pytest.fixture(scope="module")
def run(measured: Runs) -> Run:
    """Both sides of a minute."""
    return measured(UPSTREAM)


def of(run: Run, metric: Metric, *flows: str) -> list[Verdict]:
    """The verdicts of these flows about one figure."""
    return [verdict for verdict in run.verdicts if verdict.metric is metric and verdict.flow.startswith(flows)]


def test_with_qos_calls_and_downloads_get_what_is_promised(run: Run) -> None:
    """G.729 beside a download at full goodput; G.711, whose 106 kbit/s leave acknowledgements 22, beside a slower."""
    judged = [verdict for verdict in run.verdicts if not verdict.flow.startswith("writer")]
    assert len(judged) == 18 and {verdict.verdict for verdict in judged} == {Outcome.MET}


def test_without_qos_the_same_load_ruins_the_calls_both_ways(run: Run) -> None:
    """Down behind the download, up behind its acknowledgements: delay variation and the R factor are missed."""
    for metric in (Metric.DELAY_VARIATION, Metric.R_FACTOR):
        judged = of(run, metric, "roomy", "tight")
        assert len(judged) == 4 and all(verdict.proves_qos for verdict in judged)


def test_a_call_waits_for_one_acknowledgement(run: Run) -> None:
    """6.6 ms up with QoS, nearly all of which some packet waits; more than a hundred without."""
    for verdict in of(run, Metric.DELAY_VARIATION, "roomy-1.g729.up", "tight-1.g711.up"):
        assert verdict.value is not None and verdict.baseline is not None
        assert 0.95 * ACKNOWLEDGEMENT < verdict.value < 1.03 * ACKNOWLEDGEMENT
        assert verdict.baseline > 100


def test_priority_does_not_mend_a_long_packet(run: Run) -> None:
    """Beside letters of one full packet the call varies by up to 106 ms, with QoS and as theory says: it is missed."""
    (up,) = of(run, Metric.DELAY_VARIATION, "writer-1.g729.up")
    assert up.verdict is Outcome.MISSED and up.value is not None
    assert 0.9 * FULL < up.value < FULL * 1.01


def test_every_closed_form_agrees(run: Run) -> None:
    """Also of goodput, of which theory knows the ends: an acknowledgement for each packet, or for each second."""
    held = [agreement for several in run.agreements.values() for agreement in several]
    assert [agreement for agreement in held if agreement.agrees is False] == []
    for flow in ("roomy-1.download", "tight-1.download"):
        (goodput,) = (agreement for agreement in run.agreements[flow] if agreement.metric is Metric.GOODPUT)
        assert goodput.agrees and goodput.predicted.low and goodput.predicted.high
