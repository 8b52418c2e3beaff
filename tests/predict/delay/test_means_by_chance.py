"""A run has few packets: how far its mean delay and goodput may lie from those of the long run."""

from __future__ import annotations

import random
from statistics import fmean

import pytest

from benchmarks.support import queue_draws
from benchmarks.support.random_networks import description
from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict
from twin.predict.theory.queueing import mean_wait_dispersion


def expected(seed: int, flow: str, metric: Metric, seconds: float = 20.0) -> Prediction:
    """The prediction of a flow of a random network, for a run of so many seconds."""
    blueprint = plan(read(description(seed), f"corpus-{seed}.yaml"))
    return predict(blueprint, flow_paths(blueprint), RunPlan(1, seconds))[flow][metric]


@pytest.mark.parametrize("load", [0.2, 0.5, 0.72])
def test_means_of_runs_vary_as_theory_says(load: float) -> None:
    """400 runs of an exact recursion of M/D/1, of 400 packets each."""
    rng, truth = random.Random(3), queue_draws.mean_wait(load)
    means = [fmean(queue_draws.poisson(load, 400, rng).waits) for _ in range(400)]
    variance = fmean((mean / truth - 1) ** 2 for mean in means) * 400
    assert variance == pytest.approx(mean_wait_dispersion(load, load), rel=0.35)


@pytest.mark.parametrize(("seed", "flow", "measured"), [
    (60, "homes-4-1", 316.098e6), (70, "homes-3-1", 228.334e6), (70, "homes-3-2", 312.372e6),
    (81, "homes-1-2", 125.718e6), (61, "homes-3-6", 4.20388e6), (65, "homes-0-3", 14.1163e6)])
def test_a_mean_of_a_few_random_packets_is_not_claimed_to_a_hair(seed: int, flow: str, measured: float) -> None:
    """Some thirty packets in twenty seconds on slow lines, and on air that damages a fifth of the frames."""
    prediction = expected(seed, f"{flow}.flood", Metric.MEAN_DELAY)
    assert prediction.value is not None and prediction.tolerance is not None
    assert abs(measured / prediction.value - 1) < prediction.tolerance < 0.27


def test_a_longer_run_is_known_better() -> None:
    """Four times the time, half the chance."""
    short, long = (expected(70, "homes-3-1.flood", Metric.MEAN_DELAY, seconds).tolerance for seconds in (20.0, 80.0))
    assert short is not None and long is not None and long - 0.025 == pytest.approx((short - 0.025) / 2, rel=0.01)


def test_a_run_may_begin_or_end_while_a_window_waits_for_one_lost_packet() -> None:
    """64 kB before 128 kbit/s hold four seconds of a run of twenty: 64 and 86 kbit/s were measured of 90."""
    prediction = expected(69, "homes-0-1.fetch", Metric.GOODPUT)
    assert prediction.low is not None and prediction.high is not None
    assert 60e3 < prediction.low < 64_355 and 100e3 < prediction.high < 125e3
