"""The charts of a trial: measurements as a line, and predictions or limits in grey."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twin.model import AcceptanceCriteria, Method, Trial
from twin.plan.trials.measurements import Report, Row
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts.plot import Mark, Plot, figure
from twin.report.terminal.trials import tests

Points = list[tuple[float, float]]
MS, KBIT = 1e6, 1e3
"""What rows count in, in base units."""


def charts(trial: Trial, report: Report, words: Words) -> Markup:
    """The charts of a method; nothing where a single step was measured."""
    rows = {name: of_test for name, of_test, _ in tests(report)}
    match trial.method:
        case Method.RFC2544:
            drawn = _frames(rows, words)
        case Method.RFC6349:
            drawn = _windows(rows, words)
        case Method.Y1564:
            drawn = [_service(service, rows[f"{service.service}, configuration"], words) for service in trial.services]
    return element("div", *drawn, class_="pair") if any(drawn) else Markup()


def _frames(rows: dict[str, list[Row]], words: Words) -> list[Markup]:
    """Of RFC 2544, as it asks: rate by size of the frames; and latency."""
    rates, delays = rows.get("throughput", []), rows.get("latency", [])
    return [
        _chart("frames", _points(rates, "frame", "frames"), _points(rates, "frame", "frames_theory"), words.size,
               lambda frames: words.figure(f"{frames:g}"), words),
        _chart("latency", _points(delays, "frame", "delay", MS), _points(delays, "frame", "delay_theory", MS),
               words.size, words.time, words),
    ]


def _windows(rows: dict[str, list[Row]], words: Words) -> list[Markup]:
    """Of RFC 6349: what each window brings, and what it makes the round trip."""
    pulled, idle = rows.get("TCP", []), rows["round trip"][0].values["round_trip"] * MS
    return [
        _chart("goodput", _points(pulled, "bytes", "goodput", KBIT), _points(pulled, "bytes", "allowed", KBIT),
               words.size, words.rate, words),
        _chart("round-trip", _points(pulled, "bytes", "round_trip", MS), [], words.size, words.time, words,
               [Mark(idle, words.say("trial.idle"))]),
    ]


def _service(tested: AcceptanceCriteria, steps: list[Row], words: Words) -> Markup:
    """Of Y.1564: what arrives of what is offered."""
    committed, excess = float(tested.cir or 0), float(tested.eir)
    marks = [Mark(committed, words.say("trial.committed")),
             *([Mark(committed + excess, words.say("trial.excess"))] if excess else [])]
    return _chart("service", _points(steps, "offered", "arrived", KBIT), _points(steps, "offered", "offered", KBIT),
                  words.rate, words.rate, words, marks, tested.service)


def _points(rows: Sequence[Row], across: str, up: str, unit: float = 1.0) -> Points:
    """Values of two keys, by the first; sizes and frames a second are in units of their own."""
    scale = unit if across == "offered" else 1.0
    return sorted({(row.values[across] * scale, row.values[up] * unit) for row in rows
                   if across in row.values and up in row.values})


def _chart(key: str, measured: Points, beside: Points, across: Callable[[float], str], up: Callable[[float], str],
           words: Words, marks: Sequence[Mark] = (), service: str = "") -> Markup:
    """A line of what was measured over a grey one; nothing for fewer than two points. key: of title and caption."""
    if len(measured) < 2:
        return Markup()
    title, caption = words.say(f"trial.chart.{key}", service=service), words.say(f"trial.chart.{key}.note")
    heights = [y for _, y in (*measured, *beside)] + [mark.value for mark in marks]
    axis = spanning(heights, up)
    plot = Plot(Axis(0.0, max(x for x, _ in measured), False, across),
                axis if axis.logarithmic else linear(max(heights), up))
    shapes = [*([plot.curve(beside, "line-grey thick", words.say("head.predicted"))] if beside else []),
              plot.curve(measured, "line-0", words.say("head.measured"))]
    text = words.say("span.load", way=title, load=caption)
    return element("figure", element("figcaption", element("b", title), " ", caption),
                   join([figure(plot, shapes, text=text, along=marks)]))
