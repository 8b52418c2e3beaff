"""Targets against figures: one verdict for each metric of a target and each flow it holds for. Pure.

What a verdict rests on is explained in twin.verify.confidence; here it is looked up, put into the units that people
read, and set beside the contrast and the prediction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from twin.model import Metric, Network, Target
from twin.plan.blueprint import Blueprint, Flow
from twin.predict import Prediction
from twin.units import NS_PER_MS, NS_PER_S, PPM
from twin.verify import confidence
from twin.verify.agreement import ALLOWANCE, Agreement, hold
from twin.verify.confidence import RISK
from twin.verify.figures import ASKED_QUANTILE, ZAPPING_QUANTILE
from twin.verify.metrics import TAIL
from twin.verify.picture import OFTEN
from twin.verify.verdict import Certificate, FlowFigures, Interval, Outcome, Verdict

ASKED = {Metric.PAGE_TIME: "pages", Metric.LOOKUP_TIME: "look-ups", Metric.TRANSFER_TIME: "mails",
          Metric.ROUND_TRIP: "round trips"}
"""What the times of those who ask are times of."""
DOUBT = "the emulation cannot be trusted; its certificate says why"
"""The reason of every verdict of a run whose certificate is not valid."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a metric is told: the unit, how many base units make one of it, and whether less is better."""

    unit: str
    base: float
    lower: bool


_DELAY = Scale("ms", NS_PER_MS, True)
SCALES: Mapping[Metric, Scale] = {
    Metric.MEAN_DELAY: _DELAY,
    Metric.MAX_DELAY: _DELAY,
    Metric.DELAY_VARIATION: _DELAY,
    Metric.JITTER: _DELAY,
    Metric.LOSS: Scale("ppm", 1, True),
    Metric.R_FACTOR: Scale("", 1, False),
    Metric.MOS: Scale("", 1, False),
    Metric.MOUTH_TO_EAR: _DELAY,
    Metric.DISCARD: Scale("ppm", 1, True),
    Metric.GOODPUT: Scale("kbit/s", 1000, False),
    Metric.PAGE_TIME: _DELAY,
    Metric.LOOKUP_TIME: _DELAY,
    Metric.TRANSFER_TIME: _DELAY,
    Metric.ROUND_TRIP: _DELAY,
    Metric.DELAY_FACTOR: _DELAY,
    Metric.MEDIA_LOSS_RATE: Scale("TS pkt/s", 1, True),
    Metric.LOSS_EVENTS: Scale("/h", 1, True),
    Metric.ZAPPING_TIME: _DELAY,
    Metric.PICTURE_TIME: _DELAY,
    Metric.START_UP: _DELAY,
    Metric.REBUFFERS: Scale("", 1, True),
    Metric.REBUFFERING: _DELAY,
    Metric.POST_DIAL_DELAY: _DELAY,
    Metric.BLOCKING: Scale("ppm", 1, True),
    Metric.ANSWERED: Scale("ppm", 1, False),
}
SET_UP = frozenset({Metric.POST_DIAL_DELAY, Metric.BLOCKING, Metric.ANSWERED})
"""What is measured on the signalling of dialled calls; everything else of them on their speech."""


def judge(
    network: Network,
    blueprint: Blueprint,
    figures: Sequence[FlowFigures],
    contrast_figures: Sequence[FlowFigures] | None,
    predictions: Mapping[str, Mapping[Metric, Prediction]],
    certificate: Certificate,
) -> tuple[Verdict, ...]:
    """All verdicts, in the order of the targets, then of the flows' names, then of the metrics.

    figures, contrast_figures: of the run with QoS and of the same load without; a flow that is missing counts as not
    measured. predictions: by flow and metric. Nothing is concluded where the certificate is not valid.
    """
    measured = {f.flow: f for f in figures}
    contrast = {f.flow: f for f in contrast_figures or ()}
    doubt = "" if certificate.valid else DOUBT
    verdicts = []
    for flow, metric, bound in promises(network, blueprint):
        verdict = _verdict(flow, metric, bound, measured.get(flow.name))
        if doubt:
            verdict = replace(verdict, verdict=Outcome.INCONCLUSIVE, confidence=None, reason=doubt)
        verdict = _beside(verdict, measured.get(flow.name), contrast.get(flow.name),
                          predictions.get(flow.name, {}).get(metric))
        verdicts.append(verdict)
    return tuple(verdicts)


def promises(network: Network, blueprint: Blueprint) -> Iterator[tuple[Flow, Metric, float]]:
    """Every promise: a flow, a metric, and its bound in ns, ppm or bit/s; in the order of the targets."""
    for target in network.targets:
        for flow in blueprint.flows:
            if flow.workload == target.workload and (not target.lines or flow.line_group in target.lines):
                yield from ((flow, metric, bound) for metric, bound in bounds(target) if _speaks_of(metric, flow))


def _speaks_of(metric: Metric, flow: Flow) -> bool:
    """Whether a metric is one of this flow, where a workload has flows of two kinds."""
    return flow.dialling is None or (metric in SET_UP) == (not flow.interval)


def bounds(target: Target) -> Iterator[tuple[Metric, float]]:
    """The metrics that a target bounds, each with its bound in ns, ppm or bit/s."""
    for metric in Metric:
        bound = getattr(target, _field(metric))
        if bound is not None:
            yield metric, float(bound)


def _field(metric: Metric) -> str:
    """The name of a metric's field, the same in Target and FlowFigures."""
    return metric.value.replace("-", "_")


def _verdict(flow: Flow, metric: Metric, bound: float, figures: FlowFigures | None) -> Verdict:
    scale = SCALES[metric]
    value = getattr(figures, _field(metric)) if figures else None
    verdict = Verdict(
        service=flow.service, workload=flow.workload, flow=flow.name, source=flow.source, sink=flow.sink,
        metric=metric, lower=scale.lower, target=bound / scale.base,
        value=None if value is None else value / scale.base, unit=scale.unit,
        samples=_samples(metric, figures) if figures else 0, confidence=None, verdict=Outcome.INCONCLUSIVE,
    )
    if figures is None:
        return replace(verdict, reason="the flow was not measured")
    if value is None:
        return _without_value(verdict, figures)
    interval = figures.intervals.get(metric.value, Interval(None, None, 0))
    outcome = confidence.conclude(interval, bound, scale.lower)
    return replace(
        verdict, verdict=outcome, confidence=_held(metric, outcome, value, interval, bound),
        reason=_shortage(metric, interval, bound, figures) if outcome is Outcome.INCONCLUSIVE else "",
    )


def _without_value(verdict: Verdict, figures: FlowFigures) -> Verdict:
    """A figure is missing: the flow has none such, nothing was sent, nothing arrived, or too little."""
    if not figures.sent:
        return replace(verdict, reason="nothing was sent")
    if verdict.metric.value not in figures.intervals:
        return replace(verdict, reason=f"a flow of this kind has no {verdict.metric.value}")
    if not figures.received:
        return replace(verdict, verdict=Outcome.MISSED, reason=f"none of {figures.sent} packets arrived")
    return replace(verdict, reason="there is too little to measure; run for longer")


def _samples(metric: Metric, figures: FlowFigures) -> int:
    """How many packets, pages or stretches of time a figure stands on."""
    match metric:
        case (Metric.LOSS | Metric.DISCARD | Metric.R_FACTOR | Metric.MOS | Metric.LOSS_EVENTS | Metric.BLOCKING
              | Metric.ANSWERED):
            return figures.sent
        case Metric.MEAN_DELAY | Metric.MAX_DELAY | Metric.DELAY_VARIATION | Metric.JITTER:
            return figures.received
        case _:
            interval = figures.intervals.get(metric.value)
            return interval.samples if interval else 0


def _held(metric: Metric, outcome: Outcome, value: float, interval: Interval, bound: float) -> float | None:
    """Confidence that the target holds; 0.95 and 0.05 mean "at least" and "at most" where only limits are known."""
    match metric:
        case Metric.LOSS | Metric.DISCARD | Metric.BLOCKING:
            return confidence.held(value / PPM * interval.samples, interval.samples, bound / PPM)
        case Metric.MEAN_DELAY | Metric.POST_DIAL_DELAY:
            return confidence.mean_below(interval, bound)
        case Metric.GOODPUT:
            below = confidence.mean_below(interval, bound)
            return None if below is None else 1 - below
        case _:
            return {Outcome.MET: 1 - RISK, Outcome.MISSED: RISK}.get(outcome)


def _shortage(metric: Metric, interval: Interval, bound: float, figures: FlowFigures) -> str:
    """Why nothing can be concluded, and how long a run would take that could."""
    never = bound == (PPM if metric is Metric.ANSWERED else 0)
    if metric in (Metric.LOSS, Metric.DISCARD, Metric.BLOCKING, Metric.ANSWERED) and never:
        return f"no run can show that {_counted(metric)} are never lost; write the ratio that is meant"
    needed = _needed(metric, bound)
    if needed <= interval.samples:
        return f"the target lies within what chance allows, {_between(interval, SCALES[metric])}; run for longer"
    seconds = len(figures.throughput.values) * figures.throughput.step / NS_PER_S
    longer = f"; run for {seconds * needed / interval.samples:.0f} s or more" if interval.samples else ""
    return f"{interval.samples} {_counted(metric)} where {needed} are needed{longer}"


def _between(interval: Interval, scale: Scale) -> str:
    low, high = ("?" if end is None else f"{end / scale.base:.6g}" for end in (interval.low, interval.high))
    return f"{low} to {high} {scale.unit}".rstrip()


def _needed(metric: Metric, bound: float) -> int:
    match metric:
        case Metric.LOSS | Metric.DISCARD | Metric.BLOCKING:
            return confidence.packets_needed(bound / PPM)
        case Metric.ANSWERED if bound < PPM:
            return confidence.packets_needed(1 - bound / PPM)
        case Metric.MAX_DELAY | Metric.JITTER:
            return confidence.packets_needed(confidence.RARE)
        case Metric.DELAY_VARIATION:
            return confidence.samples_needed(TAIL)
        case Metric.PAGE_TIME | Metric.LOOKUP_TIME | Metric.TRANSFER_TIME | Metric.ROUND_TRIP:
            return confidence.samples_needed(ASKED_QUANTILE)
        case Metric.ZAPPING_TIME | Metric.PICTURE_TIME:
            return confidence.samples_needed(ZAPPING_QUANTILE)
        case Metric.DELAY_FACTOR | Metric.MEDIA_LOSS_RATE:
            return confidence.samples_needed(OFTEN)
        case Metric.MEAN_DELAY | Metric.GOODPUT | Metric.POST_DIAL_DELAY:
            return confidence.LEAST_BATCHES
        case _:
            return 0


def _counted(metric: Metric) -> str:
    match metric:
        case Metric.PAGE_TIME | Metric.LOOKUP_TIME | Metric.TRANSFER_TIME | Metric.ROUND_TRIP:
            return ASKED[metric]
        case Metric.POST_DIAL_DELAY | Metric.BLOCKING | Metric.ANSWERED:
            return "calls"
        case Metric.ZAPPING_TIME | Metric.PICTURE_TIME:
            return "channels tuned in to"
        case Metric.MEAN_DELAY | Metric.GOODPUT:
            return "stretches of the run"
        case Metric.DELAY_FACTOR | Metric.MEDIA_LOSS_RATE:
            return "seconds"
        case _:
            return "packets"


def _beside(verdict: Verdict, figures: FlowFigures | None, contrast: FlowFigures | None,
            prediction: Prediction | None) -> Verdict:
    """Put the contrast's value and the prediction beside the measured value."""
    scale = SCALES[verdict.metric]
    base = getattr(contrast, _field(verdict.metric)) if contrast else None
    if base is not None:
        other = base / scale.base
        keeps = other <= verdict.target if scale.lower else other >= verdict.target
        proves = False if keeps else (True if verdict.verdict is Outcome.MET else None)
        verdict = replace(verdict, contrast=other, proves_qos=proves)
    if prediction is not None:
        verdict = _foreseen(verdict, prediction, figures, scale)
    return verdict


def _foreseen(verdict: Verdict, prediction: Prediction, figures: FlowFigures | None, scale: Scale) -> Verdict:
    """The same with what theory says of its figure, and a remark where the two differ by more than is stated."""
    measured = None if verdict.value is None else verdict.value * scale.base
    interval = figures.intervals.get(verdict.metric.value) if figures else None
    found = hold(verdict.metric, prediction, measured, interval)
    value, low, high = (None if one is None else one / scale.base
                        for one in (prediction.value, prediction.low, prediction.high))
    reasons = filter(None, (verdict.reason, _surprise(found, scale)))
    return replace(verdict, predicted=value, predicted_low=low, predicted_high=high, tolerance=prediction.tolerance,
                   agrees=found.agrees, reason="; ".join(reasons))


def _surprise(found: Agreement, scale: Scale) -> str:
    """What to say where a figure and theory differ by more than the stated tolerance."""
    if found.agrees is not False or found.measured is None:
        return ""
    told, measured = found.predicted, found.measured
    if told.high is not None and measured > told.high * (1 + ALLOWANCE):
        return f"more than theory allows, {told.high / scale.base:.6g} {scale.unit}".rstrip()
    if told.low is not None and measured < told.low * (1 - ALLOWANCE):
        return f"less than theory allows, {told.low / scale.base:.6g} {scale.unit}".rstrip()
    assert told.value is not None and told.tolerance is not None
    return (f"{100 * (found.difference or 0.0):+.3g} % off theory ({told.by}), "
            f"{told.value / scale.base:.6g} {scale.unit}".rstrip() + f" within {100 * told.tolerance:.3g} %")
