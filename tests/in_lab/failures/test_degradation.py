"""Spans, lines and radio hops fall to a lower rate: what then goes through is what the new rate carries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks.support import lab
from traffic.sample_files import Bytes, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Rate, Time
from twin.jobs.campaign import CampaignOptions, run_campaign
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.packet_metrics import goodput
from twin.judge.figures.time_window import within
from twin.judge.flow_figures import figures
from twin.judge.verdict import FlowFigures
from twin.model import BUILT_IN, FaultKind, Metric, Name
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.degradation import degraded_by_all
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict
from twin.report.terminal import failures

SECONDS, FALL, SETTLED = 14, 3, 5
"""When the run ends, when everything falls, and from when on it is looked at, s."""
MENDED = 11
CALLS = tuple(f"{line}-1.call.{way}" for line in ("firm", "home", "farm") for way in ("down", "up"))


@dataclass(frozen=True)
class Fallen:
    """What was measured with QoS and without, and what theory says of the degraded network."""

    blueprint: Blueprint
    qos: Side
    baseline: Side
    predictions: dict[str, dict[Metric, Prediction]]


@pytest.fixture(scope="module")
def fallen() -> Fallen:
    """All ways fall after three seconds; the fibre comes back after eleven."""
    network = load(lab.NETWORKS / "degraded.yaml")
    blueprint = plan(network)
    mend = FaultPlan(Time(MENDED * NS_PER_S), FaultKind.MEND, "core-edge")
    both = [replace(built, faults=(*built.faults, mend)) for built in (blueprint, plan(network, BUILT_IN["none"]))]
    qos, baseline = lab.side_by_side(both, SECONDS)
    low = replace(degraded_by_all(blueprint, blueprint.faults), faults=())
    return Fallen(blueprint, qos, baseline, predict(low, flow_paths(low)))


def seen(fallen: Fallen, side: Side, name: str, begin: int, end: int) -> FlowFigures:
    """The figures of a flow from one second to another."""
    flow = next(flow for flow in fallen.blueprint.flows if flow.name == name)
    part = within(side.samples[name], begin * NS_PER_S, end * NS_PER_S)
    return figures(replace(flow, start=Time(0)), part, end - begin)


def test_a_download_over_fibre_gets_the_share_of_the_lower_rate(fallen: Fallen) -> None:
    """And its own rate before, and after the mend."""
    expected = fallen.predictions["firm-1.download"][Metric.GOODPUT].value
    low = seen(fallen, fallen.qos, "firm-1.download", SETTLED, MENDED).values.get(Metric.GOODPUT)
    assert expected is not None and low == pytest.approx(expected, rel=0.005)
    progress = fallen.qos.samples["firm-1.download"]
    assert isinstance(progress, Bytes)
    for begin, end in ((1, FALL), (MENDED + 1, SECONDS)):
        assert goodput(progress, begin * NS_PER_S, end * NS_PER_S) > 1.9 * expected


def test_a_download_over_dsl_gets_the_share_of_the_lower_rate(fallen: Fallen) -> None:
    """Between what the call leaves always, and what it leaves while it pauses."""
    predicted = fallen.predictions["home-1.download"][Metric.GOODPUT]
    low = seen(fallen, fallen.qos, "home-1.download", SETTLED, SECONDS).values.get(Metric.GOODPUT)
    assert low is not None and predicted.low is not None and predicted.high is not None
    assert predicted.low <= low <= predicted.high


def test_a_hop_through_the_air_carries_what_frames_take_at_the_lower_rate(fallen: Fallen) -> None:
    """At 2 Mbit/s, one station alone: DIFS, half a window, the frame, its acknowledgement (IEEE 802.11b)."""
    samples = fallen.qos.samples["barn-1.fetch"]
    assert isinstance(samples, Packets)
    arrived = sum(SETTLED * NS_PER_S <= at < SECONDS * NS_PER_S for at in samples.received)
    frame_exchange = 50 + 15.5 * 20 + 192 + (1500 + 14 + 22) * 8 / 2 + 10 + 192 + 14 * 8 / 2
    assert arrived == pytest.approx((SECONDS - SETTLED) * 1e6 / frame_exchange, rel=0.005)


@pytest.mark.parametrize("flow", CALLS)
def test_calls_stay_good_with_qos(fallen: Fallen, flow: str) -> None:
    """Nothing is lost, and what they wait for is a packet in service, or their turn on the air."""
    call = seen(fallen, fallen.qos, flow, FALL, SECONDS)
    assert call.values[Metric.LOSS] == 0 and call.values[Metric.R_FACTOR] > 80
    assert call.values[Metric.MEAN_DELAY] < 40 * NS_PER_MS


@pytest.mark.parametrize("line", ["firm", "home", "farm"])
def test_without_qos_the_same_calls_are_ruined(fallen: Fallen, line: str) -> None:
    """Queues keep their bytes, and take as much longer to pass as the rate is lower."""
    call = seen(fallen, fallen.baseline, f"{line}-1.call.down", SETTLED, MENDED)
    assert call.values[Metric.MEAN_DELAY] > 300 * NS_PER_MS
    assert call.values[Metric.R_FACTOR] < 50


def test_nothing_is_lost_outside_the_model(fallen: Fallen) -> None:
    """What stands in a queue when its span falls stays there."""
    assert fallen.qos.closing.strays == fallen.baseline.closing.strays == {}


def test_a_campaign_says_what_no_longer_holds_beside_theory(tmp_path: Path) -> None:
    """The promise that the lower rate breaks, with the share that theory gives; calls stay good."""
    network = load(lab.NETWORKS / "degraded.yaml")
    wanted = replace(network.targets[0], workload=Name("download"), lines=(Name("firm"),),
                     bounds={Metric.GOODPUT: Rate(15_000_000)})
    few = replace(network, faults=network.faults[:1], targets=(*network.targets, wanted))
    campaign = run_campaign(few, tmp_path, CampaignOptions(seconds=10.0))
    (fall,) = campaign.degradations
    (broken,) = fall.violated
    assert str(fall.cut) == "core-edge at 10 Mbit/s" and campaign.exit_code == 0 and not fall.isolation.flows
    assert (broken.workload, broken.metric, broken.flows) == ("download", Metric.GOODPUT, 1)
    assert broken.worst is not None
    assert broken.worst == pytest.approx(broken.predicted, rel=0.1), "what queues held drains"
    assert broken.predicted == pytest.approx(9325, rel=0.001)
    assert "predicted 9.325 Mbit/s" in failures.degradation(fall)
