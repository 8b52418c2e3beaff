"""What is heard of the calls of a workload: a table of delay from mouth to ear, packets not played, and rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.plan.blueprint import Flow
from twin.report.markup import Markup, element
from twin.report.page.delays import Pair
from twin.report.page.table import figure
from twin.units import show_ratio, show_time

FLOWS_LISTED = 40
"""How many flows the table shows."""


def table(pairs: Sequence[Pair], flows: Mapping[str, Flow]) -> Markup:
    """The calls among the flows, in the order given; nothing where there are none."""
    rows = [_row(pair, flow) for pair in pairs[:FLOWS_LISTED]
            if (flow := flows.get(pair.qos.flow)) and flow.codec and pair.qos.mouth_to_ear is not None]
    if not rows:
        return Markup()
    heads = ("flow", "codec", "speech", "network and playout", "mouth to ear", "lost", "too late", "burst ratio", "R",
             "MOS", "R without QoS")
    note = ("Speech: in a packet, and what the codec looks ahead. Too late: came, but after the playout buffer had to "
            "play it. Burst ratio: mean length of the gaps beside that of random loss; it counts where the codec's "
            "Bpl is 16 or more (ITU-T G.113).")
    return figure("What is heard", heads, rows, note)


def _row(pair: Pair, flow: Flow) -> Markup:
    heard, without = pair.qos, pair.contrast
    assert flow.codec is not None and heard.mouth_to_ear is not None
    speech = flow.codec.interval + flow.codec.lookahead
    codec = f"{flow.codec.value}, concealed" if flow.concealment else flow.codec.value
    cells = (codec, show_time(speech), show_time(heard.mouth_to_ear - speech), show_time(heard.mouth_to_ear),
             _ratio(heard.loss), _ratio(heard.discard), _figure(heard.burst_ratio, 2), _figure(heard.r_factor, 1),
             _figure(heard.mos, 2), _figure(without.r_factor if without else None, 1))
    return element("tr", element("th", heard.flow, scope="row"), *(element("td", cell) for cell in cells))


def _ratio(value: float | None) -> str:
    return "–" if value is None else show_ratio(value)


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
