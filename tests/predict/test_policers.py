"""Policers change what arrives behind them, for everybody: meters of classes and bandwidth profiles of lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.judge.verdicts.feasibility import Feasibility
from twin.judge.verdicts.planned_performance import planned_performance
from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.predict import Prediction
from twin.predict.theory.token_bucket import TokenBucket, passed

Predict = Callable[..., Mapping[str, Mapping[Metric, Prediction]]]
NETWORKS = Path(__file__).parent / "networks"


@pytest.mark.parametrize(("network", "lost", "goodput"), [
    ("policed-class", 1 - 1e6 / (8e6 / 1500 * 1514), 8.458e6), ("bandwidth-profile", 1 - 1 / 8, 8.449e6)])
def test_what_a_policer_drops_is_not_carried_on(predicted: Predict, network: str, lost: float, goodput: float) -> None:
    """Of 8 Mbit/s one passes, counted in frames or in IP packets; the upload gets the rest of the 10 Mbit/s."""
    figures = predicted(network)
    assert figures["h1-1.flood"][Metric.LOSS].value == pytest.approx(lost * 1e6, rel=1e-3)
    assert figures["h2-1.upload"][Metric.GOODPUT].value == pytest.approx(goodput, rel=1e-3)


def test_a_target_beyond_a_policer_is_infeasible() -> None:
    """36.9 % is lost: 333 kbit/s of 250 frames of 264 bytes a second, and a full bucket passes at first."""
    network = load(NETWORKS / "policed-target.yaml")
    planned = planned_performance(network, plan(network))
    loss = planned.predictions["p-1.v"][Metric.LOSS].value
    assert loss == pytest.approx((1 - 333e3 / (250 * 264 * 8)) * 1e6, rel=5e-3)
    assert [target.feasibility for target in planned.targets] == [Feasibility.INFEASIBLE]


def test_small_packets_pass_where_large_ones_do_not(predicted: Predict) -> None:
    """In 30 s 6,264 of 10,625 packets passed in the lab: nearly all of the small flow, less than half of the large."""
    figures = predicted("policed-mixture")
    large, small = (figures[f"p-1.{flow}"][Metric.LOSS].value or 0.0 for flow in ("v", "vs"))
    assert 30 * (250 * (1 - large / 1e6) + 100e3 / (120 * 8) * (1 - small / 1e6)) == pytest.approx(6264, rel=0.01)


def test_a_policed_upload_is_no_more_than_its_profile(predicted: Predict) -> None:
    """At most 2 Mbit/s of IP packets, 1448 of 1500 bytes."""
    high = predicted("policed-mixture")["u-1.up"][Metric.GOODPUT].high
    assert high == pytest.approx(2e6 * 1448 / 1500, rel=1e-3)


@given(st.lists(st.tuples(st.integers(40, 1500), st.floats(1, 500)), min_size=1, max_size=4),
       st.floats(1e4, 1e7), st.floats(1500, 20_000))
def test_no_more_passes_than_the_bucket_allows(flows: list[tuple[int, float]], rate: float, depth: float) -> None:
    """The rate and a full bucket, unless all conforms."""
    sizes, rates = tuple(size for size, _ in flows), tuple(pace for _, pace in flows)
    parts = passed([TokenBucket(rate, depth, 14)], sizes, rates, (False,) * len(flows), 2_000)
    sent = sum((size + 14) * 8 * pace for size, pace in flows)
    through = sum((size + 14) * 8 * pace * part for (size, pace), part in zip(flows, parts, strict=True))
    assert all(0 <= part <= 1 for part in parts)
    assert through <= min(sent, rate * 1.2 + depth * 8 * sum(rates) / 500)
