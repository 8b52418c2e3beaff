"""Bounds where packets arrive at random, or TCP is in the queue, and where other bands share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from twin.model import Metric, Policy
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

Make = Callable[..., Blueprint]
Predict = Callable[..., Mapping[str, Mapping[Metric, Prediction]]]
RANDOM = {"rate: 400 kbit/s}": "rate: 400 kbit/s, random: true}"}


@pytest.mark.parametrize("discipline", ["fifo", "fq-codel", "cake"])
def test_random_packets_have_a_longest_delay(line: Make, discipline: str) -> None:
    """At a fifth of the line some tens of packets at most, in any order: the line never pauses meanwhile."""
    blueprint = line("call", "flood", discipline=discipline, changes=RANDOM, down="4 Mbit/s")
    high = predict(blueprint, flow_paths(blueprint))["homes-1.flood"][Metric.MAX_DELAY].high
    packet = 1696 * 8 / 4e6 * 1e9
    assert high is not None and 10 * packet < high < 60 * packet


@pytest.mark.parametrize("policy", [Policy.NONE, None])
def test_tcp_beside_calls_is_bounded_by_its_window(line: Make, policy: Policy | None) -> None:
    """Before spans without a queue limit, too: two windows of two seconds of the line at most."""
    blueprint = line("call", "download", **({"policy": policy} if policy else {}))
    high = predict(blueprint, flow_paths(blueprint))["homes-1.call.down"][Metric.MAX_DELAY].high
    assert high is not None and high < 2e9


def test_tcp_comes_in_trains(predicted: Predict) -> None:
    """Packets of TCP that are sent together make others wait for all of them: no mean of single arrivals is claimed."""
    prediction = predicted("tcp-trains")["fast-1.flood"][Metric.MEAN_DELAY]
    assert prediction.value is None and prediction.low is not None and prediction.high is not None
    assert prediction.low < 308e3 < prediction.high
