"""A terminal session: one TCP connection, on which a small request goes up and a small response comes back."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial

from traffic.bulk.tcp_connections import TcpServers, abort, discard, retransmissions, timed_out, wake_at
from traffic.bulk.transfers import check, client, server
from traffic.engine.event_loop import READ, WRITE
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.sample_files import LOST
from traffic.web.request_loop import RequestLoop
from twin.plan.blueprint import Flow, TerminalSession


class TerminalSessionFlow(RequestLoop):
    """One subscriber's session. The time is that of a round trip, from the request to the last byte of the response."""

    def __init__(self, flow: Flow, traffic: TerminalSession, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, traffic, counters, context)
        self._servers = context.shared(TcpServers)
        self._socks: list[socket.socket] = []
        self._client: socket.socket | None = None
        self._missing = 0
        self._servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A broken connection loses the round trip; the next one opens a new connection."""
        if timed_out(fault) or isinstance(fault, ConnectionError):
            self.close()
            if self.outstanding:
                self.complete(LOST)
            else:
                self.loop.call_at(self.loop.now + self.traffic.pause, self, self.begin)
        else:
            super().fail(fault)
            self.close()

    def begin(self) -> None:
        """Open the connection; the first round trip begins once it is established."""
        self._open(super().begin)

    def request(self) -> None:
        """Send the request, on a new connection if there is none."""
        if self._client is None:
            self._open(self._send_request)
        else:
            self._send_request()

    def _open(self, then: Callable[[], None]) -> None:
        sock = self._servers.connect(client(self.flow), server(self.flow), self.flow.dscp, self, self._accepted)
        self._socks.append(sock)
        self.loop.watch(sock, WRITE, self, partial(self._connected, sock, then))

    def _connected(self, sock: socket.socket, then: Callable[[], None]) -> None:
        check(sock)
        _disable_nagle(sock)
        self._client = sock
        self.loop.watch(sock, READ, self, self._read)
        then()

    def _send_request(self) -> None:
        assert self._client is not None
        self._missing = self.traffic.response
        wake_at(self._client, self._missing)
        self._client.send(bytes(self.traffic.request))

    def _read(self) -> None:
        assert self._client is not None
        count = discard(self._client)
        if count == 0:
            raise ConnectionResetError("the session was closed")
        self._missing -= count or 0
        self.counters.received += count or 0
        if self._missing <= 0:
            self.complete(self.loop.now)

    def _accepted(self, sock: socket.socket) -> None:
        self._socks.append(sock)
        _disable_nagle(sock)
        wake_at(sock, self.traffic.request)
        self.loop.watch(sock, READ, self, partial(self._serve, sock))

    def _serve(self, sock: socket.socket) -> None:
        if discard(sock):
            sock.send(bytes(self.traffic.response))

    def close(self) -> None:
        """Abort both ends."""
        for sock in self._socks:
            self.counters.retransmissions += retransmissions(sock)
            self.loop.unwatch(sock)
            abort(sock)
        self._socks, self._client = [], None


def _disable_nagle(sock: socket.socket) -> None:
    """Let small segments leave without waiting for others (RFC 1122, 4.2.3.4)."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def open_terminal_session(flow: Flow, terminal: TerminalSession, counters: FlowCounters, context: FlowContext
                          ) -> TerminalSessionFlow:
    """Listen at the server's end; the session is opened once the flow begins."""
    return TerminalSessionFlow(flow, terminal, counters, context)
