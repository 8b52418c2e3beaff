"""Call quality of a workload: a table of mouth-to-ear delay, packets not played, and rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.core.units import show_ratio, show_time
from twin.model import Metric
from twin.plan.blueprint import DialledSpeech, Flow, RtpCall, Speech
from twin.report.markup import Markup, element
from twin.report.page.charts.delay_distribution import Pair
from twin.report.page.section import Workload
from twin.report.page.table import figure

FLOWS_LISTED = 40
"""How many flows the table shows."""


def part(work: Workload) -> Markup:
    """The part of a workload's section."""
    return table(work.pairs, work.flows)


def table(pairs: Sequence[Pair], flows: Mapping[str, Flow]) -> Markup:
    """The calls among the flows, in the order given; nothing where there are none."""
    rows = [_row(pair, flow.traffic.speech) for pair in pairs[:FLOWS_LISTED]
            if (flow := flows.get(pair.qos.flow)) and isinstance(flow.traffic, RtpCall | DialledSpeech)
            and Metric.MOUTH_TO_EAR in pair.qos.values]
    if not rows:
        return Markup()
    heads = ("flow", "codec", "speech", "network and playout", "mouth-to-ear delay", "lost", "late discard",
             "burst ratio", "R", "MOS", "R without QoS")
    note = ("Speech: packetisation and look-ahead of the codec. Late discard: arrived after the playout time. Burst "
            "ratio: mean length of the gaps relative to random loss; it counts where the codec's Bpl is 16 or more "
            "(ITU-T G.113).")
    return figure("Call quality", heads, rows, note)


def _row(pair: Pair, speech: Speech) -> Markup:
    values, without = pair.qos.values, pair.baseline.values if pair.baseline else {}
    spoken, ear = speech.coding, values[Metric.MOUTH_TO_EAR]
    codec = f"{speech.codec.value}, concealed" if speech.concealment else speech.codec.value
    cells = (codec, show_time(spoken), show_time(ear - spoken), show_time(ear),
             _ratio(values.get(Metric.LOSS)), _ratio(values.get(Metric.DISCARD)), _figure(pair.qos.burst_ratio, 2),
             _figure(values.get(Metric.R_FACTOR), 1), _figure(values.get(Metric.MOS), 2),
             _figure(without.get(Metric.R_FACTOR), 1))
    return element("tr", element("th", pair.qos.flow, scope="row"), *(element("td", cell) for cell in cells))


def _ratio(value: float | None) -> str:
    return "–" if value is None else show_ratio(value)


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
