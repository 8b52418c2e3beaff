"""Before a run: which targets are met, which are infeasible, which span limits them and by which numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from twin.cli import main
from twin.core.units import Rate, Ratio, Time
from twin.judge.verdicts.feasibility import Feasibility, TargetFeasibility, infeasible, target_feasibility, too_long
from twin.judge.verdicts.predicted_extremes import extremes
from twin.judge.verdicts.run_length import least_run
from twin.model import Fault, FaultKind, Metric, Name, Network, Target
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict_paths
from twin.predict.figures.by_flow import figures

MS = 1_000_000
TEXT = """
twin: 1
name: small
sites: {{town: {{}}}}
switches: {{core: {{site: town}}}}
dslams: {{dslam: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s, length: 10 km}}}}}}
head-ends:
  gate: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
  internet: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
classes:
  voice: {{dscp: EF, strict: true}}
  data: {{dscp: DF, discipline: fq-codel}}
services:
  telephony: {{class: voice, head-end: gate, transport: udp, ports: [16384, 32767]}}
  web: {{class: data, head-end: internet}}
profiles: {{dsl: {{down: {down}, up: 512 kbit/s, delay: 5 ms, impairments: {{loss: {loss}}}}}}}
workloads:
  call: {{service: telephony, activity: call}}
  download: {{service: web, activity: download}}
  pair: {{service: web, activity: download, connections: 3}}
  surf: {{service: web, activity: pages}}
  flood: {{service: web, activity: flood, rate: 400 kbit/s}}
lines:
  homes: {{at: dslam, profile: dsl, subscribers: 100, emulated: {lines}, runs: [{runs}]}}
"""


def network(*runs: str, lines: int = 1, down: str = "2048 kbit/s", loss: str = "0 %") -> Network:
    """A line on which the workloads run, without a target."""
    return read(TEXT.format(runs=", ".join(runs), lines=lines, down=down, loss=loss), "small.yaml")


def feasibility(described: Network, workload: str, bounds: Mapping[Metric, float]) -> tuple[TargetFeasibility, ...]:
    """The feasibility of one target of all flows of a workload."""
    promising = replace(described, targets=(Target(Name(workload), bounds=bounds),))
    blueprint = plan(promising)
    paths = tuple(predict_paths(blueprint, flow_paths(blueprint)))
    predictions = {path.flow.name: figures(path, bool(blueprint.faults)) for path in paths}
    return target_feasibility(promising, blueprint, paths, predictions)


def test_more_than_the_line_carries() -> None:
    """1.8 Mbit/s of payload do not come through 2048 kbit/s of cells, which carry 1.749 of it alone."""
    (result,) = feasibility(network("download"), "download", {Metric.GOODPUT: Rate(1_800_000)})
    assert (result.feasibility, result.span) == (Feasibility.INFEASIBLE, "homes-1")
    assert result.best == pytest.approx(1_748_528, rel=1e-4)
    assert "2.048 Mbit/s carry at most 1.749 Mbit/s of TCP payload" in result.reason
    (kept,) = feasibility(network("download"), "download", {Metric.GOODPUT: Rate(1_700_000)})
    assert kept.feasibility is Feasibility.MET


def test_more_than_the_share() -> None:
    """Beside a call and another download, half of what the call leaves is the share, and water-filling says so."""
    (result,) = feasibility(network("call", "download", "pair"), "download", {Metric.GOODPUT: Rate(900_000)})
    assert (result.feasibility, result.span) == (Feasibility.INFEASIBLE, "homes-1")
    share = (2_048_000 - 106_000) * 1448 / 1696 / 4
    assert result.best == pytest.approx(share * 1.01)
    assert "flows at constant rate take 106 kbit/s, and 1 more TCP flow shares the rest" in result.reason


def test_a_delay_shorter_than_the_path() -> None:
    """5 ms of modem and 1 ms of cells do not fit a target of 5 ms; the line limits it, and the remedy gives a value."""
    down, up = feasibility(network("call"), "call", {Metric.MEAN_DELAY: Time(5 * MS)})
    assert down.feasibility is up.feasibility is Feasibility.INFEASIBLE
    assert down.span == "homes-1" and "1.035 ms of serialization and 5 ms of propagation" in down.reason
    assert "relax the target to 6.1" in down.remedy


def test_a_mean_beyond_its_target() -> None:
    """Where the least delay would do and the wait behind full packets does not, the wait is named."""
    down, _ = feasibility(network("call", "download", down="256 kbit/s"), "call", {Metric.MEAN_DELAY: Time(20 * MS)})
    assert (down.feasibility, down.span) == (Feasibility.INFEASIBLE, "homes-1")
    assert "26.5 ms of queueing" in down.reason


@pytest.mark.parametrize("metric", [Metric.MEAN_DELAY, Metric.MAX_DELAY])
def test_a_target_relaxed_as_the_remedy_says_is_feasible(metric: Metric) -> None:
    """Beside a download the least delay alone is no remedy: packets wait, on average and at the most."""
    busy = network("call", "download")
    for result in feasibility(busy, "call", {metric: Time(2 * MS)}):
        assert result.feasibility is Feasibility.INFEASIBLE
        relaxed = re.search(r"relax the target to ([0-9.]+) ms", result.remedy)
        assert relaxed, result.remedy
        promised = Time(round(float(relaxed[1]) * 1.002 * MS))
        (again,) = (entry for entry in feasibility(busy, "call", {metric: promised}) if entry.flow == result.flow)
        expected = Feasibility.MET if metric is Metric.MAX_DELAY else Feasibility.UNDETERMINED
        assert again.feasibility is expected, result.remedy


def test_loss_of_what_does_not_fit() -> None:
    """A flood of 452 kbit/s of cells on 256 kbit/s loses 43 %; a lossy line loses what it loses."""
    (flood,) = feasibility(network("flood", down="256 kbit/s"), "flood", {Metric.LOSS: Ratio(10_000)})
    assert (flood.feasibility, flood.span) == (Feasibility.INFEASIBLE, "homes-1")
    assert "send 452.3 kbit/s, and it carries 256 kbit/s" in flood.reason
    down, up = feasibility(network("call", loss="1 %"), "call", {Metric.LOSS: Ratio(1_000)})
    assert down.feasibility is up.feasibility is Feasibility.INFEASIBLE
    assert "its medium loses 1 %" in down.reason


def test_a_page_in_less_than_its_time() -> None:
    """60 kB take 0.27 s on the line, so that 0.2 s cannot be; 1 s is sure alone, and beside a download a run must tell.
    """
    (result,) = feasibility(network("surf"), "surf", {Metric.PAGE_TIME: Time(200 * MS)})
    assert (result.feasibility, result.span) == (Feasibility.INFEASIBLE, "homes-1") and "60000 bytes" in result.reason
    (may,) = feasibility(network("surf"), "surf", {Metric.PAGE_TIME: Time(1000 * MS)})
    assert may.feasibility is Feasibility.MET
    (must,) = feasibility(network("surf", "download"), "surf", {Metric.PAGE_TIME: Time(1000 * MS)})
    assert must.feasibility is Feasibility.UNDETERMINED


def test_a_bound_decides() -> None:
    """A call's delay variation beside a download is bounded; the bound decides."""
    for bound, expected in ((20, Feasibility.MET), (4, Feasibility.UNDETERMINED)):
        down, _ = feasibility(network("call", "download"), "call", {Metric.DELAY_VARIATION: Time(bound * MS)})
        assert down.feasibility is expected


def test_with_a_cut_nothing_is_met_for_certain() -> None:
    """Where spans are cut, what is impossible stays so, and nothing else is sure."""
    cut = (Fault(Time(1), FaultKind.CUT, Name("dslam-uplink")), Fault(Time(2), FaultKind.MEND, Name("dslam-uplink")))
    broken = replace(network("call"), faults=cut)
    assert {result.feasibility for result in feasibility(broken, "call", {Metric.MEAN_DELAY: Time(90 * MS)})} == {
        Feasibility.UNDETERMINED}
    assert {result.feasibility for result in feasibility(broken, "call", {Metric.MEAN_DELAY: Time(5 * MS)})} == {
        Feasibility.INFEASIBLE}


def test_best_and_worst() -> None:
    """Value and bounds together, whichever is tighter, for metrics of which less or more is better."""
    predicted = Prediction(100.0, 98.0, 120.0, 0.05)
    assert extremes(predicted, lower=True) == (98.0, 105.0)
    assert extremes(predicted, lower=False) == (105.0, 98.0)
    assert extremes(Prediction(None, None, 7.0), lower=True) == (None, 7.0)
    assert extremes(Prediction(100.0, 98.0, 120.0, None), lower=True) == (98.0, None)


def test_flows_with_the_same_shortfall_are_listed_once() -> None:
    """Three lines with the same shortfall are one line of the list."""
    results = feasibility(network("download", lines=3), "download", {Metric.GOODPUT: Rate(1_800_000)})
    ((shortfall, flows),) = infeasible(results)
    assert shortfall.metric is Metric.GOODPUT
    assert flows == ("homes-1.download", "homes-2.download", "homes-3.download")


def test_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`twin plan` names what cannot hold, the span and the remedy, and ends with 1; with nothing such, with 0."""
    minimal = (Path(__file__).parents[3] / "topologies" / "minimal.yaml").read_text()
    file = tmp_path / "greedy.yaml"
    file.write_text(minimal.replace("goodput: 300 kbit/s", "goodput: 400 kbit/s"))
    assert main(["plan", str(file)]) == 1
    printed = capsys.readouterr().out
    assert "✗ download goodput: target ≥ 400 kbit/s, best achievable 350.1 kbit/s (homes-1.download" in printed
    assert "span homes-1: the max-min share is 346.6 kbit/s" in printed
    assert main(["plan", str(Path(__file__).parents[3] / "topologies" / "minimal.yaml")]) == 0


def test_how_long_a_run_a_target_takes() -> None:
    """2 996 packets of 20 ms show a loss of 0.1 %; where theory decides, or nothing can, nobody asks."""
    lossy = network("call", loss="0.01 %")
    (down, up) = feasibility(lossy, "call", {Metric.LOSS: Ratio(1_000)})
    assert down.least_run == up.least_run == 2_996 * 20 * MS
    rare = feasibility(network("call", "download"), "call", {Metric.MOS: 4.0, Metric.LOSS: Ratio(10)})
    assert {target.least_run for target in rare} == {None, 299_574 * 20 * MS}
    assert not list(too_long(tuple(replace(target, feasibility=Feasibility.MET) for target in rare), 60_000 * MS))
    ((needed, flows),) = too_long(tuple(replace(t, feasibility=Feasibility.UNDETERMINED) for t in rare), 60_000 * MS)
    assert (needed.metric, len(flows)) == (Metric.LOSS, 2)


def test_loss_events_take_hours() -> None:
    """Three hours without one show fewer than one an hour."""
    blueprint = plan(network("call"))
    assert least_run(blueprint.flows[0], Metric.LOSS_EVENTS, 1.0) == 3 * 3_600_000 * MS
