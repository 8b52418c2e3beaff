"""Requests and responses of one datagram each: DNS queries and games. Retransmitted where no response comes."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from traffic.engine.event_loop import READ
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.sockets import Peer, set_dscp
from traffic.sample_files import LOST
from traffic.web import dns_messages
from traffic.web.request_loop import RequestLoop
from twin.plan.blueprint import DatagramRequests, DnsQueries, Flow

LARGEST_DATAGRAM = 2048
"""Bytes of the largest datagram."""
_NUMBER = struct.Struct("!H")


class UdpServers:
    """Respond to datagrams at the server's end of flows; several flows may share a port there."""

    def __init__(self, context: FlowContext) -> None:
        self._loop, self._sockets = context.loop, context.sockets
        self._responders: dict[Peer, dict[Peer, Callable[[bytes], bytes]]] = {}

    def serve(self, server: Peer, client: Peer, respond: Callable[[bytes], bytes]) -> None:
        """Respond to what comes from `client` by that function."""
        if server not in self._responders:
            sock = self._sockets.udp(server, None)
            self._responders[server] = {}
            self._loop.watch(sock, READ, _NoOwner(), lambda: self._serve(server, sock))
        self._responders[server][self._sockets.address(client)] = respond

    def _serve(self, server: Peer, sock: socket.socket) -> None:
        while True:
            try:
                datagram, client = sock.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            respond = self._responders[server].get(client)
            if respond is not None:
                sock.sendto(respond(datagram) if datagram else b"", client)


class _NoOwner:
    """The owner of a server's socket: a lost response is noticed by the client."""

    def fail(self, fault: OSError) -> None:
        """Nothing to note."""


@dataclass(frozen=True, slots=True)
class MessageFormat:
    """How request number n is written, which begins with n modulo 2^16, and what the response to it is."""

    request: Callable[[int], bytes]
    answer: Callable[[bytes], bytes]


def message_format(sent: DatagramRequests) -> MessageFormat:
    """DNS messages (RFC 1035), or for a game datagrams of the right sizes."""
    if isinstance(sent, DnsQueries):
        return MessageFormat(dns_messages.query, dns_messages.response)
    return MessageFormat(lambda number: _NUMBER.pack(number & 0xFFFF).ljust(sent.request, b"\0"),
                    lambda request: request[:_NUMBER.size].ljust(sent.response, b"\0"))


class UdpRequests(RequestLoop):
    """One subscriber's requests. The time is from the first transmission to the first response."""

    def __init__(self, flow: Flow, sent: DatagramRequests, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, sent, counters, context)
        local, server = (flow.sink, flow.sink_port), (flow.source, flow.source_port)
        self._format = message_format(sent)
        self._sock = context.sockets.udp(local, server)
        self._transmissions, self._most_transmissions, self._timeout = 0, sent.tries, sent.timeout
        set_dscp(self._sock, flow.dscp)
        context.shared(UdpServers).serve(server, local, self._format.answer)
        self.loop.watch(self._sock, READ, self, self._read)

    def prepare(self) -> None:
        """Send an empty datagram, so that both ends have resolved their neighbour's address."""
        self._sock.send(b"")

    def request(self) -> None:
        """Send a new request."""
        self._transmissions = 0
        self._transmit(self.counters.requests)

    def _transmit(self, number: int) -> None:
        if not self.outstanding or number != self.counters.requests:
            return
        if self._transmissions == self._most_transmissions:
            self.complete(LOST)
            return
        self._transmissions += 1
        self.counters.retransmissions += self._transmissions > 1
        self._sock.send(self._format.request(number))
        self.loop.call_at(self.loop.now + self._timeout, self, lambda: self._transmit(number))

    def _read(self) -> None:
        while True:
            try:
                answer = self._sock.recv(LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            if answer and self.outstanding and _NUMBER.unpack_from(answer)[0] == self.counters.requests & 0xFFFF:
                self.counters.received += len(answer)
                self.complete(self.loop.now)

    def close(self) -> None:
        """Stop receiving."""
        self.loop.unwatch(self._sock)


def open_datagram_requests(flow: Flow, requests: DatagramRequests, counters: FlowCounters, context: FlowContext
                           ) -> UdpRequests:
    """Open both ends: the subscriber's socket and the server that answers."""
    return UdpRequests(flow, requests, counters, context)
