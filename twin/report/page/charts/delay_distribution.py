"""The chart of a flow's delays: how they are distributed, with QoS and without, against the targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.judge.verdict import Distribution, FlowFigures, Verdict
from twin.model import Metric
from twin.report.drawing.axes import Axis, spanning
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts.plot import Mark, Plot, figure
from twin.report.page.table import table

BINS = 96
"""Bars of a histogram as drawn; the measured bins are shared out among them."""
_QUANTILES = (("median", 0.5), ("95", 0.95), ("99", 0.99), ("99-9", 0.999), ("largest", 1.0))


@dataclass(frozen=True, slots=True)
class Pair:
    """A flow's figures with QoS and, where there was a baseline, without."""

    qos: FlowFigures
    baseline: FlowFigures | None

    @property
    def sides(self) -> list[tuple[str, FlowFigures]]:
        """Keys and figures of those that there are."""
        sides = [("with-qos", self.qos)]
        return sides if self.baseline is None else [*sides, ("without-qos", self.baseline)]


def distribution(pair: Pair, colour: int, targets: Sequence[Verdict], words: Words) -> Markup:
    """The share of packets that took longer than a time, and a histogram below."""
    curves = [(side, figures.delays) for side, figures in pair.sides if figures.delays and sum(figures.delays.counts)]
    if not curves:
        return Markup()
    marks = _marks(pair.qos, targets, words)
    ends = [edge for _, d in curves for edge in (d.start, d.start + _used(d) * d.width)]
    x = spanning([*map(float, ends), *(mark.value for mark in marks)], words.time)
    floor = min(0.001, 0.5 / max(sum(d.counts) for _, d in curves))
    later = Plot(x, Axis(floor, 1.0, True, lambda part: words.figure(f"{part * 100:g} %")))
    kinds = {"with-qos": f"line-{colour}", "without-qos": "line-grey"}
    lines = [later.steps(_later(d, floor), kinds[side], f"{pair.qos.flow} {words.say(f'side.{side}')}")
             for side, d in reversed(curves)]
    text = words.say("chart.later", flow=pair.qos.flow)
    return join([figure(later, lines, text=text, across=marks, x_ticks=False, size="later"),
                 _histogram(x, curves, colour, words), quantiles(pair, words)])


def quantiles(pair: Pair, words: Words) -> Markup:
    """The quantiles of both sides as a table."""
    rows = []
    for side, figures in pair.sides:
        if figures.delays:
            known = dict(figures.delays.quantiles)
            cells = [words.time(known[p]) if p in known else "–" for _, p in _QUANTILES]
            rows.append(element("tr", element("th", words.say(f"side.{side}"), scope="row"),
                                *(element("td", cell) for cell in cells)))
    return table(("", *(words.say(f"quantile.{name}") for name, _ in _QUANTILES)), rows, "small")


def _marks(figures: FlowFigures, targets: Sequence[Verdict], words: Words) -> list[Mark]:
    """The targets of this flow that are bounds of single delays, as times."""
    drawn = [(v, v.metric.row) for v in targets if v.metric.row.drawing.mark and v.flow == figures.flow]
    return [Mark((_least(figures, v.metric) if row.drawing.from_least else 0.0) + v.target * row.scale.base,
                 f"{words.recorded(row.drawing.mark)} {words.show(v.target, v.unit)}") for v, row in drawn]


def _least(figures: FlowFigures, metric: Metric) -> float:
    """The smallest delay: a quantile less its distance from the smallest, which is the metric's figure."""
    tail = dict(figures.delays.quantiles).get(metric.row.part) if figures.delays else None
    variation = figures.values.get(metric)
    return 0.0 if tail is None or variation is None else tail - variation


def _used(distribution: Distribution) -> int:
    """How many bins there are up to the last that holds something."""
    return max((k + 1 for k, held in enumerate(distribution.counts) if held), default=1)


def _later(distribution: Distribution, floor: float) -> list[tuple[float, float]]:
    """Times and the share of packets that took longer, where it changes; ends on the floor."""
    total, left = sum(distribution.counts), sum(distribution.counts)
    points = [(float(distribution.start), 1.0)]
    for index, held in enumerate(distribution.counts):
        if held:
            left -= held
            points.append((float(distribution.start + (index + 1) * distribution.width), max(left / total, floor)))
    return points


def _histogram(x: Axis, curves: Sequence[tuple[str, Distribution]], colour: int, words: Words) -> Markup:
    """Bars upwards with QoS, downwards without; each side to its own highest bar."""
    plot = Plot(x, Axis(-1.0, 1.0, False, lambda _: ""))
    shapes = []
    for (side, distribution), sign in zip(curves, (1, -1), strict=False):
        bars = _rebinned(distribution, x)
        most = max(bars)
        outline = [(x.value(0), 0.0)]
        for index, bar in enumerate(bars):
            outline += [(x.value(index / BINS), sign * bar / most), (x.value((index + 1) / BINS), sign * bar / most)]
        shapes.append(plot.area([*outline, (x.value(1), 0.0)], [], f"fill-{colour}" if sign > 0 else "fill-grey",
                                words.say(f"side.{side}")))
    return figure(plot, shapes, text=words.say("chart.histogram"), size="ridge")


def _rebinned(distribution: Distribution, x: Axis) -> list[float]:
    """Counts per bar of equal width on the axis; a measured bin is shared out over the bars that it covers."""
    bars = [0.0] * BINS
    for index, held in enumerate(distribution.counts):
        if held:
            low = distribution.start + index * distribution.width
            first = min(BINS - 1, int(x.at(low) * BINS))
            last = min(BINS - 1, int(x.at(low + distribution.width * 0.999) * BINS))
            for bar in range(first, last + 1):
                bars[bar] += held / (last - first + 1)
    return bars
