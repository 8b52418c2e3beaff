"""What theory says before anything runs, as text and as JSON: spans and figures of flows, the outlook of targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twin.core.records import to_plain
from twin.core.units import show_time
from twin.judge.verdicts.feasibility import Foresight, Outlook, shortfalls
from twin.model import Metric
from twin.predict import Journey, Leg, Prediction
from twin.report.wording import count, foreseen, show

Predictions = Mapping[str, Mapping[Metric, Prediction]]
VAGUE = 2.0
"""A mean wait is told as its lesser end where the greater is more than so many times that."""
NAMED = 4
"""How many flows are named that share a fate."""
_FEASIBILITY = {Foresight.HOLDS: "met", Foresight.OPEN: "undetermined", Foresight.CANNOT: "infeasible"}
"""How a terminal says what theory finds of a target."""
_COLUMNS = ("fixed", "serialization", "queueing, mean", "queueing, max")


def text(journeys: Sequence[Journey], predictions: Predictions) -> Iterator[str]:
    """A block a flow: what each span adds to the delay of a packet, then what follows for the flow."""
    yield f"  {'':<44}" + "".join(f"{name:>15}" for name in _COLUMNS)
    for journey in journeys:
        yield f"  {journey.flow.name}" + ("" if journey.path else ": no path")
        for leg in journey.legs:
            yield f"    {leg.hop.span:<42}" + "".join(f"{cell:>15}" for cell in _cells(leg))
        if not journey.legs and journey.path:
            yield f"    {' '.join(hop.span for hop in journey.path)}"
        for metric, one in predictions[journey.flow.name].items():
            if one.by or _told(metric, one) != "–":
                yield f"    {metric.row.short:<10} {_told(metric, one):<24} {one.by}"


def targets(outlooks: Sequence[Outlook], when: str = "") -> Iterator[str]:
    """How many targets are feasible by theory, and each that is not: by how much, by which span, and the remedy.

    when: what is degraded, where that is not the network as it is built.
    """
    if not outlooks:
        return
    counts = Counter(one.foresight for one in outlooks)
    yield f"\nTargets{f' with {when}' if when else ''}, predicted: " + ", ".join(
        f"{counts[kind]} {word}" for kind, word in _FEASIBILITY.items())
    for one, flows in shortfalls(outlooks):
        row, scale = one.metric.row, one.metric.row.scale
        bound, best = (show(x / scale.base, scale.symbol) for x in (one.bound, one.best or 0.0))
        named = ", ".join(flows[:NAMED]) + (f" and {count(len(flows) - NAMED, 'more flow')}" if flows[NAMED:] else "")
        yield (f"  ✗ {one.workload} {row.short}: target {row.sign} {bound}, "
               f"best achievable {best} ({named})")
        yield f"    span {one.span}: {one.reason}" if one.span else f"    {one.reason}"
        yield f"    {one.remedy}"


def plain(journeys: Sequence[Journey], predictions: Predictions) -> dict[str, Any]:
    """The flows' theory by flow: spans (ns) and predictions by metric (ns, ppm, bit/s)."""
    return {journey.flow.name: {"spans": [_plain_leg(leg) for leg in journey.legs],
                                "predictions": to_plain(predictions[journey.flow.name])} for journey in journeys}


def _cells(leg: Leg) -> tuple[str, ...]:
    parts = (leg.fixed, leg.serialization, leg.wait.mean, leg.wait.bound)
    fixed, serialization, mean, bound = ("–" if part is None else show_time(part) for part in parts)
    if leg.wait.light is not None and leg.wait.heavy is not None and leg.wait.heavy > VAGUE * leg.wait.light:
        mean = f"> {show_time(leg.wait.light)}"
    return fixed, serialization, mean, bound


def _plain_leg(leg: Leg) -> dict[str, Any]:
    return {"span": leg.hop.span, "forth": leg.hop.forth, "fixed": leg.fixed, "serialization": leg.serialization,
            "wait": to_plain(leg.wait)}


def _told(metric: Metric, one: Prediction) -> str:
    scale = metric.row.scale
    value, low, high = (None if x is None else x / scale.base for x in (one.value, one.low, one.high))
    return foreseen(value, low, high, one.tolerance, scale.symbol)
