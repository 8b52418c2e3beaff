"""What theory says of flows, told: before a run by span and figure, after it beside what was measured."""

from __future__ import annotations

from dataclasses import replace

from tests.report.sample import sample_run, verdict
from twin.core.units import show_time
from twin.judge.verdicts.theory_agreement import hold
from twin.model import Metric
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict_paths
from twin.predict.figures.by_flow import figures
from twin.report.language import wording
from twin.report.language.wording import predicted_figure
from twin.report.page import html
from twin.report.terminal import predictions

FLOW = "mazamet-2048-1.call.down"


def test_each_span_and_figure_is_told() -> None:
    """Every span of a flow's way stands with its parts, and every figure with its form and tolerance or bound."""
    blueprint = sample_run().blueprint
    (path,) = (path for path in predict_paths(blueprint, flow_paths(blueprint)) if path.flow.name == FLOW)
    expected = {FLOW: figures(path, disturbed=False)}
    lines = list(predictions.text([path], expected))
    for delay in path.hop_delays:
        name = predictions.OWN_LINE if delay.hop.span == "mazamet-2048-1" else delay.hop.span
        (line,) = (line for line in lines if line.strip().startswith(f"{name} "))
        assert show_time(delay.serialization) in line
    assert any("mean delay" in line and "±" in line and "Cobham" in line for line in lines)
    assert any("max delay" in line and " to " in line and "network calculus" in line for line in lines)
    plain = predictions.plain([path], expected)[FLOW]
    assert [span["span"] for span in plain["spans"]] == [hop.span for hop in path.hops]
    assert plain["predictions"]["mean-delay"]["tolerance"] > 0


def test_bounds_are_told_where_no_value_is_honest() -> None:
    """A value with its tolerance, else the upper bound, else the lower one, else nothing."""
    assert predicted_figure(14.9, 9.0, 36.0, 0.025, "ms") == "14.9 ms ± 2.5 %"
    assert predicted_figure(None, 9.0, 36.0, 0.025, "ms") == "≤ 36 ms"
    assert predicted_figure(None, 9.0, None, 0.025, "ms") == "≥ 9 ms"
    assert predicted_figure(None, None, None, 0.025, "ms") == "–"
    assert predicted_figure(0.0, None, None, 0.001, "ppm") == "0 %"


def test_disagreement_is_flagged() -> None:
    """A verdict that theory does not bear out is marked, and the page lists it with its difference and its form."""
    assert wording.predicted(verdict(agrees=True)) == "30.9 ms"
    assert wording.predicted(verdict(agrees=False)) == "30.9 ms ≠"
    apart = hold(Metric.MEAN_DELAY, Prediction(20e6, tolerance=0.025, by="priority wait (Cobham)"), 31.2e6)
    near = hold(Metric.MAX_DELAY, Prediction(None, 9e6, 40e6, by="network calculus"), 35e6)
    page = html.render(replace(sample_run(), agreements={FLOW: (apart, near)}))
    assert "1 of 2 figures of flows under load agree" in page
    assert "+56.00 %" in page and "priority wait (Cobham)" in page and "≠" in page
