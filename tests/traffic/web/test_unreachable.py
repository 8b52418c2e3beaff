"""Requests whose line is cut: nobody answers, not even ARP; they are lost, and the flow goes on once it is mended."""

from __future__ import annotations

import errno
import os
from types import SimpleNamespace
from typing import cast

import pytest

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import Timing
from traffic.sample_files import LOST
from traffic.web.request_loop import RequestLoop
from traffic.web.tcp_transactions import TcpTransactions
from traffic.web.terminal_session import TerminalSessionFlow
from twin.core.units import NS_PER_S, Size, Time
from twin.model import Direction
from twin.plan.blueprint import Flow, TerminalSession, WebPages

ORIGIN = 1_000 * NS_PER_S
PAGE = WebPages(Size(300), Size(60_000), Time(NS_PER_S))
SESSION = TerminalSession(Size(10), Size(10), Time(NS_PER_S))


class Network:
    """A loop and servers at once, where every connection ends in the same fault."""

    now = ORIGIN

    def __init__(self, number: int) -> None:
        self.number, self.next_calls = number, 0

    def listen(self, *_: object) -> None:
        """As a server."""

    def connect(self, *_: object) -> object:
        """No connection is made."""
        raise OSError(self.number, os.strerror(self.number))

    def call_at(self, *_: object) -> None:
        """Count what goes on."""
        self.next_calls += 1


def first_request(kind: type[RequestLoop], number: int) -> tuple[RequestLoop, int]:
    """A flow whose first request ended in a fault, and how often it goes on after it."""
    network = Network(number)
    context = cast(FlowContext, SimpleNamespace(loop=network, timing=Timing(60.0, 1, ORIGIN), file=None,
                                                shared=lambda _: network))
    traffic = PAGE if kind is TcpTransactions else SESSION
    flow = Flow("line-1.page", "page", "web", service_class="data", line_group="line", line="line-1",
                direction=Direction.DOWN, source="server", sink="line-1", source_port=80, sink_port=0, dscp=0,
                traffic=traffic)
    loop = kind(flow, traffic, FlowCounters(), context)
    with pytest.raises(OSError) as fault:
        loop._next()
    loop.fail(fault.value)
    return loop, network.next_calls


@pytest.mark.parametrize("kind", [TcpTransactions, TerminalSessionFlow])
@pytest.mark.parametrize("number", [errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH])
def test_what_nobody_answers_is_lost_and_the_next_is_asked(kind: type[RequestLoop], number: int) -> None:
    """Whatever TCP heard last."""
    loop, next_calls = first_request(kind, number)
    assert loop._rows == [(ORIGIN, LOST)] and next_calls == 1 and not loop.counters.errors


def test_a_refused_page_ends_its_flow() -> None:
    """Nobody listens: no fault of the network."""
    loop, next_calls = first_request(TcpTransactions, errno.ECONNREFUSED)
    assert not loop._rows and next_calls == 0 and loop.counters.errors == [os.strerror(errno.ECONNREFUSED)]
