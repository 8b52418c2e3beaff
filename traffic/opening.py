"""Opens flows: for each one its sockets, its ready-made packets and whatever runs it; nothing is sent here."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from traffic import wire
from traffic.constant import ConstantRate, Receiver, Sender
from traffic.exchanges import Exchanges
from traffic.forging import CONTENTS
from traffic.inbox import Inbox
from traffic.loop import Loop
from traffic.outbox import Outbox
from traffic.pages import Pages
from traffic.queries import Answerers, Queries
from traffic.running import Running, Timing
from traffic.session import Session
from traffic.sockets import Sockets
from traffic.speech import Speech
from traffic.tally import Tally
from traffic.tcp import Servers
from traffic.telephony import Telephony
from traffic.transfer import Transfer
from traffic.viewing import View, Viewer
from traffic.witness import Witness
from twin.model import Activity, Codec
from twin.model.traffic_profiles import CONSTANT_RATE, IP_UDP
from twin.plan.blueprint import ChannelPlan, Flow
from twin.seeds import stream
from twin.units import Size


@cache
def _outbox(activity: Activity, codec: Codec | None, packet: Size) -> Outbox:
    """Messages are laid out once for all flows of a shape, which takes longer than to send them."""
    return Outbox(wire.shape(activity, codec, packet))


@cache
def _inbox(stamp: int) -> Inbox:
    """Room for packets, likewise."""
    return Inbox(stamp)


@dataclass(slots=True)
class Opening:
    """What flows are opened with."""

    loop: Loop
    sockets: Sockets
    file: int
    timing: Timing
    witness_folder: Path
    telephony: Telephony
    channels: Mapping[str, ChannelPlan]
    servers: Servers = field(init=False)
    answerers: Answerers = field(init=False)

    def __post_init__(self) -> None:
        self.servers = Servers(self.loop, self.sockets)
        self.answerers = Answerers(self.loop, self.sockets)

    def open(self, flow: Flow, tally: Tally) -> Running:
        """Open one flow. Raises OSError where the kernel refuses."""
        if flow.dialling is not None:
            return self._dialled(flow, tally)
        if flow.activity in CONSTANT_RATE:
            sender = self._sender(flow) if flow.activity is not Activity.FORGED else None
            return ConstantRate(flow, tally, self.timing, self._receivers(flow), sender)
        if flow.activity is Activity.WATCH:
            return Viewer(flow, tally, self.loop, self.sockets, self.timing, self._views(flow))
        if flow.datagrams:
            return Queries(flow, tally, self.loop, self.sockets, self.answerers, self.timing)
        if flow.activity is Activity.INTERACTIVE:
            return Session(flow, tally, self.loop, self.servers, self.timing)
        if flow.objects:
            return Pages(flow, tally, self.loop, self.servers, self.file, self.timing)
        if flow.request:
            return Exchanges(flow, tally, self.loop, self.servers, self.file, self.timing)
        if flow.witness:
            return Witness(flow, tally, self.sockets.hosts, self.witness_folder, self.timing)
        return Transfer(flow, tally, self.loop, self.servers, self.file, self.timing)

    def _dialled(self, flow: Flow, tally: Tally) -> Running:
        """The signalling of a line that dials, or the speech one way; the signalling comes first."""
        if not flow.interval:
            return self.telephony.dialler(flow, tally)
        (receiver,) = self._receivers(flow)
        speech = Speech(flow, tally, self.timing, receiver, self._sender(flow))
        self.telephony.talk(speech)
        return speech

    def broadcast(self, channel: ChannelPlan) -> Sender:
        """Open a channel's sender. Raises OSError where the kernel refuses."""
        kind = Activity.STREAM, None, channel.packet
        writer = wire.writer(*kind[:2], channel.interval, stream(self.timing.seed, f"rtp/{channel.name}"),
                             access=channel.access)
        door = self.sockets.broadcast((channel.source, channel.port), (channel.group, channel.port))
        return Sender(door, _outbox(*kind), writer)

    def _views(self, flow: Flow) -> list[View]:
        """A view of each channel that a flow watches, each once."""
        stamp = wire.shape(Activity.STREAM, None, flow.packet).stamp
        views = []
        for name in dict.fromkeys(flow.channels):
            channel = self.channels[name]
            door = self.sockets.viewer(flow.sink, (channel.group, channel.port))
            views.append(View(channel, Receiver(door, _inbox(stamp), channel.packet - IP_UDP)))
        return views

    def _receivers(self, flow: Flow) -> list[Receiver]:
        own, peer = (flow.sink, flow.sink_port), (flow.source, flow.source_port)
        stamp = wire.shape(flow.activity, flow.codec, flow.packet).stamp
        if flow.activity is not Activity.FORGED:
            door = self.sockets.datagrams(own, peer)
            if flow.notes_marks:
                door.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
            return [Receiver(door, _inbox(stamp), flow.packet - IP_UDP, marked=flow.notes_marks)]
        if CONTENTS & set(flow.tricks):
            return []
        return [Receiver(self.sockets.datagrams(own, None), _inbox(stamp), flow.packet - IP_UDP),
                Receiver(self.sockets.arp(flow.sink), _inbox(wire.ARP_STAMP), wire.ARP_FRAME)]

    def _sender(self, flow: Flow) -> Sender:
        outbox = _outbox(flow.activity, flow.codec, flow.packet)
        writer = wire.writer(flow.activity, flow.codec, flow.interval, stream(self.timing.seed, f"rtp/{flow.name}"))
        door = self.sockets.pace((flow.source, flow.source_port), (flow.sink, flow.sink_port), flow.dscp)
        return Sender(door, outbox, writer)
