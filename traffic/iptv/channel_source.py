"""The head-end's side of IPTV: sends one channel to its multicast group, whoever watches."""

from __future__ import annotations

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import Tally
from traffic.packets import payloads
from traffic.packets.batch_send import Due
from traffic.packets.payloads import Content
from traffic.packets.udp_endpoints import Sender, outbox
from twin.core.seeds import stream
from twin.model.traffic_profiles import packet_times
from twin.plan.blueprint import ChannelPlan


class Broadcast:
    """A channel that is sent for the whole run, whoever watches."""

    def __init__(self, channel: ChannelPlan, context: FlowContext) -> None:
        self.channel, self.tally = channel, Tally()
        self._timing = context.timing
        self._due: Due | None = None
        self._sender: Sender | None = None
        try:
            self._sender = _open_sender(channel, context)
        except OSError as fault:
            self.tally.fail(fault)

    def hand_over(self, until: int, ahead: int) -> None:
        """Hand over all packets that depart before `until`; see traffic.engine.flow_lifecycle."""
        if self._due is None:
            self._due = Due(packet_times(self.channel.interval, self.channel.start, self._timing.seconds,
                                         self._timing.origin))
        span = self._due.take(until)
        if self._sender is None or span is None:
            return
        try:
            self._sender.outbox.post(self._sender.door.fileno(), self._sender.writer, span, ahead)
        except OSError as fault:
            self.tally.fail(fault)
            self._sender = None
        else:
            self.tally.sent = span.stop


def _open_sender(channel: ChannelPlan, context: FlowContext) -> Sender:
    """Raises OSError where the kernel refuses."""
    writer = payloads.writer(Content.TRANSPORT_STREAM, channel.interval,
                             stream(context.timing.seed, f"rtp/{channel.name}"), access=channel.access)
    door = context.sockets.broadcast((channel.source, channel.port), (channel.group, channel.port))
    return Sender(door, outbox(Content.TRANSPORT_STREAM, channel.packet), writer)
