"""The report's table of dialled calls."""

from __future__ import annotations

from tests.plan.flows import flow
from twin.core.units import NS_PER_S, Time
from twin.judge.verdict import FlowFigures, Series
from twin.model import Codec, Metric
from twin.model.traffic_profiles import SIP_PACKET
from twin.plan.blueprint import Dialling, SipSignalling
from twin.report.page.charts.delay_distribution import Pair
from twin.report.page.sections import dialled_calls

DIALLING = Dialling(4.5, Time(5 * NS_PER_S), Time(4 * NS_PER_S), Time(0), 30)
FLOW = flow("a-1.dial", SipSignalling(SIP_PACKET, Codec.G711, DIALLING, "voice"))


def figures_with(blocking: float) -> FlowFigures:
    """The figures of one line."""
    return FlowFigures("a-1.dial", 54, 49, Series(NS_PER_S, ()), {Metric.BLOCKING: blocking}, carried=4.4444)


def test_a_line_that_dials_has_its_row() -> None:
    """Offered, carried, dialled, answered, blocked with QoS and without."""
    text = str(dialled_calls.table([Pair(figures_with(74_000), figures_with(0))], {FLOW.name: FLOW}))
    for cell in ("4.5 E", "4.444 E", ">54<", ">49<", "7.4 %", "0 %"):
        assert cell in text


def test_other_flows_have_none() -> None:
    """Nothing where nobody dials."""
    assert not dialled_calls.table([Pair(figures_with(0), None)], {})
