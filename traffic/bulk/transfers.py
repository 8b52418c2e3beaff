"""Downloads and uploads: TCP connections that carry as much as the network lets them, for the whole run."""

from __future__ import annotations

import errno
import os
import socket
from functools import partial

from traffic.bulk.tcp_connections import Pourer, Servers, Swallower, abort, retransmissions, round_trip, sent_bytes
from traffic.engine.event_loop import WRITE
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.engine.flow_lifecycle import Running
from traffic.engine.sockets import Peer, narrow
from traffic.sample_files import Bytes
from twin.model import Direction
from twin.plan.blueprint import Elastic, Flow


class Transfer(Running):
    """One download or upload as it runs. The client is at the line, the server at the head-end."""

    def __init__(self, flow: Flow, sent: Elastic, tally: Tally, context: FlowContext) -> None:
        super().__init__(flow, tally)
        self._sent = sent
        self._loop, self._timing, self._file = context.loop, context.timing, context.file
        self._servers = context.shared(Servers)
        self._receivers: list[Swallower] = []
        self._doors: list[socket.socket] = []
        self._senders: list[socket.socket] = []
        self._at: list[int] = []
        self._total: list[int] = []
        self._answered = 0
        self._servers.listen(server(flow))

    def fail(self, fault: OSError) -> None:
        """A transfer of which one connection failed is over."""
        super().fail(fault)
        self.close()

    def begin(self) -> None:
        """Open the connections."""
        for _ in range(self._sent.connections):
            door = self._servers.call(client(self.flow), server(self.flow), self.flow.dscp, self, self._answer,
                                      self._sent.clamp)
            self._doors.append(door)
            self._loop.watch(door, WRITE, self, partial(self._connected, door))

    def _connected(self, door: socket.socket) -> None:
        check(door)
        self._take_end(door, sends=self.flow.direction is Direction.UP)

    def _answer(self, door: socket.socket) -> None:
        self._doors.append(door)
        self._answered += 1
        self._take_end(door, sends=self.flow.direction is Direction.DOWN)

    def _take_end(self, door: socket.socket, *, sends: bool) -> None:
        if sends:
            self._senders.append(door)
            Pourer(self._loop, door, self, self._file)
        else:
            if self._sent.window:
                narrow(door, self._sent.window)
            self._receivers.append(Swallower(self._loop, door, self, self._note, self._sent.clamp))

    def _note(self, count: int) -> None:
        self.tally.received += count
        at = self._loop.now - self._timing.origin
        if self._at and self._at[-1] == at:
            self._total[-1] = self.tally.received
        else:
            self._at.append(at)
            self._total.append(self.tally.received)

    def collect(self) -> None:
        """Take what has arrived by now, so that a sample stands here."""
        for receiver in self._receivers:
            receiver.take()
        for sender in self._senders:
            self.tally.trips += 1
            self.tally.trip_total += round_trip(sender)
        if not self.tally.errors:
            self._note(0)

    def stop(self) -> None:
        """Count what had to be sent again, and fall silent. The last bytes have just been collected."""
        if self._answered < self._sent.connections:
            missing = self._sent.connections - self._answered
            raise TimeoutError(errno.ETIMEDOUT, f"{missing} of {self._sent.connections} connections were never made")
        self.close()

    def close(self) -> None:
        """Fall silent at once, on both ends."""
        self.tally.retransmissions += sum(retransmissions(door) for door in self._senders)
        for sent, again in map(sent_bytes, self._senders):
            self.tally.sent_bytes += sent
            self.tally.sent_again += again
        for door in self._doors:
            self._loop.drop(door)
            abort(door)
        self._receivers, self._doors, self._senders = [], [], []

    def samples(self) -> Bytes:
        """The progress, times after the start of the measurement."""
        return Bytes(tuple(self._at), tuple(self._total))


def open_transfer(flow: Flow, sent: Elastic, tally: Tally, context: FlowContext) -> Transfer:
    """Listen at the server's end; connections are made once the flow begins."""
    return Transfer(flow, sent, tally, context)


def client(flow: Flow) -> str:
    """The host that calls: the line's."""
    return flow.sink if flow.direction is Direction.DOWN else flow.source


def server(flow: Flow) -> Peer:
    """The host and port that are called: the head-end's."""
    return (flow.source, flow.source_port) if flow.direction is Direction.DOWN else (flow.sink, flow.sink_port)


def check(door: socket.socket) -> None:
    """Raise the OSError with which a connection attempt ended, if it failed."""
    fault = door.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if fault:
        raise OSError(fault, f"connect: {os.strerror(fault)}")
