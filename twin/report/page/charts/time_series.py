"""The charts of how flows went over time: one flow as a thick line with its baseline, the others as thin lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twin.core.units import NS_PER_S
from twin.judge.verdict import FlowFigures, Series, Verdict
from twin.model import Timeline
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.language.words import Words
from twin.report.markup import Markup
from twin.report.page.charts.delay_distribution import Pair
from twin.report.page.charts.plot import Mark, Plot, figure


def delay(pairs: Sequence[Pair], colour: int, targets: Sequence[Verdict], words: Words) -> Markup:
    """Mean delay of the packets (or pages) sent in each step; steps in which none was sent are left out."""
    marks = _levels(pairs, targets, Timeline.DELAY, words)
    return _chart(pairs, colour, lambda figures: figures.delay_series, marks,
                  lambda values: spanning(values, words.time), words, gaps=True)


def throughput(pairs: Sequence[Pair], colour: int, targets: Sequence[Verdict], words: Words) -> Markup:
    """What arrived in each step, bit/s, against the target."""
    marks = _levels(pairs, targets, Timeline.THROUGHPUT, words)
    return _chart(pairs, colour, lambda figures: figures.throughput, marks,
                  lambda values: linear(max(values, default=0.0), words.rate), words, gaps=False)


def _levels(pairs: Sequence[Pair], targets: Sequence[Verdict], timeline: Timeline, words: Words) -> list[Mark]:
    """The targets of the first flow that are a line in this timeline, in base units."""
    return [Mark(v.target * v.metric.row.scale.base, words.say("chart.mean", bound=words.bound(v)))
            for v in targets if v.metric.row.drawing.level is timeline and pairs and v.flow == pairs[0].qos.flow]


def _chart(
    pairs: Sequence[Pair], colour: int, pick: Callable[[FlowFigures], Series | None], marks: Sequence[Mark],
    axis: Callable[[Sequence[float]], Axis], words: Words, *, gaps: bool,
) -> Markup:
    """The chart; nothing where the first flow has no series. gaps: whether only values above 0 tell something."""
    curves = [(pair.qos.flow, _timed(series, gaps)) for pair in pairs if (series := pick(pair.qos))]
    if not curves or not curves[0][1]:
        return Markup()
    without = pick(pairs[0].baseline) if pairs[0].baseline else None
    beside = _timed(without, gaps) if without else []
    heights = [value for points in (beside, *(points for _, points in curves)) for _, value in points]
    end = max(seconds for points in (beside, *(points for _, points in curves)) for seconds, _ in points)
    plot = Plot(Axis(0.0, end, False, lambda second: words.figure(f"{second:g} s")),
                axis([*heights, *(mark.value for mark in marks)]))
    shapes = [plot.curve(points, f"line-{colour} thin", flow) for flow, points in curves[1:]]
    if beside:
        shapes.append(plot.curve(beside, "line-grey", f"{curves[0][0]} {words.say('side.without-qos')}"))
    shapes.append(plot.curve(curves[0][1], f"line-{colour}", f"{curves[0][0]} {words.say('side.with-qos')}"))
    text = words.say("chart.over-time", count=len(curves), flow=curves[0][0])
    return figure(plot, shapes, text=text, along=marks)


def _timed(series: Series, gaps: bool) -> list[tuple[float, float]]:
    """Points at the end of each step, s; without the steps that had nothing to tell, whose values are not above 0."""
    return [((k + 1) * series.step / NS_PER_S, value) for k, value in enumerate(series.values)
            if value > 0 or not gaps]
