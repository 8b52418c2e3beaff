"""Before anything runs: which targets are met by prediction, which are infeasible, which span limits them, the remedy.

A target is infeasible where even the best predicted figure misses it: the least delay, the goodput of the path alone or
of its max-min share, the loss of what does not fit. It is met where the worst predicted figure meets it. Between the
two it is undetermined: only a run can tell. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from twin.core.units import PPM, show_rate, show_ratio, show_time
from twin.judge.verdicts.emodel_prediction import ratings
from twin.judge.verdicts.judge import flow_targets
from twin.judge.verdicts.predicted_extremes import extremes, meets
from twin.judge.verdicts.run_length import least_run
from twin.model import Metric, Network, Querier, Theory
from twin.plan.blueprint import Blueprint, DialledSpeech, LinkDirection, RequestResponse, RtpCall
from twin.plan.forwarding.paths import Hop
from twin.predict import HopDelay, PathPrediction, Prediction
from twin.predict.figures.by_flow import figures
from twin.predict.theory.goodput import tcp_goodput


class Feasibility(StrEnum):
    """What predictions say of a target."""

    MET = "met"
    UNDETERMINED = "undetermined"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class TargetFeasibility:
    """One target of one flow. bound, best: the target, and the best achievable figure (None: unknown), in ns, ppm or
    bit/s. span, reason, remedy: of an infeasible target, the span that limits it, the numbers, and what would help.
    least_run: ns that a run takes at least to show it (twin.judge.verdicts.run_length)."""

    flow: str
    workload: str
    metric: Metric
    bound: float
    best: float | None
    feasibility: Feasibility
    span: str = ""
    reason: str = ""
    remedy: str = ""
    least_run: float | None = None


Shortfall = tuple[str, str, str]
"""The span that limits a target, the numbers and the remedy."""


def expectations(blueprint: Blueprint, paths: Sequence[PathPrediction]) -> dict[str, dict[Metric, Prediction]]:
    """The predictions of each flow: packets' figures, and the quality of its calls."""
    of_packets = {path.flow.name: figures(path, bool(blueprint.faults)) for path in paths}
    return {flow.name: of_packets[flow.name] | ratings(flow, of_packets[flow.name]) for flow in blueprint.flows}


def target_feasibility(
    network: Network, blueprint: Blueprint, paths: Sequence[PathPrediction],
    predictions: Mapping[str, Mapping[Metric, Prediction]],
) -> tuple[TargetFeasibility, ...]:
    """The feasibility of every target, in the order of the verdicts."""
    by_flow = {path.flow.name: path for path in paths}
    return tuple(_of_target(by_flow[flow.name], metric, bound, predictions[flow.name].get(metric))
                 for flow, metric, bound in flow_targets(network, blueprint))


def _of_target(path: PathPrediction, metric: Metric, bound: float, prediction: Prediction | None) -> TargetFeasibility:
    flow, lower = path.flow, metric.row.lower
    shown_in = least_run(flow, metric, bound)
    if prediction is None:
        return TargetFeasibility(flow.name, flow.workload, metric, bound, None, Feasibility.UNDETERMINED,
                                 least_run=shown_in)
    best, worst = extremes(prediction, lower)
    if not meets(best, bound, lower, unknown=True):
        span, reason, remedy = _shortfall(path, metric, prediction, bound)
        return TargetFeasibility(
            flow=flow.name, workload=flow.workload, metric=metric, bound=bound, best=best,
            feasibility=Feasibility.INFEASIBLE, span=span, reason=reason, remedy=remedy)
    kind = Feasibility.MET if meets(worst, bound, lower, unknown=False) else Feasibility.UNDETERMINED
    return TargetFeasibility(flow.name, flow.workload, metric, bound, best, kind, least_run=shown_in)


def _shortfall(path: PathPrediction, metric: Metric, prediction: Prediction, bound: float) -> Shortfall:
    explain = SHORTFALLS.get(metric.row.theory)
    known = explain(path, prediction, bound) if explain else None
    return known or ("", f"{prediction.by} allows no better", "relax the target")


def _delay(path: PathPrediction, prediction: Prediction, bound: float) -> Shortfall | None:
    if not path.hop_delays:
        return None
    if prediction.value is not None:
        return _mean_delay(path, prediction.value)
    too_far = prediction.low is not None and prediction.low > bound
    return _least_delay(path, prediction.low or 0.0, prediction.high) if too_far else None


def _least_delay(path: PathPrediction, least: float, most: float | None) -> Shortfall:
    """most: what the delay never exceeds, if that is known: the least delay alone would not be met under load."""
    slowest = max(path.hop_delays, key=lambda hop: hop.least)
    return (slowest.hop.span, f"the minimum delay is {show_time(least)}, {_parts(slowest)} of it there",
            f"relax the target to {show_time(most)} or more, or make that span faster or shorter"
            if most is not None else
            f"relax the target to more than {show_time(least)}, or make that span faster or shorter")


def _mean_delay(path: PathPrediction, mean: float) -> Shortfall:
    slowest = max(path.hop_delays, key=lambda hop: hop.least + (hop.wait.mean or 0.0))
    queueing = show_time(slowest.wait.mean or 0.0)
    return (slowest.hop.span, f"the mean delay is {show_time(mean)}, {_parts(slowest)} and {queueing} of queueing "
            "of it there", f"relax the target to {show_time(mean)} or more, or make that span faster")


def _call_quality(path: PathPrediction, _prediction: Prediction, _bound: float) -> Shortfall | None:
    if not path.hop_delays or not isinstance(path.flow.traffic, RtpCall | DialledSpeech):
        return None
    slowest, speech = max(path.hop_delays, key=lambda hop: hop.least), path.flow.traffic.speech
    network = sum(hop.least for hop in path.hop_delays)
    coding = speech.coding
    return (slowest.hop.span, f"mouth-to-ear delay is at least {show_time(network + coding + speech.playout)}: "
            f"{show_time(coding)} for the codec {speech.codec}, {show_time(speech.playout)} of playout, "
            f"{show_time(network)} of network, most of it there",
            "choose another codec or a shorter playout buffer, or relax the target")


def _parts(hop: HopDelay) -> str:
    return f"{show_time(hop.serialization)} of serialization and {show_time(hop.fixed)} of propagation and equipment"


def _goodput(path: PathPrediction, prediction: Prediction, bound: float) -> Shortfall:
    hop, carrier = _slowest(path)
    alone = tcp_goodput(carrier.rate, carrier.layer)
    if path.air_range is not None and prediction.high is not None and prediction.high < alone:
        count = sum(medium.airtime is not None for medium in path.carriers)
        hops = "its hop" if count == 1 else f"its {count} hops"
        return (hop.span, f"{hops} on the air and the acknowledgements of TCP there leave at most "
                f"{show_rate(prediction.high)}",
                f"relax the target to {show_rate(prediction.high)} or less, or give hops cells or rates of their own")
    if prediction.value is None or path.bottleneck is None or alone < bound:
        return (hop.span, f"its {show_rate(carrier.rate)} carry at most {show_rate(alone)} of TCP payload",
                f"relax the target to {show_rate(alone)} or less, or give that span more capacity")
    full, others = path.bottleneck, path.bottleneck.greedy - 1
    shared = f", and {others} more TCP flow{'s share' if others > 1 else ' shares'} the rest" if others else ""
    return (full.span, f"the max-min share is {show_rate(prediction.value)}: of its {show_rate(full.rate)}, flows at "
            f"constant rate take {show_rate(full.constant_rate)}{shared}",
            f"relax the target to {show_rate(prediction.value)} or less, give that span more capacity, or the class "
            "more weight")


def _loss(path: PathPrediction, prediction: Prediction, _bound: float) -> Shortfall:
    lost, full = show_ratio(prediction.value or prediction.low or 0.0), path.bottleneck
    if path.zapping is not None and path.zapping.multicast.querier is Querier.NONE and prediction.value is None:
        return (path.hops[-1].span, f"at least {lost} is lost; {prediction.by}",
                "write querier: network in section multicast")
    if path.policed is not None and path.policed < 1:
        return (path.hops[0].span, f"{lost} is lost: the policer behind it lets {show_ratio(path.policed * PPM)} pass",
                "send less, or raise the rate of the policer or bandwidth profile")
    if full is not None and full.constant_rate > full.rate:
        return (full.span, f"{lost} is lost: flows at constant rate send {show_rate(full.constant_rate)}, and it "
                f"carries {show_rate(full.rate)}", "reduce the load, or give that span more capacity")
    hop, own = max(((hop, carrier.impairments.loss_probability)
                    for hop, carrier in zip(path.hops, path.carriers, strict=True)), key=itemgetter(1))
    if own:
        return (hop.span, f"{lost} is lost; its medium loses {show_ratio(own * PPM)}",
                "relax the target, or improve the medium")
    return (full.span if full else "", f"{lost} is lost where the class of this flow gets too little",
            "reduce the load, or give the class more weight")


def _transaction(path: PathPrediction, prediction: Prediction, _bound: float) -> Shortfall:
    hop, carrier = _slowest(path)
    assert isinstance(path.flow.traffic, RequestResponse)
    return (hop.span, f"at {show_rate(carrier.rate)}, a request and its response, of which the larger has "
            f"{path.flow.traffic.largest} bytes, take at least {show_time(prediction.low or 0.0)}",
            "relax the target, or give that span more capacity")


def _slowest(path: PathPrediction) -> tuple[Hop, LinkDirection]:
    """The hop with the least TCP goodput, and what carries it."""
    return min(zip(path.hops, path.carriers, strict=True),
               key=lambda pair: tcp_goodput(pair[1].rate, pair[1].layer))


SHORTFALLS: Mapping[Theory, Callable[[PathPrediction, Prediction, float], Shortfall | None]] = {
    Theory.DELAY: _delay, Theory.LOSS: _loss, Theory.GOODPUT: _goodput, Theory.CALL: _call_quality,
    Theory.TRANSACTION: _transaction,
}
"""What limits an infeasible target, by the part of the theory: of a path prediction, a prediction and a bound."""


def too_long(judged: Sequence[TargetFeasibility], usual: float) -> Iterator[tuple[TargetFeasibility, tuple[str, ...]]]:
    """The targets that neither theory decides nor a run of the usual length (ns) shows, and all flows of each."""
    alike: dict[tuple[str, Metric, float, float], list[TargetFeasibility]] = {}
    for target in judged:
        if target.feasibility is Feasibility.UNDETERMINED and (target.least_run or 0) > usual:
            alike.setdefault((target.workload, target.metric, target.bound, target.least_run or 0), []).append(target)
    for several in alike.values():
        yield several[0], tuple(target.flow for target in several)


def infeasible(judged: Sequence[TargetFeasibility]) -> Iterator[tuple[TargetFeasibility, tuple[str, ...]]]:
    """The infeasible targets, one for each workload, metric, bound and remedy, and all flows that share it."""
    alike: dict[tuple[str, Metric, float, str], list[TargetFeasibility]] = {}
    for target in judged:
        if target.feasibility is Feasibility.INFEASIBLE:
            alike.setdefault((target.workload, target.metric, target.bound, target.remedy), []).append(target)
    for several in alike.values():
        yield several[0], tuple(target.flow for target in several)
