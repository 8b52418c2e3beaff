"""Transactions over TCP, a connection each: a page is a large response, mail a large response or request."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial

from traffic.bulk.tcp_connections import (
    BLOCK,
    TcpServers,
    abort,
    discard,
    retransmissions,
    send_from_file,
    timed_out,
    wake_at,
)
from traffic.bulk.transfers import check, client, server
from traffic.engine.event_loop import READ, WRITE
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.sample_files import LOST
from traffic.web.request_loop import RequestLoop
from twin.plan.blueprint import Flow, MailTransactions, RequestResponse


class TcpTransactions(RequestLoop):
    """One subscriber's. The time is from the first packet of a connection to the last byte of the response."""

    def __init__(self, flow: Flow, traffic: RequestResponse, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, traffic, counters, context)
        self._servers, self._file = context.shared(TcpServers), context.file
        self._socks: list[socket.socket] = []
        self._serving: set[socket.socket] = set()
        self._servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A transaction that timed out is LOST; where the connection was refused or reset, the flow has failed."""
        if timed_out(fault):
            self._complete(LOST)
        else:
            super().fail(fault)
            self.close()

    def request(self) -> None:
        """Open a connection."""
        self._open(self.traffic.response, lambda _: self._finished())

    def _open(self, response: int, arrived: Callable[[socket.socket], None]) -> None:
        """Open a connection and request a response of so many bytes."""
        sock = self._servers.connect(client(self.flow), server(self.flow), self.flow.dscp, self,
                                  partial(self._accepted, response))
        self._socks.append(sock)
        self.loop.watch(sock, WRITE, self, partial(self._connected, sock, response, arrived))

    def _connected(self, sock: socket.socket, response: int, arrived: Callable[[socket.socket], None]) -> None:
        check(sock)
        self._request(sock, response, arrived)

    def _request(self, sock: socket.socket, response: int, arrived: Callable[[socket.socket], None]) -> None:
        self._send_rest(sock, self.traffic.request, partial(self._receive_rest, sock, response, partial(arrived, sock)))

    def _finished(self) -> None:
        self.counters.received += self.traffic.response
        self._complete(self.loop.now)

    def _complete(self, ended: int) -> None:
        for sock in tuple(self._socks):
            self._close_client(sock)
        self.complete(ended)

    def _close_client(self, sock: socket.socket) -> None:
        """Close the client's end of a connection."""
        self.counters.retransmissions += retransmissions(sock)
        self.loop.unwatch(sock)
        sock.close()
        self._socks.remove(sock)

    def _accepted(self, response: int, sock: socket.socket) -> None:
        self._serving.add(sock)
        respond = partial(self._send_rest, sock, response, partial(self._await_end, sock))
        self._receive_rest(sock, self.traffic.request, respond)

    def _send_rest(self, sock: socket.socket, left: int, then: Callable[[], None]) -> None:
        """Send the rest, then go on."""
        left -= send_from_file(sock, self._file, left)
        if left:
            self.loop.watch(sock, WRITE, self, partial(self._send_rest, sock, left, then))
        else:
            then()

    def _receive_rest(self, sock: socket.socket, missing: int, then: Callable[[], None]) -> None:
        """Receive the rest, then go on."""
        wake_at(sock, min(missing, BLOCK))
        self.loop.watch(sock, READ, self, partial(self._read, sock, missing, then))

    def _read(self, sock: socket.socket, missing: int, then: Callable[[], None]) -> None:
        count = discard(sock, missing)
        if count == 0:
            raise ConnectionResetError("the connection was closed")
        missing -= count or 0
        if missing:
            self._receive_rest(sock, missing, then)
        else:
            then()

    def _await_end(self, sock: socket.socket) -> None:
        wake_at(sock, 1)
        self.loop.watch(sock, READ, self, partial(self._close_server, sock))

    def _close_server(self, sock: socket.socket) -> None:
        """The client has closed its end."""
        self.counters.retransmissions += retransmissions(sock)
        self.loop.unwatch(sock)
        sock.close()
        self._serving.discard(sock)

    def close(self) -> None:
        """Abort both ends."""
        socks = [*self._serving, *self._socks]
        self.counters.retransmissions += sum(map(retransmissions, socks))
        for sock in socks:
            self.loop.unwatch(sock)
            abort(sock)
        self._serving.clear()
        self._socks.clear()


def open_mail(flow: Flow, mail: MailTransactions, counters: FlowCounters, context: FlowContext) -> TcpTransactions:
    """Listen at the server's end; a connection is made for each mail."""
    return TcpTransactions(flow, mail, counters, context)
