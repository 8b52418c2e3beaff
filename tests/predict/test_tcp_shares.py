"""Ranges of TCP goodput: buffers, round trips, disciplines, losses; measured values of the lab lie within them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from twin.model import Metric
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

Predict = Callable[..., Mapping[str, Mapping[Metric, Prediction]]]
Make = Callable[..., Blueprint]
FULL = 10e6 * 1448 / 1538
"""bit/s of TCP payload on 10 Mbit/s of Ethernet."""


def bounds(prediction: Prediction) -> tuple[float, float]:
    """What a prediction allows, bit/s."""
    if prediction.value is not None:
        tolerance = prediction.tolerance or 0.0
        return prediction.value * (1 - tolerance), prediction.value * (1 + tolerance)
    return prediction.low or 0.0, prediction.high or float("inf")


def test_a_buffer_of_a_bandwidth_delay_product_keeps_the_span_busy(predicted: Predict) -> None:
    """One connection, 25 kB before 10 Mbit/s and 20 ms: a value."""
    assert predicted("tcp-buffers")["bdp-1.t1"][Metric.GOODPUT].value == pytest.approx(FULL, rel=1e-3)


def test_a_small_buffer_leaves_gaps(predicted: Predict) -> None:
    """4.7 kB hold at least 0.7 (1 + B / BDP) of the share; 8.6 to 8.8 Mbit/s were measured."""
    low, high = bounds(predicted("tcp-buffers")["small-1.t2"][Metric.GOODPUT])
    assert low == pytest.approx(0.99 * FULL * 0.7 * (1 + 4_700 / 25_000), rel=0.05)
    assert low < 8.6e6 and high == pytest.approx(FULL, rel=0.011)


@pytest.mark.parametrize(("network", "flow", "measured"), [
    ("long-round-trip", "near-1.download", 5.049e6), ("long-round-trip", "far-1.download", 4.361e6),
    ("tcp-buffers", "fq-1.t3", 4.9e6), ("tcp-buffers", "fq-far-1.t3", 4.4e6)])
def test_codel_favours_short_round_trips(predicted: Predict, network: str, flow: str, measured: float) -> None:
    """What the far one leaves, the near one takes: neither is sure of half, and half is possible for both."""
    low, high = bounds(predicted(network)[flow][Metric.GOODPUT])
    assert low < min(measured, FULL / 2) and max(measured, FULL / 2) < high < 0.7 * FULL


def test_one_fifo_is_shared_by_round_trips(predicted: Predict) -> None:
    """20 ms against 80 ms: the near one may get four times as much, or more."""
    near, far = (bounds(predicted("tcp-buffers")[f"{line}-1.t4"][Metric.GOODPUT]) for line in ("near", "far"))
    assert 0 < far[0] < near[0] < FULL / 2 < far[1] < near[1] < FULL


def test_cake_on_a_short_path_costs_timeouts(predicted: Predict) -> None:
    """Less than four packets are in flight, and the last one that waits is dropped: 99.5 % were measured, and as
    little as 97.4 % beside calls."""
    low, high = bounds(predicted("short-cake")["home-1.fetch"][Metric.GOODPUT])
    full = 1e6 * 1448 / 1538
    assert low < 0.974 * full and full <= high < 1.02 * full


def test_losses_of_the_medium_bound_tcp_from_below(line: Make) -> None:
    """By the square root law at 0.1 %; at 10 % nothing is certain."""
    few, many = (predict(blueprint, flow_paths(blueprint))["homes-1.download"][Metric.GOODPUT]
                 for blueprint in (line("download", loss=loss) for loss in ("0.1 %", "10 %")))
    assert few.low is not None and few.high is not None and 0.2 < few.low / few.high < 1
    assert many.low is None and "losses decide" in many.by
