"""Questions and answers of one datagram each: look-ups of names, and games. Asked again where no answer comes."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from traffic.engine.event_loop import READ
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.engine.sockets import Peer, mark
from traffic.sample_files import LOST
from traffic.web import dns_messages
from traffic.web.request_loop import Asking
from twin.plan.blueprint import DatagramRequests, DnsQueries, Flow

ROOM = 2048
"""Bytes of the largest datagram."""
_NUMBER = struct.Struct("!H")


class Answerers:
    """Answer datagrams where flows have their server's end; several flows may share a port there."""

    def __init__(self, context: FlowContext) -> None:
        self._loop, self._sockets = context.loop, context.sockets
        self._answers: dict[Peer, dict[Peer, Callable[[bytes], bytes]]] = {}

    def serve(self, server: Peer, caller: Peer, answer: Callable[[bytes], bytes]) -> None:
        """Answer what comes from `caller` by that function."""
        if server not in self._answers:
            door = self._sockets.datagrams(server, None)
            self._answers[server] = {}
            self._loop.watch(door, READ, _Nobody(), lambda: self._drain(server, door))
        self._answers[server][self._sockets.address(caller)] = answer

    def _drain(self, server: Peer, door: socket.socket) -> None:
        while True:
            try:
                asked, caller = door.recvfrom(ROOM)
            except BlockingIOError:
                return
            answer = self._answers[server].get(caller)
            if answer is not None:
                door.sendto(answer(asked) if asked else b"", caller)


class _Nobody:
    """The owner of a server's socket: what could not be answered is its caller's to notice."""

    def fail(self, fault: OSError) -> None:
        """Nothing to note."""


@dataclass(frozen=True, slots=True)
class Language:
    """What is asked with a number, of which the first two bytes tell it, and what is answered."""

    ask: Callable[[int], bytes]
    answer: Callable[[bytes], bytes]


def language(sent: DatagramRequests) -> Language:
    """Names are looked up as RFC 1035 has it; in a game only sizes matter."""
    if isinstance(sent, DnsQueries):
        return Language(dns_messages.question, dns_messages.answer)
    return Language(lambda number: _NUMBER.pack(number & 0xFFFF).ljust(sent.request, b"\0"),
                    lambda asked: asked[:_NUMBER.size].ljust(sent.response, b"\0"))


class Queries(Asking):
    """One subscriber's. The time is from the first question to the answer, whichever of the questions it is to."""

    def __init__(self, flow: Flow, sent: DatagramRequests, tally: Tally, context: FlowContext) -> None:
        super().__init__(flow, sent, tally, context)
        own, server = (flow.sink, flow.sink_port), (flow.source, flow.source_port)
        self._language = language(sent)
        self._door = context.sockets.datagrams(own, server)
        self._tries, self._most, self._timeout = 0, sent.tries, sent.timeout
        mark(self._door, flow.dscp)
        context.shared(Answerers).serve(server, own, self._language.answer)
        self.loop.watch(self._door, READ, self, self._read)

    def prepare(self) -> None:
        """Send an empty datagram, so that the way (the neighbour's address) is known at both ends."""
        self._door.send(b"")

    def ask(self) -> None:
        """Ask for the first time."""
        self._tries = 0
        self._try(self.tally.asked)

    def _try(self, number: int) -> None:
        if not self.waiting or number != self.tally.asked:
            return
        if self._tries == self._most:
            self.over(LOST)
            return
        self._tries += 1
        self.tally.retransmissions += self._tries > 1
        self._door.send(self._language.ask(number))
        self.loop.at(self.loop.now + self._timeout, self, lambda: self._try(number))

    def _read(self) -> None:
        while True:
            try:
                answer = self._door.recv(ROOM)
            except BlockingIOError:
                return
            if answer and self.waiting and _NUMBER.unpack_from(answer)[0] == self.tally.asked & 0xFFFF:
                self.tally.received += len(answer)
                self.over(self.loop.now)

    def close(self) -> None:
        """Listen no more."""
        self.loop.drop(self._door)


def open_datagram_requests(flow: Flow, sent: DatagramRequests, tally: Tally, context: FlowContext) -> Queries:
    """Open both ends: the subscriber's socket and the server that answers."""
    return Queries(flow, sent, tally, context)
