"""How subscribers who ask and wait begin: with a pause, each at its own moment, the same for the same seed."""

from __future__ import annotations

from statistics import fmean
from types import SimpleNamespace
from typing import cast

import pytest

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import Timing
from traffic.web.request_loop import RequestLoop
from twin.core.units import NS_PER_S, Size, Time
from twin.model import Direction
from twin.plan.blueprint import Flow, WebPages

ORIGIN, PAUSE = 1_000 * NS_PER_S, 5 * NS_PER_S
MANY = 2_000


class Clock:
    """A loop that stands still, and remembers when it is to call."""

    now = ORIGIN

    def __init__(self) -> None:
        self.calls: list[int] = []

    def call_at(self, moment: int, *_: object) -> None:
        """Remember the moment."""
        self.calls.append(moment)


def firsts(seed: int, names: int = MANY) -> list[int]:
    """ns until the first request of each of so many subscribers."""
    clock = Clock()
    context = cast(FlowContext, SimpleNamespace(loop=clock, timing=Timing(60.0, seed, ORIGIN)))
    page = WebPages(Size(300), Size(60_000), Time(PAUSE))
    for number in range(names):
        flow = Flow(f"line-{number}.page", "page", "web", service_class="data", line_group="line",
                    line=f"line-{number}", direction=Direction.DOWN, source="server", sink=f"line-{number}",
                    source_port=80, sink_port=0, dscp=0, traffic=page)
        RequestLoop(flow, page, FlowCounters(), context).begin()
    return [moment - ORIGIN for moment in clock.calls]


def test_subscribers_begin_with_a_pause() -> None:
    """Exponential: its mean within four standard errors, and e^-1 of them longer than the mean."""
    starts = firsts(1)
    assert len(starts) == MANY and min(starts) >= 0
    assert fmean(starts) == pytest.approx(PAUSE, rel=4 / MANY ** 0.5)
    assert sum(first > PAUSE for first in starts) / MANY == pytest.approx(0.368, abs=4 * (0.24 / MANY) ** 0.5)


def test_pauses_are_of_the_seed() -> None:
    """Each subscriber has its own, as many as there are, and another seed gives others."""
    assert firsts(1, 20) == firsts(1)[:20] and len(set(firsts(1, 20))) == 20
    assert set(firsts(1, 20)).isdisjoint(firsts(2, 20))
