"""Downloads and uploads: TCP connections that carry as much as they can, for the whole run."""

from __future__ import annotations

import errno
import os
import socket
from bisect import bisect_left
from functools import partial

from traffic.bulk.tcp_connections import (
    BulkSender,
    DiscardingReceiver,
    TcpServers,
    abort,
    retransmissions,
    round_trip,
    sent_bytes,
    timed_out,
)
from traffic.engine.event_loop import WRITE
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.engine.sockets import Peer, limit_window
from traffic.sample_files import Bytes
from twin.core.units import NS_PER_S
from twin.model import Direction
from twin.plan.blueprint import Elastic, Flow

RECONNECTING = NS_PER_S
"""How long a client waits before it connects again, ns: as long as TCP before it first sends a SYN again."""


class Transfer(ActiveFlow):
    """One download or upload. The client is at the line, the server at the head-end, and connects again where nobody
    answered for too long, as while its line is cut."""

    def __init__(self, flow: Flow, sent: Elastic, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, counters)
        self._sent = sent
        self._loop, self._timing, self._file = context.loop, context.timing, context.file
        self._servers = context.shared(TcpServers)
        self._receivers: list[DiscardingReceiver] = []
        self._socks: list[socket.socket] = []
        self._senders: list[socket.socket] = []
        self._at: list[int] = []
        self._total: list[int] = []
        self._accepted_count = self._most_accepted = 0
        self._over = False
        self._servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A transfer of which one connection was refused or reset is over."""
        self._end_connections()
        if timed_out(fault) and not self._over:
            self._accepted_count = 0
            self._loop.call_at(self._loop.now + RECONNECTING, self, self._connect_again)
        else:
            self._over = True
            super().fail(fault)

    def begin(self) -> None:
        """Open the connections."""
        for _ in range(self._sent.connections):
            sock = self._servers.connect(client(self.flow), server(self.flow), self.flow.dscp, self, self._accepted,
                                      self._sent.clamp)
            self._socks.append(sock)
            self._loop.watch(sock, WRITE, self, partial(self._connected, sock))

    def _connect_again(self) -> None:
        if not self._over:
            self.begin()

    def _connected(self, sock: socket.socket) -> None:
        check(sock)
        self._use_end(sock, sends=self.flow.direction is Direction.UP)

    def _accepted(self, sock: socket.socket) -> None:
        self._socks.append(sock)
        self._accepted_count += 1
        self._most_accepted = max(self._most_accepted, self._accepted_count)
        self._use_end(sock, sends=self.flow.direction is Direction.DOWN)

    def _use_end(self, sock: socket.socket, *, sends: bool) -> None:
        if sends:
            self._senders.append(sock)
            BulkSender(self._loop, sock, self, self._file)
        else:
            if self._sent.window:
                limit_window(sock, self._sent.window)
            self._receivers.append(DiscardingReceiver(self._loop, sock, self, self._note, self._sent.clamp))

    def _note(self, count: int) -> None:
        self.counters.received += count
        at = self._loop.now - self._timing.origin
        if self._at and self._at[-1] == at:
            self._total[-1] = self.counters.received
        else:
            self._at.append(at)
            self._total.append(self.counters.received)

    def collect(self) -> None:
        """Receive what has arrived by now, so that there is a sample."""
        for receiver in self._receivers:
            receiver.take()
        for sender in self._senders:
            self.counters.rtt_samples += 1
            self.counters.rtt_sum += round_trip(sender)
        if not self.counters.errors:
            self._note(0)

    def stop(self) -> None:
        """Count retransmissions and close. The last bytes have just been collected."""
        if self._most_accepted < self._sent.connections:
            missing = self._sent.connections - self._most_accepted
            self._over = True
            raise TimeoutError(errno.ETIMEDOUT, f"{missing} of {self._sent.connections} connections were never made")
        self.close()

    def close(self) -> None:
        """Count retransmissions and abort both ends."""
        self._over = True
        self._end_connections()

    def _end_connections(self) -> None:
        self.counters.retransmissions += sum(retransmissions(sock) for sock in self._senders)
        for sent, retransmitted in map(sent_bytes, self._senders):
            self.counters.sent_bytes += sent
            self.counters.retransmitted_bytes += retransmitted
        for sock in self._socks:
            self._loop.unwatch(sock)
            abort(sock)
        self._receivers, self._socks, self._senders = [], [], []

    def take(self, until: int) -> Bytes:
        """The progress before `until`, and how far it was when it was last taken; see ActiveFlow."""
        stop = bisect_left(self._at, until - self._timing.origin)
        taken = Bytes(tuple(self._at[:stop]), tuple(self._total[:stop]))
        if stop:
            del self._at[:stop - 1], self._total[:stop - 1]
        return taken


def open_transfer(flow: Flow, sent: Elastic, counters: FlowCounters, context: FlowContext) -> Transfer:
    """Listen at the server's end; connections are made once the flow begins."""
    return Transfer(flow, sent, counters, context)


def client(flow: Flow) -> str:
    """The host that connects: the line's."""
    return flow.sink if flow.direction is Direction.DOWN else flow.source


def server(flow: Flow) -> Peer:
    """The host and port that it connects to: the head-end's."""
    return (flow.source, flow.source_port) if flow.direction is Direction.DOWN else (flow.sink, flow.sink_port)


def check(sock: socket.socket) -> None:
    """Raise the OSError with which a connection attempt ended, if it failed."""
    fault = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if fault:
        raise OSError(fault, f"connect: {os.strerror(fault)}")
