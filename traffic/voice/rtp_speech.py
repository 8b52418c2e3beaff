"""One direction of the speech of a line's dialled calls: RTP for the holding time of each connected call."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from traffic.engine import syscalls
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow, Timing
from traffic.packets.batch_send import DepartureSchedule
from traffic.packets.payloads import Writer, writer
from traffic.packets.udp_endpoints import Arrivals, Receiver, Sender
from traffic.sample_files import LOST, Packets
from twin.core.seeds import stream
from twin.plan.blueprint import DialledSpeech, Flow


@dataclass(slots=True)
class _Call:
    """One call. first: number of its first packet among those of all calls."""

    first: int
    departures: range
    schedule: DepartureSchedule
    arrivals: Arrivals
    writer: Writer


class SpeechFlow(ActiveFlow):
    """One direction of all calls of a line. Packets are numbered through; those of one call follow each other."""

    def __init__(self, flow: Flow, traffic: DialledSpeech, counters: FlowCounters, timing: Timing, receiver: Receiver,
                 sender: Sender) -> None:
        super().__init__(flow, counters)
        self.traffic = traffic
        self._timing, self._receiver, self._sender = timing, receiver, sender
        self._calls: list[_Call] = []
        self._firsts: list[int] = []
        self._packets = self._connected = self._until = 0

    def prepare(self) -> None:
        """Send an empty datagram, so that the neighbour's address is resolved before the first packet."""
        self._sender.sock.send(b"")

    def start_call(self, now: int, holding: int) -> None:
        """A call is connected and lasts `holding` ns: the first packet leaves once its frame of speech is complete."""
        begin, interval = now + self.traffic.interval, self.traffic.interval
        count = max(0, -(-(min(now + holding, self._timing.stop) - begin) // interval))
        if self.counters.errors or not count:
            return
        first = self._packets
        self._packets += count
        self._connected += 1
        voice = writer(self.traffic.speech.codec, interval,
                       stream(self._timing.seed, f"rtp/{self.flow.name}/{self._connected - 1}"), first=first)
        departures = range(begin, begin + count * interval, interval)
        call = _Call(first, departures, DepartureSchedule(departures), Arrivals(departures, self.counters), voice)
        self._calls.append(call)
        self._firsts.append(first)
        self._send(call, syscalls.ahead_of_monotonic())

    def hand_over(self, until: int, ahead: int) -> None:
        """Hand over all packets of all calls that depart before `until`."""
        self._until = until
        for call in self._calls:
            self._send(call, ahead)

    def _send(self, call: _Call, ahead: int) -> None:
        batch = call.schedule.take(self._until)
        if batch is not None:
            sender = self._sender
            numbered = batch.after(call.first)
            self.counters.refusals += sender.batch_sender.send(sender.sock.fileno(), call.writer, numbered, ahead)
            self.counters.sent += batch.stop - batch.first

    def collect(self) -> None:
        """Take all packets that wait."""
        receiver = self._receiver
        for sequence, departure, arrival, length in receiver.batch_receiver.receive(receiver.sock.fileno()):
            if length == receiver.length:
                self._note(sequence, departure, arrival)

    def _note(self, sequence: int, departure: int, arrival: int) -> None:
        place = bisect_right(self._firsts, sequence) - 1
        if place < 0:
            self.counters.foreign += 1
            return
        call = self._calls[place]
        call.arrivals.note(sequence - call.first, departure, arrival, 0)

    def finish(self) -> None:
        """Take the last ones."""
        self.collect()

    def take(self, until: int) -> Packets:
        """What became of every packet that departed before `until`, call after call; see ActiveFlow."""
        origin = self._timing.origin
        sent: list[int] = []
        received: list[int] = []
        for call in self._calls:
            first, stop = call.arrivals.first, bisect_left(call.departures, until)
            sent += call.departures[first:stop]
            received += call.arrivals.between(first, stop)
            call.arrivals.forget(stop)
        self._calls = [call for call in self._calls if call.arrivals.first < len(call.departures)]
        self._firsts = [call.first for call in self._calls]
        return Packets(tuple(at - origin for at in sent), tuple(at if at == LOST else at - origin for at in received),
                       self.traffic.packet)
