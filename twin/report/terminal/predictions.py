"""Predictions before anything runs, as text and as JSON: delay of each hop, figures of flows, feasible targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twin.core.records import to_plain
from twin.core.units import NS_PER_S, show_time
from twin.judge.verdicts.feasibility import Feasibility, TargetFeasibility, infeasible, too_long
from twin.model import Metric
from twin.predict import HopDelay, PathPrediction, Prediction
from twin.report.language.wording import count, predicted_figure, show
from twin.report.terminal.folding import fold

Predictions = Mapping[str, Mapping[Metric, Prediction]]
VAGUE = 2.0
"""A mean wait is shown as its lower bound where the upper bound is more than so many times that."""
NAMED = 4
"""How many flows are named of those with the same shortfall."""
USUAL_RUN = 60 * NS_PER_S
"""How long a run is unless another length is asked for."""
OWN_LINE = "its line"
_COLUMNS = ("fixed", "serialization", "queueing, mean", "queueing, max")


def text(paths: Sequence[PathPrediction], predictions: Predictions) -> Iterator[str]:
    """A block for each flow: the delay of each hop, then the predicted figures of the flow; flows of equal lines with
    equal blocks as one."""
    yield f"  {'':<44}" + "".join(f"{name:>15}" for name in _COLUMNS)
    for names, block in fold((path.flow.name, tuple(_block(path, predictions[path.flow.name]))) for path in paths):
        yield f"  {names}" + ("" if block else ": no path")
        yield from block


def _block(path: PathPrediction, figures: Mapping[Metric, Prediction]) -> Iterator[str]:
    """What is shown of a flow under its name; its own line is called "its line"."""
    names = {hop.span: OWN_LINE if hop.span == path.flow.line else hop.span for hop in path.hops}
    for hop in path.hop_delays:
        yield f"    {names[hop.hop.span]:<42}" + "".join(f"{cell:>15}" for cell in _cells(hop))
    if not path.hop_delays and path.hops:
        yield f"    {' '.join(names[hop.span] for hop in path.hops)}"
    for metric, prediction in figures.items():
        if path.hops and (prediction.by or _shown(metric, prediction) != "–"):
            yield f"    {metric.row.short:<10} {_shown(metric, prediction):<24} {prediction.by}"


def targets(judged: Sequence[TargetFeasibility], when: str = "") -> Iterator[str]:
    """How many targets are feasible by theory, and each that is not: by how much, by which span, and the remedy.

    when: what is degraded, where that is not the network as it is built.
    """
    if not judged:
        return
    counts = Counter(target.feasibility for target in judged)
    yield f"\nTargets{f' with {when}' if when else ''}, predicted: " + ", ".join(
        f"{counts[kind]} {kind.value}" for kind in Feasibility)
    for target, flows in infeasible(judged):
        scale = target.metric.row.scale
        yield (f"  ✗ {_wanted(target)}, best achievable {show((target.best or 0.0) / scale.base, scale.symbol)} "
               f"({_named(flows)})")
        yield f"    span {target.span}: {target.reason}" if target.span else f"    {target.reason}"
        yield f"    {target.remedy}"
    for target, flows in too_long(judged, USUAL_RUN):
        yield f"  ? {_wanted(target)} takes a run of {show_time(target.least_run or 0)} or more ({_named(flows)})"


def _wanted(target: TargetFeasibility) -> str:
    row, scale = target.metric.row, target.metric.row.scale
    return f"{target.workload} {row.short}: target {row.sign} {show(target.bound / scale.base, scale.symbol)}"


def _named(flows: Sequence[str]) -> str:
    return ", ".join(flows[:NAMED]) + (f" and {count(len(flows) - NAMED, 'more flow')}" if flows[NAMED:] else "")


def plain(paths: Sequence[PathPrediction], predictions: Predictions) -> dict[str, Any]:
    """The flows' theory by flow: spans (ns) and predictions by metric (ns, ppm, bit/s)."""
    return {path.flow.name: {"spans": [_plain_hop(hop) for hop in path.hop_delays],
                                "predictions": to_plain(predictions[path.flow.name])} for path in paths}


def _cells(hop: HopDelay) -> tuple[str, ...]:
    parts = (hop.fixed, hop.serialization, hop.wait.mean, hop.wait.bound)
    fixed, serialization, mean, bound = ("–" if part is None else show_time(part) for part in parts)
    if hop.wait.light is not None and hop.wait.heavy is not None and hop.wait.heavy > VAGUE * hop.wait.light:
        mean = f"> {show_time(hop.wait.light)}"
    return fixed, serialization, mean, bound


def _plain_hop(hop: HopDelay) -> dict[str, Any]:
    return {"span": hop.hop.span, "forward": hop.hop.forward, "fixed": hop.fixed, "serialization": hop.serialization,
            "wait": to_plain(hop.wait)}


def _shown(metric: Metric, prediction: Prediction) -> str:
    scale = metric.row.scale
    value, low, high = (None if figure is None else figure / scale.base
                        for figure in (prediction.value, prediction.low, prediction.high))
    if value is None and low and high is not None:
        return f"{show(low, scale.symbol)} to {show(high, scale.symbol)}"
    return predicted_figure(value, low, high, prediction.tolerance, scale.symbol)
