"""Television on a radio hop beside TCP: what may be lost now and then, and what that means for picture and zapping."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.in_lab.places import ROOT
from twin.core.units import PPM
from twin.model import Metric
from twin.model.traffic_profiles import TS_PACKETS
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import PathPrediction, Prediction, RunPlan, predict_paths
from twin.predict.figures.by_flow import figures

FLOW = "naves-tv-1.television"
SECONDS = 20.0


@pytest.fixture(scope="module")
def path() -> PathPrediction:
    """Behind a radio cell with TCP in both directions, on a line of which it takes three quarters."""
    blueprint = plan(load(ROOT / "topologies" / "castres-mazamet.yaml"))
    return next(path for path in predict_paths(blueprint, flow_paths(blueprint), RunPlan(seconds=SECONDS))
                if path.flow.name == FLOW)


@pytest.fixture(scope="module")
def predictions(path: PathPrediction) -> Mapping[Metric, Prediction]:
    """What is predicted of it."""
    return figures(path, disturbed=False)


def test_its_band_loses_nothing_on_the_air(path: PathPrediction) -> None:
    """It waits for its own frames, strict ones and the quanta of others, not for all that TCP has there."""
    air, line = path.hop_delays[-2].wait, path.hop_delays[-1].wait
    assert air.contended and air.lossless and air.bound is not None and air.bound < 0.6e9
    assert not line.lossless and line.seldom_lost and line.overflow == 0.01


def test_what_overflows_once_in_a_hundred_bounds_loss_and_picture(predictions: Mapping[Metric, Prediction]) -> None:
    """The line may overflow after a burst from the air: some per cent, each of which is an event of its own."""
    loss, rate = predictions[Metric.LOSS], 1.5e6 / (1316 * 8)
    assert loss.low == 0 and loss.high is not None and 10_000 < loss.high < 50_000
    assert predictions[Metric.LOSS_EVENTS].high == pytest.approx(loss.high / PPM * rate * 3600)
    assert predictions[Metric.MEDIA_LOSS_RATE].high == pytest.approx(loss.high / PPM * rate * SECONDS * TS_PACKETS)


def test_a_few_lost_packets_hold_up_a_change_of_channel_no_longer(predictions: Mapping[Metric, Prediction]) -> None:
    """The next one shows the picture: the bound of all waits and a few intervals more."""
    first, picture = predictions[Metric.ZAPPING_TIME], predictions[Metric.PICTURE_TIME]
    assert first.high is not None and first.high < 1.1e9 and picture.high is not None and picture.high > first.high
