"""How reports word figures, metrics and verdicts: the same in every kind of report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twin.core.units import PRICES, show_price, show_rate, show_ratio, show_time
from twin.judge.verdict import Outcome, Verdict

SIGNS: Mapping[Outcome, str] = {Outcome.MET: "✓", Outcome.MISSED: "✗", Outcome.INCONCLUSIVE: "?"}

_SHOW: Mapping[str, Callable[[float], str]] = {
    "ms": lambda value: show_time(value * 1e6),
    "ppm": show_ratio,
    "kbit/s": lambda value: show_rate(value * 1e3),
    "EUR": lambda value: show_price(value * PRICES["EUR"]),
}


def show(value: float | None, unit: str) -> str:
    """A figure for people, with up to four digits: show(31.2, "ms") == "31.2 ms"; "–" where there is none."""
    if value is None:
        return "–"
    if value == 0:
        return {"ppm": "0 %"}.get(unit, f"0 {unit}".rstrip())
    known = _SHOW.get(unit)
    return known(value) if known else f"{value:.4g} {unit}".rstrip()


def show_beside(value: float | None, unit: str, target: float) -> str:
    """Like `show`, but with enough digits that a value which differs from its target does not look equal to it."""
    shown = show(value, unit)
    if value is None or value == target or shown != show(target, unit):
        return shown
    return f"{value:.9g} {unit}".rstrip()


def predicted_figure(value: float | None, low: float | None, high: float | None, tolerance: float | None, unit: str
                     ) -> str:
    """A prediction: "14.9 ms ± 2.5 %", or its bound: "≤ 26.7 ms"."""
    if value is not None:
        return show(value, unit) + (f" ± {100 * tolerance:.2g} %" if tolerance and value else "")
    if high is not None:
        return f"≤ {show(high, unit)}"
    return "–" if low is None else f"≥ {show(low, unit)}"


def predicted(verdict: Verdict) -> str:
    """The prediction of a verdict's figure, in short; marked where the two differ by more than the tolerance."""
    known = predicted_figure(verdict.predicted, verdict.predicted_low, verdict.predicted_high, None, verdict.unit)
    return f"{known} ≠" if verdict.agrees is False else known


def bound(verdict: Verdict, *, ascii_only: bool = False) -> str:
    """The target with the direction of its bound: "≤ 100 ms"."""
    sign = ("<=" if verdict.lower else ">=") if ascii_only else ("≤" if verdict.lower else "≥")
    return f"{sign} {show(verdict.target, verdict.unit)}"


def line(verdict: Verdict) -> str:
    """One line for one verdict.

    voice  mazamet-1 -> softswitch  mean one-way delay 31.2 ms <= 100 ms  met  (3000 samples; 412 ms without QoS)
    """
    value = show_beside(verdict.value, verdict.unit, verdict.target)
    ends = f"{verdict.source} -> {verdict.sink}"
    claim = f"{verdict.metric.row.title} {value} {bound(verdict, ascii_only=True)}"
    return f"{verdict.service}  {ends}  {claim}  {verdict.verdict.value}  ({remarks(verdict)})"


def remarks(verdict: Verdict) -> str:
    """What stands beside a verdict: samples, baseline, prediction, reason; joined by semicolons."""
    parts = [f"{verdict.samples} {'sample' if verdict.samples == 1 else 'samples'}"]
    if verdict.baseline is not None:
        parts.append(f"{show(verdict.baseline, verdict.unit)} without QoS")
    if (verdict.predicted, verdict.predicted_low, verdict.predicted_high) != (None, None, None):
        parts.append(f"{predicted(verdict)} predicted")
    if verdict.reason:
        parts.append(verdict.reason)
    return "; ".join(parts)


def grouped(number: int) -> str:
    """A whole number in groups of three digits: grouped(38000) == "38 000", with a narrow no-break space."""
    return f"{number:,}".replace(",", "\u202f")


def count(number: int, singular: str, plural: str = "") -> str:
    """A number of things: count(1, "flow") == "1 flow"; count(1200, "flow") == "1 200 flows"."""
    return f"{grouped(number)} {singular if number == 1 else plural or singular + 's'}"
