"""Packets of several sizes in a full FIFO: a small one finds room where a large one does not."""

from __future__ import annotations

import pytest

from tests.in_lab.places import ROOT
from twin.core.units import PPM
from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

FILE = ROOT / "tests" / "in_lab" / "acceptance" / "hostile.yaml"
LARGE, SMALL = "villain-1.flood", "villain-1.forged"
CAPACITY, LIMIT = 1e6 / 8 / 1e9 * 0.9048, 25_000
"""Bytes a ns that a call of G.711 leaves of 1 Mbit/s, and bytes that may wait: 200 ms."""


@pytest.fixture(scope="module")
def predictions() -> dict[str, Prediction]:
    """The loss of each flow where floods of 1538 and of 538 bytes share the uplink."""
    blueprint = plan(load(FILE))
    predicted = predict(blueprint, flow_paths(blueprint))
    return {flow: metrics[Metric.LOSS] for flow, metrics in predicted.items() if Metric.LOSS in metrics}


def dropped(sizes: tuple[int, int], intervals: tuple[float, float], seconds: float) -> list[float]:
    """The part of each of two flows that a FIFO of bytes drops, arrival by arrival."""
    arrivals = sorted((number * interval + 1e6 * k, k) for k, interval in enumerate(intervals)
                      for number in range(int(seconds * 1e9 / interval)))
    sent, lost, waiting, now = [0, 0], [0, 0], 0.0, 0.0
    for at, k in arrivals:
        waiting, now = max(0.0, waiting - (at - now) * CAPACITY), at
        sent[k] += 1
        if waiting + sizes[k] > LIMIT:
            lost[k] += 1
        else:
            waiting += sizes[k]
    return [gone / all_ for gone, all_ in zip(lost, sent, strict=True)]


def test_bounds_hold_what_a_run_measured(predictions: dict[str, Prediction]) -> None:
    """Of 20 s in the lab: the flood lost more than its part, the forged packets those that were contained and few
    more."""
    for flow, measured in ((LARGE, 610_861), (SMALL, 783_200)):
        loss = predictions[flow]
        assert loss.value is None and loss.low is not None and loss.high is not None
        assert loss.low < measured < loss.high


def test_they_hold_in_a_fifo_of_bytes(predictions: dict[str, Prediction]) -> None:
    """Both flows at their rates; what is contained of the small one does not come so far."""
    large, small = dropped((1538, 538), (6e6, 32e6), 60)
    limits = {flow: (predictions[flow].low or 0.0, predictions[flow].high or 0.0) for flow in (LARGE, SMALL)}
    assert limits[LARGE][0] < large * PPM < limits[LARGE][1]
    assert limits[SMALL][0] <= (0.75 + 0.25 * small) * PPM < limits[SMALL][1]
    assert small < 0.7 * large
