"""A subscriber who sends malformed SIP and RTP is held at his line, and the calls of others are what was promised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from traffic.sample_files import Calls, read
from twin.api.pytest_plugin import Runs
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome
from twin.model import Metric

HOSTILE = Path(__file__).with_name("hostile-telephony.yaml")


@pytest.fixture(scope="module")
def run(measured: Runs) -> Run:
    """The run beside the villain."""
    return measured(HOSTILE)


@pytest.fixture(scope="module")
def traffic(measured: Runs, run: Run) -> dict[str, Any]:
    """What the traffic says of itself."""
    summary: dict[str, Any] = json.loads((measured.folder(HOSTILE) / "samples" / "traffic.json").read_text())
    return summary


def test_everybody_elses_promises_are_kept(run: Run) -> None:
    """Those who talk are understood, those who dial get through: delays are shown, and no packet is lost.

    What a minute of packets that wait together cannot show, that none would be lost in the long run, is not missed.
    """
    assert {verdict.flow.split("-")[0] for verdict in run.verdicts} == {"talker", "caller"}
    shown = {v.metric for v in run.verdicts if v.verdict is Outcome.MET}
    assert shown >= {Metric.MEAN_DELAY, Metric.DELAY_VARIATION, Metric.POST_DIAL_DELAY, Metric.ANSWERED}
    assert all(v.verdict is not Outcome.MISSED for v in run.verdicts)
    assert all(v.value == 0 for v in run.verdicts if v.metric is Metric.LOSS)
    assert all(v.value is not None and v.value > 93 for v in run.verdicts if v.metric is Metric.R_FACTOR)


def test_without_the_trust_boundary_they_would_not(run: Run) -> None:
    """The same load with QoS off ruins what goes up beside his."""
    ruined = [v for v in run.verdicts if v.flow.endswith("call.up")]
    assert all(v.proves_qos is not False for v in ruined)
    assert all(v.proves_qos for v in ruined if v.metric in {Metric.MEAN_DELAY, Metric.DELAY_VARIATION})


def test_the_softswitch_survives_what_it_cannot_read(traffic: dict[str, Any]) -> None:
    """Hundreds of malformed messages reach it; every honest call is answered, none more."""
    assert traffic["softswitch"]["malformed"] > 100
    assert traffic["flows"]["caller-1.dial"]["received"] >= 0.9 * traffic["flows"]["caller-1.dial"]["sent"] > 10


def test_what_was_sent_is_held_at_the_line(run: Run, traffic: dict[str, Any]) -> None:
    """Most of it is policed away: signalling and voice leave the access as the classes allow, not as he sends."""
    sent = {name: traffic["flows"][f"villain-1.{name}"]["by_attack"] for name in ("bad-sip", "bad-rtp")}
    seconds = run.context.seconds
    assert sent["bad-sip"]["sip"][0] == pytest.approx(75 * seconds, rel=0.02)
    assert sent["bad-rtp"]["rtp"][0] == pytest.approx(312.5 * seconds, rel=0.02)
    uplink = next(load for load in run.qos.loads if (load.span, load.forth) == ("access-uplink", False))
    assert uplink.by_class["signalling"] < 2 * 32_000 * 1.2
    assert uplink.by_class["voice"] < 100_000 * 1.12 + 95_200 + 4 * 95_200


def test_nobody_elses_call_is_ended_by_a_stranger(measured: Runs, run: Run) -> None:
    """BYE and CANCEL for others' calls are not obeyed: calls last as long as their callers wish."""
    calls = read(measured.folder(HOSTILE) / "samples" / "caller-1.dial.csv.gz")
    assert isinstance(calls, Calls) and set(calls.status) <= {0, 200}
