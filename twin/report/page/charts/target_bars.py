"""Values against their targets: a bar for the worst flow, dots for all flows. The target is always in the middle, so
that rows of different metrics compare: half the width is the target, the whole width twice the target or more."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from twin.judge.verdict import Interval, Outcome, Verdict
from twin.report.language.words import Words
from twin.report.markup import Markup, element
from twin.report.summary import Row, tally


def bullet(verdict: Verdict, colour: int, limits: Interval) -> Markup:
    """A bar of the value; the thin line is what the true value lies between, a diamond the baseline.

    limits: in the verdict's unit.
    """
    value, baseline = _place(verdict.value, verdict), _place(verdict.baseline, verdict)
    parts = [element("i", class_=f"value back-{colour}", style=f"width:{value or 0:.1f}%"),
             element("i", class_="aim")]
    low, high = _place(limits.low, verdict), _place(limits.high, verdict)
    if low is not None and high is not None:
        parts.append(element("i", class_="whisker", style=f"left:{low:.1f}%;width:{high - low:.1f}%"))
    if baseline is not None:
        parts.append(element("i", class_="baseline" + (" beyond" if baseline >= 100 else ""),
                             style=f"left:{baseline:.1f}%"))
    return element("div", *parts, class_=f"bullet {_side(verdict)}", aria_hidden="true")


def strip(rows: Sequence[Row], colour: int, words: Words) -> Markup:
    """All flows of a workload: for each metric a track with a dot a flow, those that miss it in red."""
    tracks = []
    for row in rows:
        label = element("span", words.short(row.metric), " ", element("small", _targets(row, words)), class_="of")
        text = words.say("chart.strip", metric=words.short(row.metric), count=row.counts.total,
                         tally=tally(row.counts, words))
        tracks += [label, element("div", *_dots(row, colour), element("i", class_="aim"), role="img",
                                  aria_label=text, class_=f"bullet dots {_side(row.worst)}")]
    return element("div", *tracks, class_="strip")


def _dots(row: Row, colour: int) -> list[Markup]:
    """A dot for each value; values that would be drawn on the same spot share one, worst verdict first."""
    spots: dict[str, Verdict] = {}
    for verdict in row.verdicts:
        place = _place(verdict.value, verdict)
        if place is not None:
            spots.setdefault(f"{place:.1f}", verdict)
    return [element("i", class_="dot " + ("missed" if verdict.verdict is Outcome.MISSED else f"back-{colour}"),
                    style=f"left:{spot}%") for spot, verdict in reversed(spots.items())]


def _targets(row: Row, words: Words) -> str:
    """The target, where all flows have the same."""
    bounds = {words.bound(verdict) for verdict in row.verdicts}
    return bounds.pop() if len(bounds) == 1 else ""


def _side(verdict: Verdict) -> str:
    return "at-most" if verdict.lower else "at-least"


def _place(value: float | None, verdict: Verdict) -> float | None:
    """Where a value stands, in percent of the width."""
    if value is None:
        return None
    part = value / verdict.target if verdict.target else (0.0 if value == 0 else 2.0)
    return min(max(part, 0.0), 2.0) * 50 if isfinite(part) else 100.0
