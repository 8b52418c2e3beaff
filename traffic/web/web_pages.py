"""Pages of a document and objects: once the document is there its objects are asked for, over several connections.

As browsers did it: a connection for each object (HTTP/1.0, RFC 1945), or connections that stay and fetch one object
after the other, that of the document among them (HTTP/1.1, RFC 2616, 8.1, without pipelining).
"""

from __future__ import annotations

import socket
from functools import partial

from traffic.bulk.tcp_connections import swallow, wake_at
from traffic.engine.event_loop import READ
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.web.tcp_transactions import Exchanges
from twin.plan.blueprint import Flow, WebPages


class Pages(Exchanges):
    """One subscriber's. The time is from the first packet to the last byte of the last object."""

    def __init__(self, flow: Flow, page: WebPages, tally: Tally, context: FlowContext) -> None:
        super().__init__(flow, page, tally, context)
        self.page = page

    def ask(self) -> None:
        """Open a connection for the document."""
        self._unasked = self._missing = self.page.objects
        self._open(self.page.response, self._read_document)

    def _read_document(self, door: socket.socket) -> None:
        self.tally.received += self.page.response
        others = min(self.page.connections, self.page.objects) - self.page.persistent
        for _ in range(others):
            self._fetch()
        self._go_on(door)

    def _fetch(self) -> None:
        """Ask for an object on a new connection."""
        self._unasked -= 1
        self._open(self.page.object_size, self._got)

    def _go_on(self, door: socket.socket) -> None:
        """What becomes of a connection whose response is there."""
        if self.page.persistent and self._unasked:
            self._unasked -= 1
            self._request(door, self.page.object_size, self._got)
        else:
            self._leave(door)

    def _got(self, door: socket.socket) -> None:
        self.tally.received += self.page.object_size
        self._missing -= 1
        if not self._missing:
            self._end(self.loop.now)
            return
        if self._unasked and not self.page.persistent:
            self._fetch()
        self._go_on(door)

    def _await_end(self, door: socket.socket) -> None:
        """The server waits for the next request, or the end."""
        if not self.page.persistent:
            super()._await_end(door)
            return
        wake_at(door, 1)
        self.loop.watch(door, READ, self, partial(self._asked_again, door))

    def _asked_again(self, door: socket.socket) -> None:
        count = swallow(door, self.page.request)
        if count == 0:
            self._part(door)
        elif count is not None:
            self._serve(door, self.page.request - count)

    def _serve(self, door: socket.socket, missing: int) -> None:
        """Give an object once the rest of the request is there."""
        give = partial(self._give, door, self.page.object_size, partial(self._await_end, door))
        if missing:
            self._take(door, missing, give)
        else:
            give()


def open_web_pages(flow: Flow, page: WebPages, tally: Tally, context: FlowContext) -> Exchanges:
    """Listen at the server's end; connections are made for each page: one where it has no objects."""
    return Pages(flow, page, tally, context) if page.objects else Exchanges(flow, page, tally, context)
