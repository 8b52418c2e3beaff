"""The two ends of a flow of datagrams: a sender, a receiver, and when each packet arrived."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.packets import payloads
from traffic.packets.batch_receive import BatchReceiver
from traffic.packets.batch_send import BatchSender
from traffic.packets.payloads import Payload, Writer
from traffic.sample_files import LOST
from twin.core.seeds import stream
from twin.core.units import Size
from twin.model.traffic_profiles import IP_UDP
from twin.plan.blueprint import ConstantRate, Flow, PacketStream


class Arrivals:
    """When each packet of a flow arrived; the first copy counts. Pure bookkeeping.

    first: the first packet that is not forgotten yet. at: when it and those after it arrived, LOST where they have not,
    as far as any has. marks: the DSCP of packets that arrived, by number, where it is recorded.
    """

    def __init__(self, departures: Sequence[int], counters: FlowCounters) -> None:
        """`departures`: of all packets, ns since 1970; it may grow."""
        self._departures, self._counters = departures, counters
        self.first = 0
        self.at: list[int] = []
        self.marks: dict[int, int] = {}

    def note(self, sequence: int, departure: int, arrival: int, expected: int) -> int:
        """Record a packet where at least `expected` was expected to be next; returns what is expected then.

        A packet whose stamp is not of this flow is foreign, and so is one that is forgotten.
        """
        counters, at, place = self._counters, self.at, sequence - self.first
        if place < 0 or sequence >= len(self._departures) or departure != self._departures[sequence]:
            counters.foreign += 1
            return expected
        if place >= len(at):
            at.extend([LOST] * (place - len(at)))
            at.append(arrival)
        elif at[place] == LOST:
            at[place] = arrival
        else:
            counters.duplicates += 1
            return expected
        counters.received += 1
        counters.reordered += sequence < expected
        return max(expected, sequence + 1)

    def between(self, first: int, stop: int) -> list[int]:
        """When the packets from number `first` on before `stop` arrived, LOST where they have not or are forgotten."""
        forgotten = min(max(0, self.first - first), max(0, stop - first))
        known = self.at[max(0, first - self.first):max(0, stop - self.first)]
        return [LOST] * forgotten + known + [LOST] * (max(0, stop - first) - forgotten - len(known))

    def forget(self, stop: int) -> None:
        """Forget all packets before number `stop`."""
        if stop > self.first:
            for sequence in range(self.first, stop) if self.marks else ():
                self.marks.pop(sequence, None)
            del self.at[:stop - self.first]
            self.first = stop


@dataclass(slots=True)
class Receiver:
    """Where packets of a flow arrive. length: that they have there; expected: the next sequence number."""

    sock: socket.socket
    batch_receiver: BatchReceiver
    length: int
    expected: int = 0
    marked: bool = False
    """Whether it records the DSCP of each packet."""

    def receive(self, arrivals: Arrivals) -> None:
        """Receive all that waits. Empty datagrams, which only resolved addresses, are skipped."""
        if self.marked:
            self._receive_marked(arrivals)
            return
        for sequence, departure, arrival, length in self.batch_receiver.receive(self.sock.fileno()):
            if length == self.length:
                self.expected = arrivals.note(sequence, departure, arrival, self.expected)

    def _receive_marked(self, arrivals: Arrivals) -> None:
        for (sequence, departure, arrival, length), mark in self.batch_receiver.receive_marked(self.sock.fileno()):
            if length == self.length:
                self.expected = arrivals.note(sequence, departure, arrival, self.expected)
                arrivals.marks.setdefault(sequence, mark)


@dataclass(slots=True)
class Sender:
    """Where packets of a flow leave."""

    sock: socket.socket
    batch_sender: BatchSender
    writer: Writer


@cache
def batch_sender(payload: Payload, packet: Size) -> BatchSender:
    """The batch of packets of one shape, laid out once for all flows: that takes longer than to send them."""
    return BatchSender(payloads.shape(payload, packet))


@cache
def batch_receiver(stamp: int) -> BatchReceiver:
    """The buffers for packets whose stamp is at one offset, likewise."""
    return BatchReceiver(stamp)


def open_receiver(flow: Flow, sent: PacketStream, context: FlowContext) -> Receiver:
    """Open the receiving end. Raises OSError where the kernel refuses."""
    local, peer = (flow.sink, flow.sink_port), (flow.source, flow.source_port)
    sock = context.sockets.udp(local, peer)
    marked = isinstance(sent, ConstantRate) and sent.records_dscp
    if marked:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    stamp = payloads.shape(payloads.payload_of(sent), sent.packet).stamp
    return Receiver(sock, batch_receiver(stamp), sent.packet - IP_UDP, marked=marked)


def open_sender(flow: Flow, sent: PacketStream, context: FlowContext) -> Sender:
    """Open the sending end. Raises OSError where the kernel refuses."""
    payload = payloads.payload_of(sent)
    writer = payloads.writer(payload, sent.interval, stream(context.timing.seed, f"rtp/{flow.name}"))
    sock = context.sockets.paced_udp((flow.source, flow.source_port), (flow.sink, flow.sink_port), flow.dscp)
    return Sender(sock, batch_sender(payload, sent.packet), writer)
