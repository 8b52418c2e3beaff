"""The predictions of every flow of a blueprint: each closed form is applied to each path.

A form returns what it knows of a flow: of each prediction the formula that it comes from, and the tolerance within
which measurement has to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from twin.model import Metric, Theory
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import Hop
from twin.predict.delay.planned_packets import DEFAULT_RUN, RunPlan
from twin.predict.figures.call_setup_and_zapping import dialled, zapping
from twin.predict.figures.goodput_and_transactions import films, goodputs, transactions
from twin.predict.figures.packet_delay_and_loss import calls, delays, losses, pictures
from twin.predict.path_prediction import PathPrediction, predict_paths
from twin.predict.prediction import Prediction

Form = Callable[[PathPrediction], Mapping[Metric, Prediction]]

FORMS: Mapping[Theory, Form] = {
    Theory.DELAY: delays, Theory.LOSS: losses, Theory.PICTURE: pictures, Theory.CALL: calls, Theory.GOODPUT: goodputs,
    Theory.TRANSACTION: transactions, Theory.FILM: films, Theory.CHANNEL: zapping, Theory.DIALLING: dialled,
}
"""The closed form of each part of the theory: it predicts the metrics whose rows name that part."""


def predict(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], run: RunPlan = DEFAULT_RUN
) -> dict[str, dict[Metric, Prediction]]:
    """The predictions of each flow, by name and metric; a flow without a path has none.

    paths: the spans that each flow crosses. Where spans are cut during the run, this holds while none is: it is shown,
    but not compared with figures of the whole run.
    """
    return {path.flow.name: figures(path, bool(blueprint.faults)) for path in predict_paths(blueprint, paths, run)}


def figures(path: PathPrediction, disturbed: bool) -> dict[Metric, Prediction]:
    """The predictions of one flow. disturbed: whether spans are cut during the run."""
    predictions: dict[Metric, Prediction] = {}
    for form in FORMS.values():
        predictions |= form(path)
    if not disturbed:
        return predictions
    return {metric: _undisturbed(prediction) for metric, prediction in predictions.items()}


def _undisturbed(prediction: Prediction) -> Prediction:
    return replace(prediction, tolerance=None, by=prediction.by and f"{prediction.by}, while no span is cut")
