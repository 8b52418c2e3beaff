"""Transactions of a connection each, a request and a response: a page is a large response, mail goes either way."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial

from traffic.bulk.tcp_connections import BLOCK, Servers, abort, pour, retransmissions, swallow, wake_at
from traffic.bulk.transfers import check, client, server
from traffic.engine.event_loop import READ, WRITE
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.sample_files import LOST
from traffic.web.request_loop import Asking
from twin.plan.blueprint import Flow, MailTransactions, RequestResponse


class Exchanges(Asking):
    """One subscriber's. The time is from the first packet of a connection to the last byte of the response."""

    def __init__(self, flow: Flow, asked: RequestResponse, tally: Tally, context: FlowContext) -> None:
        super().__init__(flow, asked, tally, context)
        self._servers, self._file = context.shared(Servers), context.file
        self._doors: list[socket.socket] = []
        self._serving: set[socket.socket] = set()
        self._servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A transaction that broke off is LOST; when the subscriber was turned away, the flow has failed."""
        if isinstance(fault, TimeoutError):
            self._end(LOST)
        else:
            super().fail(fault)
            self.close()

    def ask(self) -> None:
        """Open a connection."""
        self._open(self.asked.response, lambda _: self._finished())

    def _open(self, response: int, arrived: Callable[[socket.socket], None]) -> None:
        """Open a connection and ask on it for a response of so many bytes."""
        door = self._servers.call(client(self.flow), server(self.flow), self.flow.dscp, self,
                                  partial(self._answer, response))
        self._doors.append(door)
        self.loop.watch(door, WRITE, self, partial(self._connected, door, response, arrived))

    def _connected(self, door: socket.socket, response: int, arrived: Callable[[socket.socket], None]) -> None:
        check(door)
        self._request(door, response, arrived)

    def _request(self, door: socket.socket, response: int, arrived: Callable[[socket.socket], None]) -> None:
        self._give(door, self.asked.request, partial(self._take, door, response, partial(arrived, door)))

    def _finished(self) -> None:
        self.tally.received += self.asked.response
        self._end(self.loop.now)

    def _end(self, ended: int) -> None:
        for door in tuple(self._doors):
            self._leave(door)
        self.over(ended)

    def _leave(self, door: socket.socket) -> None:
        """Close a connection from the client's end."""
        self.tally.retransmissions += retransmissions(door)
        self.loop.drop(door)
        door.close()
        self._doors.remove(door)

    def _answer(self, response: int, door: socket.socket) -> None:
        self._serving.add(door)
        self._take(door, self.asked.request, lambda: self._give(door, response, partial(self._await_end, door)))

    def _give(self, door: socket.socket, left: int, then: Callable[[], None]) -> None:
        """Send what is left to send, then go on."""
        left -= pour(door, self._file, left)
        if left:
            self.loop.watch(door, WRITE, self, partial(self._give, door, left, then))
        else:
            then()

    def _take(self, door: socket.socket, missing: int, then: Callable[[], None]) -> None:
        """Take what is still missing, then go on."""
        wake_at(door, min(missing, BLOCK))
        self.loop.watch(door, READ, self, partial(self._read, door, missing, then))

    def _read(self, door: socket.socket, missing: int, then: Callable[[], None]) -> None:
        count = swallow(door, missing)
        if count == 0:
            raise ConnectionResetError("the connection broke off")
        missing -= count or 0
        if missing:
            self._take(door, missing, then)
        else:
            then()

    def _await_end(self, door: socket.socket) -> None:
        wake_at(door, 1)
        self.loop.watch(door, READ, self, partial(self._part, door))

    def _part(self, door: socket.socket) -> None:
        """The client has all it wanted, or has gone."""
        self.tally.retransmissions += retransmissions(door)
        self.loop.drop(door)
        door.close()
        self._serving.discard(door)

    def close(self) -> None:
        """Fall silent at once, on both ends."""
        doors = [*self._serving, *self._doors]
        self.tally.retransmissions += sum(map(retransmissions, doors))
        for door in doors:
            self.loop.drop(door)
            abort(door)
        self._serving.clear()
        self._doors.clear()


def open_mail(flow: Flow, mail: MailTransactions, tally: Tally, context: FlowContext) -> Exchanges:
    """Listen at the server's end; a connection is made for each mail."""
    return Exchanges(flow, mail, tally, context)
