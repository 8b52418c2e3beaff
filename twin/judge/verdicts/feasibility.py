"""Before anything runs: which targets theory says will hold, which cannot, which span is to blame, and what mends it.

A target cannot hold where even the best that theory allows misses it: the least delay, the goodput of the way alone or
of its max-min share, the loss of what does not fit. It will hold where the worst that theory allows keeps it. Between
the two, a run has to tell. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import show_rate, show_ratio, show_time
from twin.judge.verdicts.judge import promises
from twin.judge.verdicts.predicted_call_quality import ratings
from twin.model import Metric, Network, Theory
from twin.plan.blueprint import Blueprint, DialledSpeech, RequestResponse, RtpCall
from twin.predict import Journey, Leg, Prediction, figures
from twin.predict.theory.goodput import tcp_goodput


class Foresight(StrEnum):
    """What theory says of a target."""

    HOLDS = "sure to hold"
    OPEN = "open"
    CANNOT = "cannot hold"


@dataclass(frozen=True, slots=True)
class Outlook:
    """One target of one flow. bound, best: what is promised, and the best that theory allows (None: it does not know),
    in ns, ppm or bit/s. span, reason, remedy: which span is to blame where it cannot hold, by which numbers, and what
    would mend it."""

    flow: str
    workload: str
    metric: Metric
    bound: float
    best: float | None
    foresight: Foresight
    span: str = ""
    reason: str = ""
    remedy: str = ""


Blame = tuple[str, str, str]
"""The span, the numbers and the remedy."""


def expectations(blueprint: Blueprint, journeys: Sequence[Journey]) -> dict[str, dict[Metric, Prediction]]:
    """All that theory says of each flow: what its packets see, and how its calls are heard."""
    found = {journey.flow.name: figures(journey, bool(blueprint.faults)) for journey in journeys}
    return {flow.name: found[flow.name] | ratings(flow, found[flow.name]) for flow in blueprint.flows}


def outlooks(
    network: Network, blueprint: Blueprint, journeys: Sequence[Journey],
    predictions: Mapping[str, Mapping[Metric, Prediction]],
) -> tuple[Outlook, ...]:
    """The outlook of every target, in the order of the verdicts."""
    by_flow = {journey.flow.name: journey for journey in journeys}
    return tuple(_outlook(by_flow[flow.name], metric, bound, predictions[flow.name].get(metric))
                 for flow, metric, bound in promises(network, blueprint))


def _outlook(journey: Journey, metric: Metric, bound: float, told: Prediction | None) -> Outlook:
    flow, lower = journey.flow, metric.row.lower
    if told is None:
        return Outlook(flow.name, flow.workload, metric, bound, None, Foresight.OPEN)
    best, worst = extremes(told, lower)
    if not _keeps(best, bound, lower, unknown=True):
        span, reason, remedy = _blame(journey, metric, told, bound)
        return Outlook(
            flow=flow.name, workload=flow.workload, metric=metric, bound=bound, best=best, foresight=Foresight.CANNOT,
            span=span, reason=reason, remedy=remedy)
    sure = Foresight.HOLDS if _keeps(worst, bound, lower, unknown=False) else Foresight.OPEN
    return Outlook(flow.name, flow.workload, metric, bound, best, sure)


def extremes(told: Prediction, lower: bool) -> tuple[float | None, float | None]:
    """The best and the worst that theory allows. lower: whether less is better.

    Where spans are cut, only the best is known: no other way is shorter.
    """
    if told.tolerance is None:
        return (told.low if lower else told.high), None
    low, high = (None if told.value is None else told.value * (1 + side * told.tolerance) for side in (-1, 1))
    low, high = _of(max, low, told.low), _of(min, high, told.high)
    return (low, high) if lower else (high, low)


def _of(choose: Callable[[list[float]], float], *known: float | None) -> float | None:
    values = [one for one in known if one is not None]
    return choose(values) if values else None


def _keeps(value: float | None, bound: float, lower: bool, *, unknown: bool) -> bool:
    if value is None:
        return unknown
    return value <= bound if lower else value >= bound


def _blame(journey: Journey, metric: Metric, told: Prediction, bound: float) -> Blame:
    blame = BLAMES.get(metric.row.theory)
    known = blame(journey, told, bound) if blame else None
    return known or ("", f"theory allows no better than {told.by}", "promise less")


def _too_late(journey: Journey, told: Prediction, bound: float) -> Blame | None:
    if not journey.legs:
        return None
    if told.value is not None:
        return _too_long(journey, told.value)
    return _too_far(journey, told.low, told.high) if told.low is not None and told.low > bound else None


def _too_far(journey: Journey, least: float, sure: float | None) -> Blame:
    """sure: what the delay never exceeds, if that is known: to promise the least alone would not be kept under load."""
    leg = max(journey.legs, key=lambda leg: leg.fixed + leg.serialization)
    return (leg.hop.span, f"a packet needs at least {show_time(least)}, {_parts(leg)} of it there",
            f"promise {show_time(sure)} to be sure, or make that span faster or shorter" if sure is not None else
            f"promise more than {show_time(least)}, or make that span faster or shorter")


def _too_long(journey: Journey, mean: float) -> Blame:
    leg = max(journey.legs, key=lambda leg: leg.fixed + leg.serialization + (leg.wait.mean or 0.0))
    return (leg.hop.span, f"the mean is {show_time(mean)}, {_parts(leg)} and {show_time(leg.wait.mean or 0.0)} of "
            "waiting of it there", f"promise {show_time(mean)} or more, or make that span faster")


def _heard_badly(journey: Journey, _told: Prediction, _bound: float) -> Blame | None:
    if not journey.legs or not isinstance(journey.flow.traffic, RtpCall | DialledSpeech):
        return None
    leg, speech = max(journey.legs, key=lambda leg: leg.fixed + leg.serialization), journey.flow.traffic.speech
    way = sum(leg.fixed + leg.serialization for leg in journey.legs)
    spoken = speech.codec.interval + speech.codec.lookahead
    return (leg.hop.span, f"from mouth to ear it is at least {show_time(way + spoken + speech.playout)}: "
            f"{show_time(spoken)} for the codec {speech.codec}, {show_time(speech.playout)} of playout, "
            f"{show_time(way)} of way, most of it there", "choose another codec or a shorter buffer, or promise less")


def _parts(leg: Leg) -> str:
    return f"{show_time(leg.serialization)} of serialization and {show_time(leg.fixed)} of propagation and equipment"


def _too_slow(journey: Journey, told: Prediction, bound: float) -> Blame:
    hop, way = min(zip(journey.path, journey.carriers, strict=True), key=lambda pair: tcp_goodput(pair[1].rate,
                                                                                               pair[1].layer))
    alone = tcp_goodput(way.rate, way.layer)
    if told.value is None or journey.narrow is None or alone < bound:
        return (hop.span, f"its {show_rate(way.rate)} carry {show_rate(alone)} of TCP payload and no more",
                f"promise {show_rate(alone)} or less, or give that span more capacity")
    full, others = journey.narrow, journey.narrow.greedy - 1
    shared = f", and {others} more TCP flow{'s share' if others > 1 else ' shares'} the rest" if others else ""
    return (full.span, f"the share is {show_rate(told.value)}: of its {show_rate(full.rate)}, flows at constant rate "
            f"take {show_rate(full.stubborn)}{shared}",
            f"promise {show_rate(told.value)} or less, give that span more capacity, or the class more weight")


def _too_lossy(journey: Journey, told: Prediction, _bound: float) -> Blame:
    lost = show_ratio(told.value or 0.0)
    full = journey.narrow
    if full is not None and full.stubborn > full.rate:
        return (full.span, f"{lost} is lost: flows at constant rate send {show_rate(full.stubborn)}, and it carries "
                f"{show_rate(full.rate)}", "send less, or give that span more capacity")
    hop, way = max(zip(journey.path, journey.carriers, strict=True), key=lambda pair: pair[1].loss)
    if way.loss:
        return (hop.span, f"{lost} is lost, {show_ratio(way.loss)} of what crosses its medium",
                "promise more, or mend the medium")
    return (full.span if full else "", f"{lost} is lost where the class of this flow gets too little",
            "send less, or give the class more weight")


def _answered_too_late(journey: Journey, told: Prediction, _bound: float) -> Blame:
    hop, way = min(zip(journey.path, journey.carriers, strict=True), key=lambda pair: tcp_goodput(pair[1].rate,
                                                                                               pair[1].layer))
    assert isinstance(journey.flow.traffic, RequestResponse)
    asked = journey.flow.traffic.largest
    return (hop.span, f"at {show_rate(way.rate)}, a request and its response, {asked} bytes the larger, take "
            f"{show_time(told.low or 0.0)} at best", "promise more time, or give that span more capacity")


BLAMES: Mapping[Theory, Callable[[Journey, Prediction, float], Blame | None]] = {
    Theory.DELAY: _too_late, Theory.LOSS: _too_lossy, Theory.GOODPUT: _too_slow, Theory.CALL: _heard_badly,
    Theory.TRANSACTION: _answered_too_late,
}
"""What each part of the theory says where a target cannot hold: of a flow's way, a prediction and a bound."""


def shortfalls(found: Sequence[Outlook]) -> Iterator[tuple[Outlook, tuple[str, ...]]]:
    """The targets that cannot hold, one for each workload, metric, promise and remedy, and all flows that share it."""
    alike: dict[tuple[str, Metric, float, str], list[Outlook]] = {}
    for one in found:
        if one.foresight is Foresight.CANNOT:
            alike.setdefault((one.workload, one.metric, one.bound, one.remedy), []).append(one)
    for several in alike.values():
        yield several[0], tuple(one.flow for one in several)
