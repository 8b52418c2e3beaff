"""Web pages of a document and objects: once the document has come, its objects are fetched over several connections.

As browsers do: a connection for each object (HTTP/1.0, RFC 1945), or persistent connections that fetch one object
after the other, that of the document among them (HTTP/1.1, RFC 2616, 8.1, without pipelining).
"""

from __future__ import annotations

import socket
from functools import partial

from traffic.bulk.tcp_connections import discard, wake_at
from traffic.engine.event_loop import READ
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.web.tcp_transactions import TcpTransactions
from twin.plan.blueprint import Flow, WebPages


class WebPageLoads(TcpTransactions):
    """One subscriber's pages. The time is from the first packet to the last byte of the last object."""

    def __init__(self, flow: Flow, page: WebPages, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, page, counters, context)
        self.page = page

    def request(self) -> None:
        """Open a connection for the document."""
        self._unrequested = self._missing = self.page.objects
        self._open(self.page.response, self._read_document)

    def _read_document(self, sock: socket.socket) -> None:
        self.counters.received += self.page.response
        others = min(self.page.connections, self.page.objects) - self.page.persistent
        for _ in range(others):
            self._fetch()
        self._reuse_or_close(sock)

    def _fetch(self) -> None:
        """Fetch an object on a new connection."""
        self._unrequested -= 1
        self._open(self.page.object_size, self._object_received)

    def _reuse_or_close(self, sock: socket.socket) -> None:
        """Fetch the next object on a connection whose response has come, or close it."""
        if self.page.persistent and self._unrequested:
            self._unrequested -= 1
            self._request(sock, self.page.object_size, self._object_received)
        else:
            self._close_client(sock)

    def _object_received(self, sock: socket.socket) -> None:
        self.counters.received += self.page.object_size
        self._missing -= 1
        if not self._missing:
            self._complete(self.loop.now)
            return
        if self._unrequested and not self.page.persistent:
            self._fetch()
        self._reuse_or_close(sock)

    def _await_end(self, sock: socket.socket) -> None:
        """The server waits for the next request, or the end."""
        if not self.page.persistent:
            super()._await_end(sock)
            return
        wake_at(sock, 1)
        self.loop.watch(sock, READ, self, partial(self._next_request, sock))

    def _next_request(self, sock: socket.socket) -> None:
        count = discard(sock, self.page.request)
        if count == 0:
            self._close_server(sock)
        elif count is not None:
            self._serve(sock, self.page.request - count)

    def _serve(self, sock: socket.socket, missing: int) -> None:
        """Send an object once the rest of the request has come."""
        give = partial(self._send_rest, sock, self.page.object_size, partial(self._await_end, sock))
        if missing:
            self._receive_rest(sock, missing, give)
        else:
            give()


def open_web_pages(flow: Flow, page: WebPages, counters: FlowCounters, context: FlowContext) -> TcpTransactions:
    """Listen at the server's end; connections are made for each page: one where it has no objects."""
    opened = WebPageLoads if page.objects else TcpTransactions
    return opened(flow, page, counters, context)
