"""What is said in the calls of a line that dials, one way: RTP for the holding time of each call that is connected."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from traffic.engine import syscalls
from traffic.engine.flow_counters import Tally
from traffic.engine.flow_lifecycle import Running, Timing
from traffic.packets.batch_send import Due
from traffic.packets.payloads import Writer, writer
from traffic.packets.udp_endpoints import Arrivals, Receiver, Sender
from traffic.sample_files import Packets
from twin.core.seeds import stream
from twin.plan.blueprint import DialledSpeech, Flow


@dataclass(slots=True)
class _Talk:
    """One call. first: number of its first packet among those of all calls."""

    first: int
    begin: int
    due: Due
    arrivals: Arrivals
    writer: Writer


class Speech(Running):
    """One direction of all calls of a line. Packets are numbered through; those of one call follow each other."""

    def __init__(self, flow: Flow, said: DialledSpeech, tally: Tally, timing: Timing, receiver: Receiver,
                 sender: Sender) -> None:
        super().__init__(flow, tally)
        self.said = said
        self._timing, self._receiver, self._sender = timing, receiver, sender
        self._talks: list[_Talk] = []
        self._firsts: list[int] = []
        self._until = 0

    def prepare(self) -> None:
        """Send an empty datagram, so that the way is known before the first packet."""
        self._sender.door.send(b"")

    def talk(self, now: int, holding: int) -> None:
        """A call is connected and lasts `holding` ns: the first packet leaves once it is full of speech."""
        begin, interval = now + self.said.interval, self.said.interval
        count = max(0, -(-(min(now + holding, self._timing.stop) - begin) // interval))
        if self.tally.errors or not count:
            return
        first = sum(len(talk.arrivals.at) for talk in self._talks[-1:]) + sum(self._firsts[-1:])
        number = len(self._talks)
        voice = writer(self.said.speech.codec, interval,
                       stream(self._timing.seed, f"rtp/{self.flow.name}/{number}"), first=first)
        departures = range(begin, begin + count * interval, interval)
        talk = _Talk(first, begin, Due(departures), Arrivals(departures, self.tally), voice)
        self._talks.append(talk)
        self._firsts.append(first)
        self._post(talk, syscalls.ahead_of_monotonic())

    def hand_over(self, until: int, ahead: int) -> None:
        """Hand over all packets of all calls that depart before `until`."""
        self._until = until
        for talk in self._talks:
            self._post(talk, ahead)

    def _post(self, talk: _Talk, ahead: int) -> None:
        span = talk.due.take(self._until)
        if span is not None:
            sender = self._sender
            numbered = span.after(talk.first)
            self.tally.refusals += sender.outbox.post(sender.door.fileno(), talk.writer, numbered, ahead)
            self.tally.sent += span.stop - span.first

    def collect(self) -> None:
        """Take all packets that wait."""
        receiver = self._receiver
        for sequence, departure, arrival, length in receiver.inbox.drain(receiver.door.fileno()):
            if length == receiver.length:
                self._note(sequence, departure, arrival)

    def _note(self, sequence: int, departure: int, arrival: int) -> None:
        place = bisect_right(self._firsts, sequence) - 1
        if place < 0:
            self.tally.foreign += 1
            return
        talk = self._talks[place]
        talk.arrivals.note(sequence - talk.first, departure, arrival, 0)

    def finish(self) -> None:
        """Take the last ones."""
        self.collect()

    def samples(self) -> Packets:
        """What became of every packet, call after call, times after the start of the measurement."""
        origin, interval = self._timing.origin, self.said.interval
        sent = tuple(talk.begin - origin + k * interval for talk in self._talks for k in range(len(talk.arrivals.at)))
        received = tuple(at if at < 0 else at - origin for talk in self._talks for at in talk.arrivals.at)
        return Packets(sent, received, self.said.packet)
