"""A flow at constant rate: hands packets to the kernel ahead of their departures, and collects what arrives.

Packets leave at their scheduled times (traffic.engine.packet_pacing), so that one-way delay begins at the schedule.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow, Timing
from traffic.packets.batch_send import DepartureSchedule
from traffic.packets.udp_endpoints import Arrivals, Receiver, Sender, open_receiver, open_sender
from traffic.sample_files import LOST, Packets
from twin.core.seeds import stream
from twin.core.units import NS_PER_S
from twin.model.traffic_profiles import packet_times, poisson_process
from twin.plan.blueprint import ConstantRate, Flow, UdpFlood


class ConstantRateFlow(ActiveFlow):
    """A flow and its ends; no sender where another process sends."""

    def __init__(self, flow: Flow, traffic: ConstantRate, counters: FlowCounters, timing: Timing,
                 receivers: list[Receiver], sender: Sender | None) -> None:
        super().__init__(flow, counters)
        self.traffic = traffic
        self._seconds = flow.stop / NS_PER_S or timing.seconds
        self.receivers, self.sender = receivers, sender
        self._timing = timing

    def fail(self, fault: OSError) -> None:
        """A flow that failed sends no more."""
        super().fail(fault)
        self.sender = None

    def prepare(self) -> None:
        """Send an empty datagram, so that the neighbour's address is resolved before the first packet."""
        self._departures, self._random = self._scheduled()
        self._schedule = DepartureSchedule(self._departures)
        self.arrivals = Arrivals(self._departures, self.counters)
        if self.sender is not None:
            self.sender.sock.send(b"")

    def _scheduled(self) -> tuple[range | list[int], Iterator[int] | None]:
        """All departures, or where they are random none of them yet, and what draws them."""
        start, origin, interval = self.flow.start, self._timing.origin, self.traffic.interval
        match self.traffic:
            case UdpFlood(random=True):
                gaps = stream(self._timing.seed, f"gaps/{self.flow.name}")
                return [], poisson_process(interval, start, gaps, origin)
            case _:
                return packet_times(interval, start, self._seconds, origin), None

    def _draw(self, until: int) -> None:
        """Draw random departures until one comes after `until`."""
        end = self._timing.origin + round(self._seconds * NS_PER_S)
        while self._random is not None and isinstance(self._departures, list):
            at = next(self._random)
            if at >= end:
                self._random = None
                return
            self._departures.append(at)
            if at >= until:
                return

    def hand_over(self, until: int, ahead: int) -> None:
        """Hand over all packets that depart before `until`."""
        if self._random is not None and (not self._departures or self._departures[-1] < until):
            self._draw(until)
        batch = self._schedule.take(until)
        if self.sender is not None and batch is not None:
            sender = self.sender
            self.counters.refusals += sender.batch_sender.send(sender.sock.fileno(), sender.writer, batch, ahead)
            self.counters.sent = batch.stop

    def collect(self) -> None:
        """Take all packets that wait."""
        for receiver in self.receivers:
            receiver.receive(self.arrivals)

    def finish(self) -> None:
        """Take the last ones."""
        self.collect()

    def take(self, until: int) -> Packets:
        """What became of every packet that departed before `until`; see ActiveFlow."""
        origin, arrivals = self._timing.origin, self.arrivals
        first, stop = arrivals.first, bisect_left(self._departures, until, arrivals.first)
        sent = tuple(at - origin for at in self._departures[first:stop])
        received = tuple(at if at == LOST else at - origin for at in arrivals.between(first, stop))
        marks = tuple(arrivals.marks.get(k, LOST) for k in range(first, stop)) if self.traffic.records_dscp else ()
        arrivals.forget(stop)
        if isinstance(self._departures, list):
            self._departures[first:stop] = [0] * (stop - first)  # Zeroes are shared: a flood may go on for days.
        return Packets(sent, received, self.traffic.packet, marks)


def open_constant_rate(flow: Flow, traffic: ConstantRate, counters: FlowCounters, context: FlowContext
                       ) -> ConstantRateFlow:
    """Open both ends of a flow at constant rate."""
    receiver, sender = open_receiver(flow, traffic, context), open_sender(flow, traffic, context)
    return ConstantRateFlow(flow, traffic, counters, context.timing, [receiver], sender)
