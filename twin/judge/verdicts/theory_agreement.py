"""The closed form beside the measured figure, and whether the two agree within what is stated. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from twin.judge.verdict import FlowFigures, Interval
from twin.model import Metric
from twin.predict import Prediction

ALLOWANCE = 0.01
"""By which part of a bound a figure may leave what theory allows: the clock's ticks, and a timer a span."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure of one flow, in base units (ns, ppm, bit/s). difference: of the measured from the predicted value, or
    from the bound that it left, as a ratio; 0.0 within the bounds; None where there is nothing to hold it against.

    agrees: None where neither was to be held against the other.
    """

    metric: Metric
    predicted: Prediction
    measured: float | None
    difference: float | None
    agrees: bool | None


def agreements(
    figures: Sequence[FlowFigures], predictions: Mapping[str, Mapping[Metric, Prediction]]
) -> dict[str, tuple[Agreement, ...]]:
    """What theory says of each flow beside what was measured, by the flow's name, in the order of the metrics."""
    return {f.flow: tuple(_of(f, predictions.get(f.flow, {}))) for f in figures}


def _of(figures: FlowFigures, predictions: Mapping[Metric, Prediction]) -> Iterator[Agreement]:
    for metric in Metric:
        prediction = predictions.get(metric)
        measured = figures.values.get(metric)
        if prediction is not None and (prediction.by or _known(prediction)):
            yield hold(metric, prediction, measured, figures.intervals.get(metric))


def hold(metric: Metric, predicted: Prediction, measured: float | None, interval: Interval | None = None) -> Agreement:
    """Hold a figure against its prediction. interval: what chance allows the figure to be."""
    if measured is None or predicted.tolerance is None or not _known(predicted):
        return Agreement(metric, predicted, measured, None, None)
    left = _left(predicted, measured)
    if left:
        return Agreement(metric, predicted, measured, left, False)
    if predicted.value is None:
        return Agreement(metric, predicted, measured, 0.0, True)
    return Agreement(metric, predicted, measured, _ratio(measured, predicted.value),
                     _near(predicted.value, predicted.tolerance, measured, interval))


def _known(predicted: Prediction) -> bool:
    """Whether theory knows anything: else it only says why not."""
    return (predicted.value, predicted.low, predicted.high) != (None, None, None)


def _left(predicted: Prediction, measured: float) -> float:
    """By which ratio a figure lies outside the bounds; 0.0 if it lies within."""
    if predicted.high is not None and measured > predicted.high * (1 + ALLOWANCE):
        return _ratio(measured, predicted.high)
    if predicted.low is not None and measured < predicted.low * (1 - ALLOWANCE):
        return _ratio(measured, predicted.low)
    return 0.0


def _ratio(measured: float, expected: float) -> float:
    """The difference as a part of what was expected; where that is 0, any difference is the whole."""
    return (measured - expected) / expected if expected else float(measured != 0)


def _near(value: float, tolerance: float, measured: float, interval: Interval | None) -> bool:
    """Whether a figure, or any that chance allows, lies within the tolerance."""
    if interval is None:
        return abs(measured - value) <= value * tolerance
    far = inf if interval.effective else 0.0  # how far an open end reaches; with no statistics at all, not at all
    low = measured - far if interval.low is None else interval.low
    high = measured + far if interval.high is None else interval.high
    return min(low, measured) <= value * (1 + tolerance) and max(high, measured) >= value * (1 - tolerance)
