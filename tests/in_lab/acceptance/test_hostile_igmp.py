"""IGMP that is malformed, forged or far too much is contained at the line that sends it: others go on watching."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.support import lab
from twin.api.pytest_plugin import Runs
from twin.core.units import NS_PER_S
from twin.judge.flow_figures import figures
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome
from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan

FILE = Path(__file__).with_name("igmp.yaml")
SECONDS = 61
TRICKS = {"igmp-storm", "igmp-malformed", "igmp-spoofed", "pirate"}


@pytest.fixture(scope="module")
def run(measured: Runs) -> Run:
    """The run beside the villain."""
    return measured(FILE, seconds=SECONDS)


def test_others_go_on_watching_and_changing_channels(run: Run) -> None:
    """All their targets are met beside 400 forged frames a second."""
    assert {verdict.verdict for verdict in run.verdicts} == {Outcome.MET}


def test_a_change_takes_what_theory_says_of_it(run: Run) -> None:
    """Report, switch, controller and the wait for a packet; also beside what is forged, within what is stated."""
    agreements = {agreement.metric: agreement for agreement in run.agreements["surfer-1.zapper"]}
    assert agreements[Metric.ZAPPING_TIME].predicted.value is not None
    assert all(agreements[metric].agrees for metric in (Metric.ZAPPING_TIME, Metric.PICTURE_TIME))


def test_what_was_forged_was_really_sent(measured: Runs, run: Run) -> None:
    """Thousands of each trick, and nothing of it came to who watches."""
    assert run.qos.certificate.valid
    traffic = json.loads((measured.folder(FILE, seconds=SECONDS) / "samples" / "traffic.json").read_text())["flows"]
    parts = traffic["villain-1.villainy"]["by_attack"]
    assert set(parts) == TRICKS and all(sent > 5_000 and received == 0 for sent, received in parts.values())
    assert all(traffic[name]["foreign"] == traffic[name]["duplicates"] == 0
               for name in ("neighbour-1.viewer", "surfer-1.zapper"))


def test_a_line_takes_only_its_share_of_the_controller() -> None:
    """Without the line's limit 400 messages a second keep the controller, at 5 ms each, from ever hearing others."""
    seconds = 12
    slowest = {}
    blueprints = [plan(read(FILE.read_text().replace("messages: 10", f"messages: {limit}").replace("3.2 M", "6.4 M"),
                            "igmp.yaml")) for limit in (10, 1000)]
    for limit, side in zip((10, 1000), lab.side_by_side(blueprints, seconds), strict=True):
        (flow,) = (flow for flow in blueprints[0].flows if flow.workload == "zapper")
        zapping = figures(flow, side.samples[flow.name], seconds).values.get(Metric.ZAPPING_TIME)
        assert zapping is not None
        slowest[limit] = zapping / NS_PER_S
    assert slowest[10] < 0.2 and slowest[1000] > 0.9
