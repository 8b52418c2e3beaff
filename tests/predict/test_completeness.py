"""Theory predicts every target: a closed form, or why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.judge.verdicts.feasibility import expectations
from twin.judge.verdicts.judge import flow_targets
from twin.judge.verdicts.theory_agreement import hold
from twin.model import Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict_paths
from twin.predict.figures.by_flow import FORMS

TOPOLOGIES = Path(__file__).parents[2] / "topologies"


def _known(prediction: Prediction) -> bool:
    return (prediction.value, prediction.low, prediction.high) != (None, None, None)


@pytest.mark.parametrize("name", sorted(path.stem for path in TOPOLOGIES.glob("*.yaml")))
def test_every_target_has_a_closed_form_or_a_reason(name: str) -> None:
    """And no flow is without any."""
    network = load(TOPOLOGIES / f"{name}.yaml")
    blueprint = plan(network)
    predicted = expectations(blueprint, tuple(predict_paths(blueprint, flow_paths(blueprint))))
    assert all(any(map(_known, predicted[flow.name].values())) for flow in blueprint.flows)
    for flow, metric, _ in flow_targets(network, blueprint):
        prediction = predicted[flow.name][metric]
        assert _known(prediction) or prediction.by.startswith("no closed form: "), (flow.name, metric)


@pytest.mark.parametrize("name", sorted(path.stem for path in TOPOLOGIES.glob("*.yaml")))
def test_a_closed_form_predicts_the_metrics_that_name_it(name: str) -> None:
    """And of no others."""
    blueprint = plan(load(TOPOLOGIES / f"{name}.yaml"))
    predicted = {(metric, theory) for path in predict_paths(blueprint, flow_paths(blueprint))
            for theory, form in FORMS.items() for metric in form(path)}
    assert predicted and all(metric.row.theory is theory for metric, theory in predicted)


def test_a_reason_is_not_held_against_a_figure() -> None:
    """It neither agrees nor disagrees."""
    agreement = hold(Metric.LOSS, Prediction(None, by="no closed form: chance"), 4.0)
    assert (agreement.agrees, agreement.difference, agreement.measured) == (None, None, 4.0)
