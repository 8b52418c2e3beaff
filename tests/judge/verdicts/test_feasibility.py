"""Before a run: which targets hold by theory, which cannot, which span is to blame and by which numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from twin.cli import main
from twin.core.units import Rate, Ratio, Time
from twin.judge.verdicts.feasibility import Foresight, Outlook, extremes, outlooks, shortfalls
from twin.model import Fault, FaultKind, Metric, Name, Network, Target
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, figures, journeys

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
profiles: {{dsl: {{down: {down}, up: 512 kbit/s, delay: 5 ms, loss: {loss}}}}}
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


def outlook(described: Network, workload: str, bounds: Mapping[Metric, float]) -> tuple[Outlook, ...]:
    """The outlook of one target of all flows of a workload."""
    promising = replace(described, targets=(Target(Name(workload), bounds=bounds),))
    blueprint = plan(promising)
    found = tuple(journeys(blueprint, flow_paths(blueprint)))
    return outlooks(promising, blueprint, found, {j.flow.name: figures(j, bool(blueprint.faults)) for j in found})


def test_more_than_the_line_carries() -> None:
    """1.8 Mbit/s of payload do not come through 2048 kbit/s of cells, which carry 1.749 of it alone."""
    (found,) = outlook(network("download"), "download", {Metric.GOODPUT: Rate(1_800_000)})
    assert (found.foresight, found.span) == (Foresight.CANNOT, "homes-1")
    assert found.best == pytest.approx(1_748_528, rel=1e-4)
    assert "2.048 Mbit/s carry 1.749 Mbit/s of TCP payload" in found.reason
    (kept,) = outlook(network("download"), "download", {Metric.GOODPUT: Rate(1_700_000)})
    assert kept.foresight is Foresight.HOLDS


def test_more_than_the_share() -> None:
    """Beside a call and another download, half of what the call leaves is the share, and water-filling says so."""
    (found,) = outlook(network("call", "download", "pair"), "download", {Metric.GOODPUT: Rate(900_000)})
    assert (found.foresight, found.span) == (Foresight.CANNOT, "homes-1")
    share = (2_048_000 - 106_000) * 1448 / 1696 / 4
    assert found.best == pytest.approx(share * 1.01)
    assert "flows at constant rate take 106 kbit/s, and 1 more TCP flow shares the rest" in found.reason


def test_a_delay_shorter_than_the_way() -> None:
    """5 ms of modem and 1 ms of cells do not fit a promise of 5 ms; the line is to blame, and says what would do."""
    down, up = outlook(network("call"), "call", {Metric.MEAN_DELAY: Time(5 * MS)})
    assert down.foresight is up.foresight is Foresight.CANNOT
    assert down.span == "homes-1" and "1.035 ms of serialization and 5 ms of propagation" in down.reason
    assert "promise 6.1" in down.remedy


def test_a_mean_beyond_its_promise() -> None:
    """Where the least delay would do and the wait behind full packets does not, the wait is told."""
    down, _ = outlook(network("call", "download", down="256 kbit/s"), "call", {Metric.MEAN_DELAY: Time(20 * MS)})
    assert (down.foresight, down.span) == (Foresight.CANNOT, "homes-1")
    assert "26.5 ms of waiting" in down.reason


@pytest.mark.parametrize("metric", [Metric.MEAN_DELAY, Metric.MAX_DELAY])
def test_whoever_follows_the_remedy_has_a_promise_that_can_be_kept(metric: Metric) -> None:
    """Beside a download the least delay alone is no remedy: packets wait, on average and at the most."""
    busy = network("call", "download")
    for found in outlook(busy, "call", {metric: Time(2 * MS)}):
        assert found.foresight is Foresight.CANNOT
        told = re.search(r"promise ([0-9.]+) ms", found.remedy)
        assert told, found.remedy
        promised = Time(round(float(told[1]) * 1.002 * MS))
        (again,) = (one for one in outlook(busy, "call", {metric: promised}) if one.flow == found.flow)
        assert again.foresight is (Foresight.HOLDS if metric is Metric.MAX_DELAY else Foresight.OPEN), found.remedy


def test_loss_of_what_does_not_fit() -> None:
    """A flood of 452 kbit/s of cells on 256 kbit/s loses 43 %; a lossy line loses what it loses."""
    (flood,) = outlook(network("flood", down="256 kbit/s"), "flood", {Metric.LOSS: Ratio(10_000)})
    assert (flood.foresight, flood.span) == (Foresight.CANNOT, "homes-1")
    assert "send 452.3 kbit/s, and it carries 256 kbit/s" in flood.reason
    down, up = outlook(network("call", loss="1 %"), "call", {Metric.LOSS: Ratio(1_000)})
    assert down.foresight is up.foresight is Foresight.CANNOT
    assert "1 % of what crosses its medium" in down.reason


def test_a_page_in_less_than_its_time() -> None:
    """60 kB take 0.27 s on the line, so that 0.2 s cannot be; 1 s is sure alone, and beside a download a run must tell.
    """
    (found,) = outlook(network("surf"), "surf", {Metric.PAGE_TIME: Time(200 * MS)})
    assert (found.foresight, found.span) == (Foresight.CANNOT, "homes-1") and "60000 bytes" in found.reason
    (may,) = outlook(network("surf"), "surf", {Metric.PAGE_TIME: Time(1000 * MS)})
    assert may.foresight is Foresight.HOLDS
    (must,) = outlook(network("surf", "download"), "surf", {Metric.PAGE_TIME: Time(1000 * MS)})
    assert must.foresight is Foresight.OPEN


def test_what_theory_is_sure_of() -> None:
    """A call's delay variation beside a download is bounded; the bound decides."""
    for bound, foresight in ((20, Foresight.HOLDS), (4, Foresight.OPEN)):
        down, _ = outlook(network("call", "download"), "call", {Metric.DELAY_VARIATION: Time(bound * MS)})
        assert down.foresight is foresight


def test_a_cut_leaves_nothing_sure() -> None:
    """Where spans are cut, what is impossible stays so, and nothing else is sure."""
    cut = (Fault(Time(1), FaultKind.CUT, Name("dslam-uplink")), Fault(Time(2), FaultKind.MEND, Name("dslam-uplink")))
    broken = replace(network("call"), faults=cut)
    assert {one.foresight for one in outlook(broken, "call", {Metric.MEAN_DELAY: Time(90 * MS)})} == {Foresight.OPEN}
    assert {one.foresight for one in outlook(broken, "call", {Metric.MEAN_DELAY: Time(5 * MS)})} == {Foresight.CANNOT}


def test_best_and_worst() -> None:
    """Value and bounds together, whichever is tighter, for metrics of which less or more is better."""
    told = Prediction(100.0, 98.0, 120.0, 0.05)
    assert extremes(told, lower=True) == (98.0, 105.0)
    assert extremes(told, lower=False) == (105.0, 98.0)
    assert extremes(Prediction(None, None, 7.0), lower=True) == (None, 7.0)
    assert extremes(Prediction(100.0, 98.0, 120.0, None), lower=True) == (98.0, None)


def test_flows_that_share_a_fate_are_told_once() -> None:
    """Three lines with the same plight are one line of the list."""
    found = outlook(network("download", lines=3), "download", {Metric.GOODPUT: Rate(1_800_000)})
    ((one, flows),) = shortfalls(found)
    assert one.metric is Metric.GOODPUT
    assert flows == ("homes-1.download", "homes-2.download", "homes-3.download")


def test_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`twin plan` names what cannot hold, the span and the remedy, and ends with 1; with nothing such, with 0."""
    minimal = (Path(__file__).parents[3] / "topologies" / "minimal.yaml").read_text()
    file = tmp_path / "greedy.yaml"
    file.write_text(minimal.replace("goodput: 300 kbit/s", "goodput: 400 kbit/s"))
    assert main(["plan", str(file)]) == 1
    said = capsys.readouterr().out
    assert "✗ download goodput: target ≥ 400 kbit/s, best achievable 350.1 kbit/s (homes-1.download" in said
    assert "span homes-1: the share is 346.6 kbit/s" in said
    assert main(["plan", str(Path(__file__).parents[3] / "topologies" / "minimal.yaml")]) == 0
