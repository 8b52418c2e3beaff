"""A transfer whose line is cut connects again until somebody answers; one that is refused is over."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from traffic.bulk.transfers import RECONNECTING, Transfer
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import Timing
from twin.core.units import NS_PER_S
from twin.model import Direction
from twin.plan.blueprint import BulkTransfer, Flow

ORIGIN = 1_000 * NS_PER_S
BULK = BulkTransfer(connections=1)


class Network:
    """A loop and servers at once: connections are made while `whole`, and end in a fault while it is not."""

    def __init__(self) -> None:
        self.now, self.whole = ORIGIN, True
        self.timers: list[tuple[int, Callable[[], None]]] = []
        self.ends: list[socket.socket] = []

    def listen(self, *_: object) -> None:
        """As a server."""

    def connect(self, _host: str, _server: object, _dscp: int, _owner: object,
                accepted: Callable[[socket.socket], None], _window: int) -> socket.socket:
        """Both ends are there at once."""
        if not self.whole:
            raise OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
        near, far = socket.socketpair()
        self.ends += [near, far]
        accepted(far)
        return near

    def call_at(self, moment: int, _owner: object, call: Callable[[], None]) -> None:
        """Remember it."""
        self.timers.append((moment, call))

    def watch(self, *_: object) -> None:
        """Nothing comes of itself."""

    def unwatch(self, *_: object) -> None:
        """Nor then."""

    def run_timers(self, transfer: Transfer) -> None:
        """Call what is due next, as the loop does."""
        ((self.now, call),), self.timers = self.timers, []
        try:
            call()
        except OSError as fault:
            transfer.fail(fault)


def upload(network: Network) -> Transfer:
    """An upload: its sending end is at the line."""
    context = cast(FlowContext, SimpleNamespace(loop=network, timing=Timing(60.0, 1, ORIGIN), file=0, tool_folder=None,
                                                shared=lambda _: network))
    flow = Flow("line-1.upload", "upload", "web", service_class="data", line_group="line", line="line-1",
                direction=Direction.UP, source="line-1", sink="server", source_port=0, sink_port=80, dscp=0,
                traffic=BULK)
    return Transfer(flow, BULK, FlowCounters(), context)


@pytest.mark.parametrize("number", [errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH])
def test_it_connects_again_until_the_line_is_mended(number: int) -> None:
    """Once a second; what it carried before counts, and there is no error."""
    network = Network()
    transfer = upload(network)
    transfer.begin()
    network.whole = False
    transfer.fail(OSError(number, os.strerror(number)))
    assert [moment for moment, _ in network.timers] == [ORIGIN + RECONNECTING]
    assert {end.fileno() for end in network.ends} == {-1}
    network.run_timers(transfer)
    assert [moment for moment, _ in network.timers] == [ORIGIN + 2 * RECONNECTING]
    network.whole = True
    network.run_timers(transfer)
    assert network.timers == [] and len(network.ends) == 4 and not transfer.counters.errors
    transfer.close()


def test_one_that_starts_while_its_line_is_cut_says_so_at_the_end() -> None:
    """Where it is never mended: nothing was connected, and nothing is connected after the end."""
    network = Network()
    network.whole = False
    transfer = upload(network)
    with pytest.raises(OSError) as fault:
        transfer.begin()
    transfer.fail(fault.value)
    with pytest.raises(TimeoutError) as missing:
        transfer.stop()
    transfer.fail(missing.value)
    assert transfer.counters.errors == ["1 of 1 connections were never made"]
    network.run_timers(transfer)
    assert network.timers == [] and network.ends == []


def test_a_refused_connection_ends_it() -> None:
    """Nobody listens, or the other end has gone: no fault of the network."""
    network = Network()
    transfer = upload(network)
    transfer.begin()
    transfer.fail(ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)))
    assert network.timers == [] and transfer.counters.errors == [os.strerror(errno.ECONNREFUSED)]
