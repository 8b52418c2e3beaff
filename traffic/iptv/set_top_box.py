"""The subscriber's side of IPTV: joins one channel after the other by IGMP, and receives it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.engine.flow_lifecycle import Running
from traffic.packets import payloads
from traffic.packets.payloads import Content
from traffic.packets.udp_endpoints import Arrivals, Receiver, inbox
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_S
from twin.model.traffic_profiles import IP_UDP, packet_times
from twin.plan.blueprint import ChannelPlan, Flow, IptvViewing

BEFORE = 2 * NS_PER_S
"""By how much a packet that a visit receives may have been sent before it, ns."""


@dataclass(slots=True)
class View:
    """What a viewer's host has of one channel: the socket, and once the run begins what arrived on it."""

    channel: ChannelPlan
    receiver: Receiver
    arrivals: Arrivals | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A stretch of watching one channel, from tuning in until leaving; ns since 1970."""

    view: View
    joined: int
    left: int


class Viewer(Running):
    """One who watches: tunes in to the first channel at the flow's start and to the next one after each `zap`."""

    def __init__(self, flow: Flow, viewing: IptvViewing, tally: Tally, views: list[View], context: FlowContext
                 ) -> None:
        super().__init__(flow, tally)
        self._viewing = viewing
        self._loop, self._sockets, self._timing = context.loop, context.sockets, context.timing
        self._views = views
        self._visits: list[Visit] = []

    def prepare(self) -> None:
        """Know when the packets of each channel depart."""
        for view in self._views:
            departures = packet_times(view.channel.interval, view.channel.start, self._timing.seconds,
                                      self._timing.origin)
            view.arrivals = Arrivals(departures, self.tally)

    def begin(self) -> None:
        """Plan the visits, tune in to the first channel and set the times of all changes."""
        joined, stop, zap = self._timing.origin + self.flow.start, self._timing.stop, self._viewing.zap
        views = {view.channel.name: view for view in self._views}
        names = self._viewing.channels if zap else self._viewing.channels[:1]
        while joined < stop:
            left = min(joined + zap, stop) if zap else stop
            self._visits.append(Visit(views[names[len(self._visits) % len(names)]], joined, left))
            joined = left
        for number, visit in enumerate(self._visits):
            self._loop.at(visit.joined, self, partial(self._change, number))

    def _change(self, number: int) -> None:
        """Leave the channel before, if there was another, and join this one."""
        view = self._visits[number].view
        if number:
            before = self._visits[number - 1].view
            if before is view:
                return
            self._member(before, joins=False)
        self._member(view, joins=True)

    def _member(self, view: View, *, joins: bool) -> None:
        self._sockets.member(view.receiver.door, self.flow.sink, view.channel.group, joins=joins)

    def collect(self) -> None:
        """Take all packets that wait."""
        for view in self._views:
            if view.arrivals is not None:
                view.receiver.drain(view.arrivals)

    def finish(self) -> None:
        """Take the last ones; closing the sockets leaves the last channel."""
        self.collect()

    def samples(self) -> Viewed:
        """The packets of every visit, in order, times after the start of the measurement.

        Of each visit: what was sent while it lasted, and what was received then even if it was sent before.
        """
        rows: list[tuple[int, int, int, int]] = []
        last = len(self._visits) - 1
        for number, visit in enumerate(self._visits):
            rows += self._rows(visit, ends=number < last)
        joined, sent, received, access = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Viewed(joined, sent, received, access, self._viewing.packet)

    def _rows(self, visit: Visit, *, ends: bool) -> list[tuple[int, int, int, int]]:
        channel, arrivals, origin = visit.view.channel, visit.view.arrivals, self._timing.origin
        assert arrivals is not None
        begin, rows = origin + channel.start, []
        first = max(0, (visit.joined - BEFORE - begin) // channel.interval)
        for sequence, at in enumerate(arrivals.at[first:1 + (visit.left - begin) // channel.interval], first):
            sent = begin + sequence * channel.interval
            came = at != LOST and at >= visit.joined and (at < visit.left or not ends)
            if came or (visit.joined <= sent < visit.left and (at == LOST or at >= visit.left)):
                rows.append((visit.joined - origin, sent - origin, at - origin if came else LOST,
                             int(sequence % channel.access == 0)))
        return rows


def open_iptv_viewing(flow: Flow, viewing: IptvViewing, tally: Tally, context: FlowContext) -> Viewer:
    """Open a socket for each channel that is watched."""
    stamp = payloads.shape(Content.TRANSPORT_STREAM, viewing.packet).stamp
    views = []
    for name in dict.fromkeys(viewing.channels):
        channel = context.channels[name]
        door = context.sockets.viewer(flow.sink, (channel.group, channel.port))
        views.append(View(channel, Receiver(door, inbox(stamp), channel.packet - IP_UDP)))
    return Viewer(flow, viewing, tally, views, context)
