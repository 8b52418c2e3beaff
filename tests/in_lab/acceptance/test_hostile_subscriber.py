"""A subscriber who marks everything as voice, forges addresses and answers ARP for others harms nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from twin.api.pytest_plugin import Runs
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome

HOSTILE = Path(__file__).with_name("hostile.yaml")


@pytest.fixture(scope="module")
def run(measured: Runs) -> Run:
    """The run of the hostile network."""
    return measured(HOSTILE)


def test_the_neighbours_call_keeps_its_promises(run: Run) -> None:
    """Twice the uplink's capacity of forged voice beside it, and the call is still what was promised."""
    assert {verdict.verdict for verdict in run.verdicts} == {Outcome.MET}


def test_without_the_trust_boundary_it_would_not(run: Run) -> None:
    """The same load with QoS off ruins the call on its way up."""
    assert run.baseline is not None
    up = [v for v in run.verdicts if v.flow == "caller-1.call.up"]
    assert up and all(v.proves_qos for v in up)


def test_forged_marks_and_addresses_stop_at_the_line(run: Run) -> None:
    """Packets marked as voice travel as data, and of those with a foreign source address none arrives."""
    loads = {(load.span, load.forth): load for load in run.qos.loads}
    uplink = loads["access-uplink", False]
    assert uplink.by_class["voice"] < 1.1 * 50 * 8 * (200 + 38)
    assert uplink.by_class["data"] > 0.8e6 and uplink.dropped["data"] > 1000


def test_what_was_forged_was_really_sent(measured: Runs, run: Run) -> None:
    """Each kind of forgery left the subscriber; spoofed packets and ARP claims never came through."""
    folder = measured.folder(HOSTILE)
    parts = json.loads((folder / "samples" / "traffic.json").read_text())["flows"]["villain-1.forged"]["by_attack"]
    assert all(sent > 100 for sent, _ in parts.values()) and len(parts) == 4
    assert {kind: received for kind, (_, received) in parts.items() if kind != "marked"} == dict.fromkeys(
        set(parts) - {"marked"}, 0)
