"""Call quality of a workload: a table of mouth-to-ear delay, packets not played, and rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.model import Metric
from twin.plan.blueprint import DialledSpeech, Flow, RtpCall, Speech
from twin.report.language.words import Words
from twin.report.markup import Markup, element
from twin.report.page.charts.delay_distribution import Pair
from twin.report.page.section import Workload
from twin.report.page.table import figure, headings

FLOWS_LISTED = 40
"""How many flows the table shows."""


def part(work: Workload) -> Markup:
    """The part of a workload's section."""
    return table(work.pairs, work.flows, work.words)


def table(pairs: Sequence[Pair], flows: Mapping[str, Flow], words: Words) -> Markup:
    """The calls among the flows, in the order given; nothing where there are none."""
    rows = [_row(pair, flow.traffic.speech, words) for pair in pairs[:FLOWS_LISTED]
            if (flow := flows.get(pair.qos.flow)) and isinstance(flow.traffic, RtpCall | DialledSpeech)
            and Metric.MOUTH_TO_EAR in pair.qos.values]
    if not rows:
        return Markup()
    heads = ("flow", "codec", "speech", "network-and-playout", "mouth-to-ear", "lost", "late-discard",
             "burst-ratio", "r", "mos", "r-without-qos")
    return figure(words.say("calls"), headings(heads, words), rows, words.say("calls.note"))


def _row(pair: Pair, speech: Speech, words: Words) -> Markup:
    values, without = pair.qos.values, pair.baseline.values if pair.baseline else {}
    spoken, ear = speech.coding, values[Metric.MOUTH_TO_EAR]
    codec = words.say("concealed", codec=speech.codec.value) if speech.concealment else speech.codec.value
    cells = (codec, words.time(spoken), words.time(ear - spoken), words.time(ear),
             _ratio(values.get(Metric.LOSS), words), _ratio(values.get(Metric.DISCARD), words),
             _figure(pair.qos.burst_ratio, 2, words), _figure(values.get(Metric.R_FACTOR), 1, words),
             _figure(values.get(Metric.MOS), 2, words), _figure(without.get(Metric.R_FACTOR), 1, words))
    return element("tr", element("th", pair.qos.flow, scope="row"), *(element("td", cell) for cell in cells))


def _ratio(value: float | None, words: Words) -> str:
    return "–" if value is None else words.ratio(value)


def _figure(value: float | None, digits: int, words: Words) -> str:
    return "–" if value is None else words.figure(f"{value:.{digits}f}")
