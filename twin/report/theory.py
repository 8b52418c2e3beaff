"""What theory says before anything runs, as text and as JSON: the spans of each flow one by one, and its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twin.model import Metric
from twin.plan.paths import Hop
from twin.predict import Leg, Prediction
from twin.records import to_plain
from twin.report.wording import SHORT_TITLES, foreseen
from twin.units import show_time
from twin.verify.judge import SCALES

Predictions = Mapping[str, Mapping[Metric, Prediction]]
Legs = Mapping[str, Sequence[Leg]]
VAGUE = 2.0
"""A mean wait is told as its lesser end where the greater is more than so many times that."""
_COLUMNS = ("fixed", "serialization", "wait, mean", "wait, at most")


def text(paths: Mapping[str, Sequence[Hop]], legs: Legs, predictions: Predictions) -> Iterator[str]:
    """A block a flow: what each span adds to the delay of a packet, then what follows for the flow."""
    yield f"  {'':<44}" + "".join(f"{name:>15}" for name in _COLUMNS)
    for flow, path in paths.items():
        if not path:
            yield f"  {flow}: there is no way"
            continue
        yield f"  {flow}"
        known = legs.get(flow, ())
        for leg in known:
            yield f"    {leg.hop.span:<42}" + "".join(f"{cell:>15}" for cell in _cells(leg))
        if not known:
            yield f"    {' '.join(hop.span for hop in path)}"
        yield from (f"    {SHORT_TITLES[metric]:<10} {_told(metric, one):<24} {one.by}".rstrip()
                    for metric, one in predictions[flow].items() if _told(metric, one) != "–")


def plain(legs: Legs, predictions: Predictions) -> dict[str, Any]:
    """The same by flow: spans (ns) and predictions by metric (ns, ppm, bit/s)."""
    return {flow: {"spans": [_plain_leg(leg) for leg in legs.get(flow, ())], "predictions": to_plain(figures)}
            for flow, figures in predictions.items()}


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
    scale = SCALES[metric]
    value, low, high = (None if x is None else x / scale.base for x in (one.value, one.low, one.high))
    return foreseen(value, low, high, one.tolerance, scale.unit)
