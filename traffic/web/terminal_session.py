"""A session at a person's pace: one TCP connection, on which a little goes up and a little comes back (a terminal)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial

from traffic.bulk.tcp_connections import Servers, abort, retransmissions, swallow, wake_at
from traffic.bulk.transfers import check, client, server
from traffic.engine.event_loop import READ, WRITE
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.sample_files import LOST
from traffic.web.request_loop import Asking
from twin.plan.blueprint import Flow, TerminalSession


class Session(Asking):
    """One subscriber's. The time is that of a round trip, from the last key pressed to the last byte shown."""

    def __init__(self, flow: Flow, asked: TerminalSession, tally: Tally, context: FlowContext) -> None:
        super().__init__(flow, asked, tally, context)
        self._servers = context.shared(Servers)
        self._doors: list[socket.socket] = []
        self._typing: socket.socket | None = None
        self._missing = 0
        self._servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A session that broke off loses the round trip, and is opened anew for the next one."""
        if isinstance(fault, TimeoutError | ConnectionError):
            self.close()
            if self.waiting:
                self.over(LOST)
            else:
                self.loop.at(self.loop.now + self.asked.pause, self, self.begin)
        else:
            super().fail(fault)
            self.close()

    def begin(self) -> None:
        """Open the session; the first round trip begins once it stands."""
        self._open(super().begin)

    def ask(self) -> None:
        """Type."""
        if self._typing is None:
            self._open(self._type)
        else:
            self._type()

    def _open(self, then: Callable[[], None]) -> None:
        door = self._servers.call(client(self.flow), server(self.flow), self.flow.dscp, self, self._answer)
        self._doors.append(door)
        self.loop.watch(door, WRITE, self, partial(self._connected, door, then))

    def _connected(self, door: socket.socket, then: Callable[[], None]) -> None:
        check(door)
        _at_once(door)
        self._typing = door
        self.loop.watch(door, READ, self, self._read)
        then()

    def _type(self) -> None:
        assert self._typing is not None
        self._missing = self.asked.response
        wake_at(self._typing, self._missing)
        self._typing.send(bytes(self.asked.request))

    def _read(self) -> None:
        assert self._typing is not None
        count = swallow(self._typing)
        if count == 0:
            raise ConnectionResetError("the session broke off")
        self._missing -= count or 0
        self.tally.received += count or 0
        if self._missing <= 0:
            self.over(self.loop.now)

    def _answer(self, door: socket.socket) -> None:
        self._doors.append(door)
        _at_once(door)
        wake_at(door, self.asked.request)
        self.loop.watch(door, READ, self, partial(self._serve, door))

    def _serve(self, door: socket.socket) -> None:
        if swallow(door):
            door.send(bytes(self.asked.response))

    def close(self) -> None:
        """Fall silent at once, on both ends."""
        for door in self._doors:
            self.tally.retransmissions += retransmissions(door)
            self.loop.drop(door)
            abort(door)
        self._doors, self._typing = [], None


def _at_once(door: socket.socket) -> None:
    """Let small segments leave without waiting for others (RFC 1122, 4.2.3.4)."""
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def open_terminal_session(flow: Flow, terminal: TerminalSession, tally: Tally, context: FlowContext) -> Session:
    """Listen at the server's end; the session is opened once the flow begins."""
    return Session(flow, terminal, tally, context)
