"""The subscriber's side of IPTV: joins one channel after the other by IGMP, and receives it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.iptv.line_membership import LineMembership
from traffic.packets import payloads
from traffic.packets.payloads import Content
from traffic.packets.udp_endpoints import Arrivals, Receiver, batch_receiver
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_S
from twin.model.traffic_profiles import IP_UDP, packet_times
from twin.plan.blueprint import Flow, IptvChannelPlan, IptvViewing

LONGEST_TRANSIT = 2 * NS_PER_S
"""By how much a packet that a period receives may have been sent before it, ns."""


@dataclass(slots=True)
class WatchedChannel:
    """One channel at the set-top box: its socket, and once the run begins what arrived on it."""

    channel: IptvChannelPlan
    receiver: Receiver
    arrivals: Arrivals | None = None


@dataclass(frozen=True, slots=True)
class WatchingPeriod:
    """A period of watching one channel, from joining to leaving it; ns since 1970."""

    watched: WatchedChannel
    joined: int
    left: int


class SetTopBox(ActiveFlow):
    """Joins the first channel at the flow's start, and the next one after each `dwell`."""

    def __init__(self, flow: Flow, viewing: IptvViewing, counters: FlowCounters, channels: list[WatchedChannel],
                 context: FlowContext) -> None:
        super().__init__(flow, counters)
        self._viewing = viewing
        self._loop, self._sockets, self._timing = context.loop, context.sockets, context.timing
        self._channels, self._channel_timing = channels, context.channel_timing
        self._membership = context.shared(LineMembership)
        self._joined: WatchedChannel | None = None
        named = {watched.channel.name: watched for watched in channels}
        self._programme = [named[name] for name in (viewing.channels if viewing.zap else viewing.channels[:1])]
        self._periods: list[WatchingPeriod] = []
        self._changes = 0
        self._taken_until = 0

    def prepare(self) -> None:
        """Compute when the packets of each channel depart."""
        for watched in self._channels:
            departures = packet_times(watched.channel.interval, watched.channel.start, self._channel_timing.seconds,
                                      self._channel_timing.origin)
            watched.arrivals = Arrivals(departures, self.counters)

    def begin(self) -> None:
        """Join the first channel."""
        self._change_channel(self._timing.origin + self.flow.start)

    def _change_channel(self, moment: int) -> None:
        """Leave the channel before, if there was another, join the next one, and set the time of the change after."""
        dwell, stop = self._viewing.zap, self._timing.stop
        watched = self._programme[self._changes % len(self._programme)]
        before = self._periods[-1].watched if self._periods else None
        period = WatchingPeriod(watched, moment, min(moment + dwell, stop) if dwell else stop)
        self._changes += 1
        self._periods.append(period)
        if before is not watched:
            if before is not None:
                self._set_membership(before, joins=False)
            self._set_membership(watched, joins=True)
        if period.left < stop:
            self._loop.call_at(period.left, self, partial(self._change_channel, period.left))

    def _set_membership(self, watched: WatchedChannel, *, joins: bool) -> None:
        self._membership.set(watched.receiver.sock, self.flow.sink, watched.channel.group, joins=joins)
        self._joined = watched if joins else None

    def collect(self) -> None:
        """Take all packets that wait."""
        for watched in self._channels:
            if watched.arrivals is not None:
                watched.receiver.receive(watched.arrivals)

    def finish(self) -> None:
        """Take the last ones."""
        self.collect()

    def close(self) -> None:
        """Leave the last channel, and close the sockets."""
        if self._joined is not None:
            self._set_membership(self._joined, joins=False)
        for watched in self._channels:
            self._sockets.release(watched.receiver.sock)
        self._channels = []

    def take(self, until: int) -> Viewed:
        """The packets of every watching period that departed before `until`, in order; see ActiveFlow.

        Of each period: what was sent while it lasted, and what was received then even if it was sent before.
        """
        rows = [row for period in self._periods for row in self._rows(period, until)]
        for watched in self._channels:
            if watched.arrivals is not None:
                watched.arrivals.forget(self._count_before(watched.channel, until))
        self._periods = [period for period in self._periods if period.left > until - LONGEST_TRANSIT]
        self._taken_until = until
        joined, sent, received, access = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Viewed(joined, sent, received, access, self._viewing.packet)

    def _rows(self, period: WatchingPeriod, until: int) -> list[tuple[int, int, int, int]]:
        channel, arrivals, origin = period.watched.channel, period.watched.arrivals, self._timing.origin
        assert arrivals is not None
        begin, rows, ends = self._channel_timing.origin + channel.start, [], period.left < self._timing.stop
        first = self._count_before(channel, max(period.joined - LONGEST_TRANSIT, self._taken_until))
        stop = self._count_before(channel, min(period.left + 1, until))
        for sequence, at in enumerate(arrivals.between(first, stop), first):
            sent = begin + sequence * channel.interval
            arrived = at != LOST and at >= period.joined and (at < period.left or not ends)
            if arrived or (period.joined <= sent < period.left and (at == LOST or at >= period.left)):
                rows.append((period.joined - origin, sent - origin, at - origin if arrived else LOST,
                             int(sequence % channel.access == 0)))
        return rows

    def _count_before(self, channel: IptvChannelPlan, moment: int) -> int:
        """How many packets of a channel depart before a moment, ns since 1970."""
        return max(0, -(-(moment - self._channel_timing.origin - channel.start) // channel.interval))


def open_iptv_viewing(flow: Flow, viewing: IptvViewing, counters: FlowCounters, context: FlowContext) -> SetTopBox:
    """Open a socket for each channel that is watched."""
    stamp = payloads.shape(Content.TRANSPORT_STREAM, viewing.packet).stamp
    channels = []
    for name in dict.fromkeys(viewing.channels):
        channel = context.channels[name]
        sock = context.sockets.multicast_receiver(flow.sink, (channel.group, channel.port))
        channels.append(WatchedChannel(channel, Receiver(sock, batch_receiver(stamp), channel.packet - IP_UDP)))
    return SetTopBox(flow, viewing, counters, channels, context)
