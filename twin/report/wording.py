"""How figures, metrics and verdicts are said to people; the same words in every kind of report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twin.model import Metric
from twin.units import show_rate, show_ratio, show_time
from twin.verify.verdict import Outcome, Verdict

TITLES: Mapping[Metric, str] = {
    Metric.MEAN_DELAY: "mean one-way delay",
    Metric.MAX_DELAY: "largest one-way delay",
    Metric.DELAY_VARIATION: "delay variation (99.9th percentile less minimum)",
    Metric.JITTER: "jitter (RFC 3550)",
    Metric.LOSS: "loss ratio",
    Metric.R_FACTOR: "R factor (G.107)",
    Metric.MOS: "MOS (G.107)",
    Metric.MOUTH_TO_EAR: "mouth-to-ear delay (G.114)",
    Metric.DISCARD: "packets too late for the playout buffer",
    Metric.GOODPUT: "goodput",
    Metric.PAGE_TIME: "page time (95th percentile)",
    Metric.LOOKUP_TIME: "look-up time (95th percentile)",
    Metric.TRANSFER_TIME: "transfer time (95th percentile)",
    Metric.ROUND_TRIP: "round-trip time (95th percentile)",
    Metric.DELAY_FACTOR: "MDI delay factor (worst second, RFC 4445)",
    Metric.MEDIA_LOSS_RATE: "MDI media loss rate (worst second, RFC 4445)",
    Metric.LOSS_EVENTS: "loss events (TR-126)",
    Metric.ZAPPING_TIME: "zapping time (95th percentile)",
    Metric.PICTURE_TIME: "zapping time with the wait for a random access point (95th percentile)",
    Metric.START_UP: "start-up time",
    Metric.REBUFFERS: "rebuffering stops",
    Metric.REBUFFERING: "rebuffering time",
    Metric.POST_DIAL_DELAY: "post-dial delay",
    Metric.BLOCKING: "blocking",
    Metric.ANSWERED: "calls answered",
}

SHORT_TITLES: Mapping[Metric, str] = {
    Metric.MEAN_DELAY: "mean delay",
    Metric.MAX_DELAY: "max delay",
    Metric.DELAY_VARIATION: "PDV p99.9",
    Metric.JITTER: "jitter",
    Metric.LOSS: "loss",
    Metric.R_FACTOR: "R factor",
    Metric.MOS: "MOS",
    Metric.MOUTH_TO_EAR: "ear delay",
    Metric.DISCARD: "too late",
    Metric.GOODPUT: "goodput",
    Metric.PAGE_TIME: "page p95",
    Metric.LOOKUP_TIME: "look-up p95",
    Metric.TRANSFER_TIME: "mail p95",
    Metric.ROUND_TRIP: "RTT p95",
    Metric.DELAY_FACTOR: "MDI DF",
    Metric.MEDIA_LOSS_RATE: "MDI MLR",
    Metric.LOSS_EVENTS: "loss events",
    Metric.ZAPPING_TIME: "zapping p95",
    Metric.PICTURE_TIME: "picture p95",
    Metric.START_UP: "start-up",
    Metric.REBUFFERS: "rebuffers",
    Metric.REBUFFERING: "rebuffering",
    Metric.POST_DIAL_DELAY: "post-dial",
    Metric.BLOCKING: "blocking",
    Metric.ANSWERED: "answered",
}

SIGNS: Mapping[Outcome, str] = {Outcome.MET: "✓", Outcome.MISSED: "✗", Outcome.INCONCLUSIVE: "?"}

_SHOW: Mapping[str, Callable[[float], str]] = {
    "ms": lambda value: show_time(value * 1e6),
    "ppm": show_ratio,
    "kbit/s": lambda value: show_rate(value * 1e3),
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


def foreseen(value: float | None, low: float | None, high: float | None, tolerance: float | None, unit: str) -> str:
    """What theory says of a figure: "14.9 ms ± 2.5 %", or the bound that it knows: "≤ 26.7 ms"."""
    if value is not None:
        return show(value, unit) + (f" ± {100 * tolerance:.2g} %" if tolerance and value else "")
    if high is not None:
        return f"≤ {show(high, unit)}"
    return "–" if low is None else f"≥ {show(low, unit)}"


def predicted(verdict: Verdict) -> str:
    """What theory says of a verdict's figure, in short; marked where the two are further apart than is stated."""
    known = foreseen(verdict.predicted, verdict.predicted_low, verdict.predicted_high, None, verdict.unit)
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
    claim = f"{TITLES[verdict.metric]} {value} {bound(verdict, ascii_only=True)}"
    return f"{verdict.service}  {ends}  {claim}  {verdict.verdict.value}  ({remarks(verdict)})"


def remarks(verdict: Verdict) -> str:
    """What stands beside a verdict: samples, contrast, prediction, reason; joined by semicolons."""
    parts = [f"{verdict.samples} {'sample' if verdict.samples == 1 else 'samples'}"]
    if verdict.contrast is not None:
        parts.append(f"{show(verdict.contrast, verdict.unit)} without QoS")
    if (verdict.predicted, verdict.predicted_low, verdict.predicted_high) != (None, None, None):
        parts.append(f"{predicted(verdict)} predicted")
    if verdict.reason:
        parts.append(verdict.reason)
    return "; ".join(parts)


def sentence(verdict: Verdict) -> str:
    """A whole sentence for one verdict, for those who read nothing else."""
    ends = f"{verdict.workload} from {verdict.source} to {verdict.sink}"
    value = show_beside(verdict.value, verdict.unit, verdict.target)
    target = f"at {'most' if verdict.lower else 'least'} {show(verdict.target, verdict.unit)}"
    if verdict.verdict is Outcome.INCONCLUSIVE:
        reason = f": {verdict.reason}" if verdict.reason else ""
        return f"{ends}: nothing can be said of the {TITLES[verdict.metric]} (promised is {target}){reason}."
    return f"{ends}: {TITLES[verdict.metric]} is {value}, promised is {target}."


def grouped(number: int) -> str:
    """A whole number in groups of three digits: grouped(38000) == "38 000", with a narrow no-break space."""
    return f"{number:,}".replace(",", "\u202f")


def count(number: int, one: str, many: str = "") -> str:
    """A number of things: count(1, "flow") == "1 flow"; count(1200, "flow") == "1 200 flows"."""
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"
