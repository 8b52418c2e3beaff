"""The table of metrics: a metric is one row, one estimator for what it is measured on, and nothing anywhere else."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.docs.imports import modules, tree, within
from twin.core.records import from_plain, to_plain
from twin.judge.estimators import ESTIMATORS
from twin.judge.statistics.inference import INFERENCES
from twin.model import Metric, Statistic, Target, Theory
from twin.model.yaml.value_types import keys_of
from twin.predict.figures.by_flow import FORMS

AT_HOME = ("twin.model.metrics", "twin.judge.estimators", "twin.predict", "twin.judge.verdicts.emodel_prediction")
"""Where metrics are known by name: the table, the estimators, and the theory that predicts them."""
TABLES = ("twin.report.page.sections.call_quality", "twin.plan.trials.y1564", "twin.report.page.trials_page",
          "twin.territory.draft.lines", "twin.territory.interchange.graph_description")
"""Tables about one subject, whose columns are metrics chosen for it; and drafts of descriptions, which set targets."""


@pytest.mark.parametrize("metric", Metric)
def test_a_row_says_how_people_call_it(metric: Metric) -> None:
    """In full, in a column, and in the words of its key; the example reads as one."""
    row = metric.row
    assert row.title and len(row.short) <= 11 and row.activities
    assert row.about.endswith(".") and row.example


def test_no_two_rows_are_called_alike() -> None:
    """Neither by title nor in a column nor in a description."""
    for names in ([metric.value for metric in Metric], [metric.row.title for metric in Metric],
                  [metric.row.short for metric in Metric], [metric.row.about for metric in Metric]):
        assert len(set(names)) == len(Metric)


def test_every_metric_is_a_key_of_a_target() -> None:
    """Just one, spelt as its value, in the order of the table."""
    keys = [key for key in keys_of(Target) if key.member is not None]
    assert [(key.member, key.spelling) for key in keys] == [(metric, metric.value) for metric in Metric]


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_has_one_estimator(metric: Metric) -> None:
    """One for each kind of samples that it can be measured on."""
    kinds = Counter(estimators.samples for estimators in ESTIMATORS if metric in estimators.estimators)
    assert kinds and set(kinds.values()) == {1}


def test_every_statistic_and_every_theory_has_one_that_speaks_for_it() -> None:
    """What rows name is there, and nothing is there that no row names."""
    assert set(INFERENCES) == set(Statistic) == {metric.row.statistic for metric in Metric}
    assert set(FORMS) == set(Theory) == {metric.row.theory for metric in Metric}


def test_bounds_are_stored_by_the_names_of_metrics() -> None:
    """A target comes back from JSON as it was."""
    target = Target("call", bounds={Metric.LOSS: 1000, Metric.MOS: 4.0})  # type: ignore[arg-type]
    assert to_plain(target)["bounds"] == {"loss": 1000, "mos": 4.0}
    back = from_plain(Target, to_plain(target))
    assert back == target and back.metrics == (Metric.LOSS, Metric.MOS)
    assert all(isinstance(metric, Metric) for metric in back.bounds)


def named(module: str) -> set[str]:
    """The metrics that a module knows by name, in code or as text."""
    names, keys = set(Metric.__members__), {metric.value for metric in Metric if "-" in metric.value}
    nodes = list(ast.walk(tree(module)))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                  and node.value.id == "Metric" and node.attr in names}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and node.value in keys}
    return attributes | texts


@pytest.mark.parametrize("module", sorted(module for module in modules()
                                          if not any(within(module, home) for home in (*AT_HOME, *TABLES))))
def test_nobody_else_lists_metrics(module: str) -> None:
    """A module reads rows, or asks for the one figure that it is about; it never enumerates what there is."""
    assert len(named(module)) <= 1
