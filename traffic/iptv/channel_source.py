"""The head-end's side of IPTV: sends one channel to its multicast group, whoever watches."""

from __future__ import annotations

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.packets import payloads
from traffic.packets.batch_send import DepartureSchedule
from traffic.packets.payloads import Content
from traffic.packets.udp_endpoints import Sender, batch_sender
from twin.core.seeds import stream
from twin.model.traffic_profiles import packet_times
from twin.plan.blueprint import IptvChannelPlan


class ChannelSource:
    """A channel that is sent for the whole run, whoever watches."""

    def __init__(self, channel: IptvChannelPlan, context: FlowContext) -> None:
        self.channel, self.counters = channel, FlowCounters()
        self._timing = context.channel_timing
        self._schedule: DepartureSchedule | None = None
        self._sender: Sender | None = None
        try:
            self._sender = _open_sender(channel, context)
        except OSError as fault:
            self.counters.fail(fault)

    def hand_over(self, until: int, ahead: int) -> None:
        """Hand over all packets that depart before `until`; see traffic.engine.flow_lifecycle."""
        if self._schedule is None:
            self._schedule = DepartureSchedule(packet_times(
                self.channel.interval, self.channel.start, self._timing.seconds, self._timing.origin))
        batch = self._schedule.take(until)
        if self._sender is None or batch is None:
            return
        try:
            self._sender.batch_sender.send(self._sender.sock.fileno(), self._sender.writer, batch, ahead)
        except OSError as fault:
            self.counters.fail(fault)
            self._sender = None
        else:
            self.counters.sent = batch.stop


def _open_sender(channel: IptvChannelPlan, context: FlowContext) -> Sender:
    """Raises OSError where the kernel refuses."""
    writer = payloads.writer(Content.TRANSPORT_STREAM, channel.interval,
                             stream(context.timing.seed, f"rtp/{channel.name}"), access=channel.access)
    sock = context.sockets.multicast_sender((channel.source, channel.port), (channel.group, channel.port))
    return Sender(sock, batch_sender(Content.TRANSPORT_STREAM, channel.packet), writer)
