"""Where a packet is under way for some microseconds, predictions allow for timers that are late by a part of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from twin.judge.verdicts.theory_agreement import hold
from twin.model import Metric
from twin.predict import Prediction
from twin.predict.prediction import GRAIN

Predicted = Callable[..., Mapping[str, Mapping[Metric, Prediction]]]
DELAYS = pytest.mark.parametrize("metric", [Metric.MEAN_DELAY, Metric.MAX_DELAY])
LEAST = 2 * (214 + 24) * 8 / 10 + 800 * 4.9
"""ns of a call: twice through 10 Gbit/s, and 800 m of fibre."""
PACKET = (1514 + 24) * 8 / 10
"""ns of a full packet."""
ARP = 84 * 8 / 10
"""ns of the smallest frame."""


def call(predicted: Predicted, beside: str = "") -> Mapping[Metric, Prediction]:
    """Of the call down, alone or beside a download."""
    return predicted("fast-lines", {"runs: [call]": f"runs: [call{beside}]"})["alone-1.call.down"]


@DELAYS
def test_what_late_timers_explain_is_no_contradiction(predicted: Predicted, metric: Metric) -> None:
    """By 150 ns a span, as measured: what is computed packet by packet is not that exact."""
    prediction = call(predicted)[metric]
    assert prediction.value == pytest.approx(LEAST) and prediction.by == "packet by packet"
    assert hold(metric, prediction, LEAST + 300).agrees


@DELAYS
def test_what_they_do_not_explain_is_one(predicted: Predicted, metric: Metric) -> None:
    """A microsecond a span is the most; of the longest delay, and a frame of ARP on each of the two."""
    arp = 2 * ARP if metric is Metric.MAX_DELAY else 0
    assert hold(metric, call(predicted)[metric], (LEAST + 2 * GRAIN + arp) * 1.02).agrees is False


def test_means_by_formula_allow_for_them(predicted: Predicted) -> None:
    """Beside a full span a call waits for half a packet."""
    prediction = call(predicted, ", fetch")[Metric.MEAN_DELAY]
    assert prediction.value == pytest.approx(LEAST + PACKET / 2, rel=0.1) and "Cobham" in prediction.by
    assert prediction.value is not None and prediction.tolerance is not None
    assert prediction.tolerance * prediction.value > 2 * GRAIN


@DELAYS
def test_bounds_allow_for_them(predicted: Predicted, metric: Metric) -> None:
    """A packet that waited for another may still be late; and one may have met ARP on the span where no other is."""
    arp = ARP if metric is Metric.MAX_DELAY else 0
    assert call(predicted, ", fetch")[metric].high == pytest.approx(LEAST + PACKET + 2 * GRAIN + arp)
