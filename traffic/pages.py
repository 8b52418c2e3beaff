"""Web-like transactions: a connection, a request, a page, a pause; one after the other, as one reader does."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import partial

from traffic.loop import READ, WRITE, Loop
from traffic.records import LOST, Transactions
from traffic.running import Running, Timing
from traffic.tally import Tally
from traffic.tcp import BLOCK, Servers, abort, pour, retransmissions, swallow, wake_at
from traffic.transfer import check, client, server
from twin.plan.blueprint import Flow
from twin.seeds import stream

REQUEST = 300
"""Bytes of a request."""


@dataclass(slots=True)
class _Page:
    """A page under way: when it was asked for, the client's end, and the bytes that are still to come."""

    started: int
    door: socket.socket
    missing: int


class Pages(Running):
    """One reader as it runs. A page's time is from the first packet of its connection to the last byte of the page."""

    def __init__(self, flow: Flow, tally: Tally, loop: Loop, servers: Servers, file: int, timing: Timing) -> None:
        super().__init__(flow, tally)
        self._loop, self._servers, self._file, self._timing = loop, servers, file, timing
        self._random = stream(timing.seed, f"pages/{flow.name}")
        self._page: _Page | None = None
        self._serving: set[socket.socket] = set()
        self._rows: list[tuple[int, int]] = []
        servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A page that broke off is LOST; when the reader was turned away, the flow has failed."""
        if isinstance(fault, TimeoutError):
            self._over(LOST)
        else:
            super().fail(fault)
            self.close()

    def begin(self) -> None:
        """Ask for the first page."""
        self._ask()

    def _ask(self) -> None:
        if self._loop.now >= self._timing.stop or self.tally.errors:
            return
        door = self._servers.call(client(self.flow), server(self.flow), self.flow.dscp, self, self._answer)
        self._page = _Page(self._loop.now, door, self.flow.page)
        self.tally.pages += 1
        self._loop.watch(door, WRITE, self, partial(self._request, self._page))

    def _request(self, page: _Page) -> None:
        check(page.door)
        page.door.send(bytes(REQUEST))
        wake_at(page.door, min(page.missing, BLOCK))
        self._loop.watch(page.door, READ, self, partial(self._read, page))

    def _read(self, page: _Page) -> None:
        count = swallow(page.door, page.missing)
        if count == 0:
            raise ConnectionResetError("the page broke off")
        page.missing -= count or 0
        self.tally.received += count or 0
        if page.missing:
            wake_at(page.door, min(page.missing, BLOCK))
        else:
            self._over(self._loop.now)

    def _over(self, ended: int) -> None:
        """Note the page under way and think of the next one after a pause."""
        if self._page is None:
            return
        self._rows.append((self._page.started, ended))
        self._loop.drop(self._page.door)
        self._page.door.close()
        self._page = None
        pause = round(self._random.expovariate(1.0) * self.flow.pause)
        self._loop.at(self._loop.now + pause, self, self._ask)

    def _answer(self, door: socket.socket) -> None:
        self._serving.add(door)
        wake_at(door, REQUEST)
        self._loop.watch(door, READ, self, partial(self._serve, door))

    def _serve(self, door: socket.socket) -> None:
        swallow(door)
        self._send(door, self.flow.page)

    def _send(self, door: socket.socket, left: int) -> None:
        left -= pour(door, self._file, left)
        if left:
            self._loop.watch(door, WRITE, self, partial(self._send, door, left))
        else:
            self._loop.watch(door, READ, self, partial(self._part, door))

    def _part(self, door: socket.socket) -> None:
        """The client has all it wanted, or has gone."""
        self.tally.retransmissions += retransmissions(door)
        self._loop.drop(door)
        door.close()
        self._serving.discard(door)

    def stop(self) -> None:
        """Stop reading; a page under way stays LOST."""
        if self._page is not None:
            self._rows.append((self._page.started, LOST))
        self.close()

    def close(self) -> None:
        """Fall silent at once, on both ends."""
        doors = [*self._serving, *([self._page.door] if self._page else [])]
        self.tally.retransmissions += sum(map(retransmissions, self._serving))
        for door in doors:
            self._loop.drop(door)
            abort(door)
        self._serving.clear()
        self._page = None

    def samples(self) -> Transactions:
        """The pages, times after the start of the measurement."""
        started = tuple(start - self._timing.origin for start, _ in self._rows)
        ended = tuple(end if end == LOST else end - self._timing.origin for _, end in self._rows)
        return Transactions(started, ended, (self.flow.page,) * len(self._rows))
