"""Questions and answers of one datagram each: look-ups of names, and games. Asked again where no answer comes."""

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
    """Answer datagrams where flows have their server's end; several flows may share a port there."""

    def __init__(self, context: FlowContext) -> None:
        self._loop, self._sockets = context.loop, context.sockets
        self._answers: dict[Peer, dict[Peer, Callable[[bytes], bytes]]] = {}

    def serve(self, server: Peer, caller: Peer, answer: Callable[[bytes], bytes]) -> None:
        """Answer what comes from `caller` by that function."""
        if server not in self._answers:
            sock = self._sockets.udp(server, None)
            self._answers[server] = {}
            self._loop.watch(sock, READ, _NoOwner(), lambda: self._drain(server, sock))
        self._answers[server][self._sockets.address(caller)] = answer

    def _drain(self, server: Peer, sock: socket.socket) -> None:
        while True:
            try:
                asked, caller = sock.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            answer = self._answers[server].get(caller)
            if answer is not None:
                sock.sendto(answer(asked) if asked else b"", caller)


class _NoOwner:
    """The owner of a server's socket: what could not be answered is its caller's to notice."""

    def fail(self, fault: OSError) -> None:
        """Nothing to note."""


@dataclass(frozen=True, slots=True)
class MessageFormat:
    """What is asked with a number, of which the first two bytes tell it, and what is answered."""

    request: Callable[[int], bytes]
    answer: Callable[[bytes], bytes]


def message_format(sent: DatagramRequests) -> MessageFormat:
    """Names are looked up as RFC 1035 has it; in a game only sizes matter."""
    if isinstance(sent, DnsQueries):
        return MessageFormat(dns_messages.query, dns_messages.response)
    return MessageFormat(lambda number: _NUMBER.pack(number & 0xFFFF).ljust(sent.request, b"\0"),
                    lambda asked: asked[:_NUMBER.size].ljust(sent.response, b"\0"))


class UdpRequests(RequestLoop):
    """One subscriber's. The time is from the first question to the answer, whichever of the questions it is to."""

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
        """Send an empty datagram, so that the way (the neighbour's address) is known at both ends."""
        self._sock.send(b"")

    def request(self) -> None:
        """Ask for the first time."""
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
        """Listen no more."""
        self.loop.unwatch(self._sock)


def open_datagram_requests(flow: Flow, requests: DatagramRequests, counters: FlowCounters, context: FlowContext
                           ) -> UdpRequests:
    """Open both ends: the subscriber's socket and the server that answers."""
    return UdpRequests(flow, requests, counters, context)
