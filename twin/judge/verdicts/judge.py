"""Targets against figures: one verdict for each metric of a target and each flow it holds for. Pure.

What a verdict rests on is explained in twin.judge.statistics.confidence; here it is looked up, put into the units
that people read, and compared with the baseline and the prediction.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from twin.core.units import NS_PER_S
from twin.judge.statistics import confidence
from twin.judge.statistics.inference import INFERENCES, Judged, cannot_be_shown, run_factor
from twin.judge.verdict import Basis, Certificate, FlowFigures, Interval, Outcome, Verdict
from twin.judge.verdicts.predicted_extremes import extremes, meets
from twin.judge.verdicts.theory_agreement import ALLOWANCE, Agreement, hold
from twin.model import Count, Metric, Network, Scale
from twin.plan.blueprint import Blueprint, DialledSpeech, Flow, SipSignalling
from twin.predict import Prediction
from twin.predict.figures.packet_delay_and_loss import PLANNED

DOUBT = "the emulation failed its fidelity checks; see its certificate"
"""The reason of every verdict of a run whose certificate is not valid."""
MUCH = 1000
"""Nobody runs so many times longer: such a figure says no more than that."""


def judge(
    network: Network,
    blueprint: Blueprint,
    figures: Sequence[FlowFigures],
    baseline_figures: Sequence[FlowFigures] | None,
    predictions: Mapping[str, Mapping[Metric, Prediction]],
    certificate: Certificate,
) -> tuple[Verdict, ...]:
    """All verdicts, in the order of the targets, then of the flows' names, then of the metrics.

    figures, baseline_figures: of the run with QoS and of the same load without; a flow that is missing counts as not
    measured. predictions: by flow and metric. Nothing is concluded where the certificate is not valid.
    """
    measured = {f.flow: f for f in figures}
    baseline = {f.flow: f for f in baseline_figures or ()}
    verdicts = []
    for flow, metric, bound in flow_targets(network, blueprint):
        verdict = _compared(_verdict(flow, metric, bound, measured.get(flow.name)), measured.get(flow.name),
                            baseline.get(flow.name), predictions.get(flow.name, {}).get(metric))
        verdicts.append(verdict if certificate.valid else _doubted(verdict))
    return tuple(verdicts)


def _doubted(verdict: Verdict) -> Verdict:
    """What is left of a verdict where the emulation cannot be trusted."""
    return replace(verdict, verdict=Outcome.INCONCLUSIVE, basis=Basis.MEASUREMENT, confidence=None, reason=DOUBT,
                   proves_qos=False if verdict.proves_qos is False else None)


def flow_targets(network: Network, blueprint: Blueprint) -> Iterator[tuple[Flow, Metric, float]]:
    """Every target of every flow: the flow, the metric, the bound in ns, ppm or bit/s; in the order of the targets."""
    for target in network.targets:
        for flow in blueprint.flows:
            if flow.workload == target.workload and (not target.lines or flow.line_group in target.lines):
                yield from ((flow, metric, float(target.bounds[metric])) for metric in target.metrics
                            if _speaks_of(metric, flow))


def _speaks_of(metric: Metric, flow: Flow) -> bool:
    """Whether a metric is one of this flow, where a workload has flows of two kinds."""
    match flow.traffic:
        case SipSignalling():
            return metric.row.of_signalling
        case DialledSpeech():
            return not metric.row.of_signalling
        case _:
            return True


def _verdict(flow: Flow, metric: Metric, bound: float, figures: FlowFigures | None) -> Verdict:
    row, scale = metric.row, metric.row.scale
    value = figures.values.get(metric) if figures else None
    verdict = Verdict(
        service=flow.service, workload=flow.workload, flow=flow.name, source=flow.source, sink=flow.sink,
        metric=metric, lower=row.lower, target=bound / scale.base,
        value=None if value is None else value / scale.base, unit=scale.symbol,
        samples=_samples(metric, figures) if figures else 0, confidence=None, verdict=Outcome.INCONCLUSIVE,
    )
    if figures is None:
        return replace(verdict, reason="the flow was not measured")
    if value is None:
        return _without_value(verdict, figures)
    return _concluded(verdict, value, bound, figures)


def _concluded(verdict: Verdict, value: float, bound: float, figures: FlowFigures) -> Verdict:
    """value, bound: in base units."""
    metric, interval = verdict.metric, figures.intervals.get(verdict.metric, Interval(None, None, 0, 0.0))
    outcome = confidence.conclude(interval, bound, verdict.lower)
    judged = Judged(metric, value, interval, bound, outcome)
    confident = INFERENCES[metric.row.statistic].held(judged)
    reason = _shortage(judged, figures) if outcome is Outcome.INCONCLUSIVE else ""
    return replace(verdict, verdict=outcome, confidence=confident, reason=reason)


def _without_value(verdict: Verdict, figures: FlowFigures) -> Verdict:
    """A figure is missing: the flow has none such, nothing was sent, nothing arrived, or too little."""
    if not figures.sent:
        return replace(verdict, reason="nothing was sent")
    if verdict.metric not in figures.intervals:
        return replace(verdict, reason=f"a flow of this kind has no {verdict.metric.value}")
    if not figures.received:
        return replace(verdict, verdict=Outcome.MISSED, reason=f"none of {figures.sent} packets arrived")
    return replace(verdict, reason="too few samples; run for longer")


def _samples(metric: Metric, figures: FlowFigures) -> int:
    """How many packets, pages or stretches of time a figure stands on."""
    interval = figures.intervals.get(metric)
    return {Count.SENT: figures.sent, Count.RECEIVED: figures.received,
            Count.INDEPENDENT: interval.samples if interval else 0}[metric.row.count]


def _shortage(judged: Judged, figures: FlowFigures) -> str:
    """Why nothing can be concluded, and how long a run would take that could."""
    metric, interval, counted = judged.metric, judged.interval, judged.metric.row.sample.value
    if cannot_be_shown(metric, judged.bound):
        return f"no run can show that {counted} are never lost; allow a ratio"
    needed = INFERENCES[metric.row.statistic].needed(metric, judged.bound)
    longer = _longer(run_factor(judged), len(figures.throughput.values) * figures.throughput.step / NS_PER_S)
    if needed <= interval.effective:
        return f"the target lies within the confidence interval, {_between(interval, metric.row.scale)}; {longer}"
    worth = f"{interval.effective:.0f}" if interval.effective >= 10 else f"{interval.effective:.1f}"
    return f"{interval.samples} {counted} are worth {worth} independent ones, {needed} needed; {longer}"


def _longer(factor: float | None, seconds: float) -> str:
    if factor is None or factor > MUCH:
        return "run for much longer"
    return f"run for about {math.ceil(seconds * factor)} s"


def _between(interval: Interval, scale: Scale) -> str:
    low, high = ("?" if end is None else f"{end / scale.base:.6g}" for end in (interval.low, interval.high))
    return f"{low} to {high} {scale.symbol}".rstrip()


def _compared(verdict: Verdict, figures: FlowFigures | None, baseline: FlowFigures | None,
              prediction: Prediction | None) -> Verdict:
    """The verdict with the baseline's value and the prediction beside the measured value."""
    scale = verdict.metric.row.scale
    if prediction is not None:
        verdict = _predicted(verdict, prediction, figures, scale)
    in_base_units = baseline.values.get(verdict.metric) if baseline else None
    if in_base_units is None:
        return verdict
    value = in_base_units / scale.base
    also_met = meets(value, verdict.target, verdict.lower, unknown=False)
    proves = False if also_met else (True if verdict.verdict is Outcome.MET else None)
    return replace(verdict, baseline=value, proves_qos=proves)


def _predicted(verdict: Verdict, prediction: Prediction, figures: FlowFigures | None, scale: Scale) -> Verdict:
    """The verdict with its prediction, and a remark where the two differ by more than the tolerance."""
    measured = None if verdict.value is None else verdict.value * scale.base
    interval = figures.intervals.get(verdict.metric) if figures else None
    agreement = hold(verdict.metric, prediction, measured, interval)
    value, low, high = (None if figure is None else figure / scale.base
                        for figure in (prediction.value, prediction.low, prediction.high))
    verdict = replace(verdict, predicted=value, predicted_low=low, predicted_high=high, tolerance=prediction.tolerance,
                      agrees=agreement.agrees)
    if decided := _decided_by_theory(verdict, prediction):
        return replace(verdict, verdict=decided, basis=Basis.THEORY, confidence=None,
                       reason=f"by theory ({prediction.by}); measured alone: {verdict.reason}")
    reasons = filter(None, (verdict.reason, _disagreement(agreement, scale)))
    return replace(verdict, reason="; ".join(reasons))


def _decided_by_theory(verdict: Verdict, prediction: Prediction) -> Outcome | None:
    """What theory decides where the measurement leaves a target open, does not contradict it, and falls on the same
    side of the target: that the worst predicted figure keeps the target, or that the best one breaks it.

    What is computed packet by packet is of this seed and length, as the measurement is: not of the long run.
    """
    if verdict.verdict is not Outcome.INCONCLUSIVE or verdict.agrees is not True or prediction.by == PLANNED:
        return None
    lower, bound = verdict.lower, verdict.target * verdict.metric.row.scale.base
    best, worst = extremes(prediction, lower)
    kept = meets(verdict.value, verdict.target, lower, unknown=False)
    if kept and meets(worst, bound, lower, unknown=False):
        return Outcome.MET
    return Outcome.MISSED if not kept and not meets(best, bound, lower, unknown=True) else None


def _disagreement(agreement: Agreement, scale: Scale) -> str:
    """By how much a figure and its prediction differ, where that is more than the tolerance."""
    if agreement.agrees is not False or agreement.measured is None:
        return ""
    prediction, measured = agreement.predicted, agreement.measured
    if prediction.high is not None and measured > prediction.high * (1 + ALLOWANCE):
        return f"above the predicted maximum, {prediction.high / scale.base:.6g} {scale.symbol}".rstrip()
    if prediction.low is not None and measured < prediction.low * (1 - ALLOWANCE):
        return f"below the predicted minimum, {prediction.low / scale.base:.6g} {scale.symbol}".rstrip()
    assert prediction.value is not None and prediction.tolerance is not None
    return (f"{100 * (agreement.difference or 0.0):+.3g} % off the prediction ({prediction.by}), "
            f"{prediction.value / scale.base:.6g} {scale.symbol}".rstrip() + f" ± {100 * prediction.tolerance:.3g} %")
