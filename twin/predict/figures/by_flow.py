"""What theory expects of every flow of a blueprint: each closed form asked about each journey.

A form is asked about every flow and tells what it can: of each prediction the formula that it comes from, and the
tolerance within which measurement has to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from twin.model import Metric, Theory
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import Hop
from twin.predict.figures.calls_and_zapping import dialled, zapping
from twin.predict.figures.constant_rate import calls, delays, losses, pictures
from twin.predict.figures.elastic import films, goodputs, transactions
from twin.predict.network.path_prediction import Journey, journeys
from twin.predict.prediction import Prediction

Form = Callable[[Journey], Mapping[Metric, Prediction]]

FORMS: Mapping[Theory, Form] = {
    Theory.DELAY: delays, Theory.LOSS: losses, Theory.PICTURE: pictures, Theory.CALL: calls, Theory.GOODPUT: goodputs,
    Theory.TRANSACTION: transactions, Theory.FILM: films, Theory.CHANNEL: zapping, Theory.DIALLING: dialled,
}
"""The closed forms of each part of the theory, which tells of the metrics whose rows name it."""


def predict(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> dict[str, dict[Metric, Prediction]]:
    """What theory expects of each flow, by name and metric; a flow without a way has none.

    paths: the spans that each flow crosses. Where spans are cut during the run, this is what holds while none is: told,
    but not to be held against figures of the whole run.
    """
    return {journey.flow.name: figures(journey, bool(blueprint.faults)) for journey in journeys(blueprint, paths)}


def figures(journey: Journey, disturbed: bool) -> dict[Metric, Prediction]:
    """What theory expects of one flow. disturbed: whether spans are cut during the run."""
    found: dict[Metric, Prediction] = {}
    for form in FORMS.values():
        found |= form(journey)
    return {metric: _undisturbed(prediction) for metric, prediction in found.items()} if disturbed else found


def _undisturbed(prediction: Prediction) -> Prediction:
    return replace(prediction, tolerance=None, by=prediction.by and f"{prediction.by}, while no span is cut")
