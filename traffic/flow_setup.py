"""Opens flows: for each one its sockets, its ready-made packets and whatever runs it; nothing is sent here."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from traffic.attack.forger import CONTENTS
from traffic.bulk.tcp_connections import Servers
from traffic.bulk.transfers import Transfer
from traffic.engine.counters import Tally
from traffic.engine.event_loop import Loop
from traffic.engine.flow_lifecycle import Running, Timing
from traffic.engine.sockets import Sockets
from traffic.iptv.viewer import View, Viewer
from traffic.packets import payloads
from traffic.packets.batch_receive import Inbox
from traffic.packets.batch_send import Outbox
from traffic.packets.constant_rate import ConstantRateFlow, Receiver, Sender
from traffic.packets.payloads import Content, Payload
from traffic.tools.iperf3 import Witness
from traffic.voice.dialled_calls import Telephony
from traffic.voice.rtp_speech import Speech
from traffic.web.datagram_queries import Answerers, Queries
from traffic.web.interactive_session import Session
from traffic.web.pages import Pages
from traffic.web.transactions import Exchanges
from twin.core.seeds import stream
from twin.core.units import Size
from twin.model.traffic_profiles import IP_UDP
from twin.plan.blueprint import (
    BulkTransfer,
    ChannelPlan,
    ConstantRate,
    DatagramRequests,
    DialledSpeech,
    Elastic,
    Flow,
    ForgedPackets,
    IptvViewing,
    MailTransactions,
    PacketStream,
    SipSignalling,
    TerminalSession,
    WebPages,
)


@cache
def _outbox(payload: Payload, packet: Size) -> Outbox:
    """Messages are laid out once for all flows of a shape, which takes longer than to send them."""
    return Outbox(payloads.shape(payload, packet))


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
        match flow.traffic:
            case SipSignalling() as call:
                return self.telephony.dialler(flow, call, tally)
            case DialledSpeech() as said:
                speech = Speech(flow, said, tally, self.timing, self._receiver(flow, said), self._sender(flow, said))
                self.telephony.talk(speech)
                return speech
            case ForgedPackets() as forged:
                return ConstantRateFlow(flow, forged, tally, self.timing, self._forged_receivers(flow, forged), None)
            case IptvViewing() as viewing:
                return Viewer(flow, viewing, tally, loop=self.loop, sockets=self.sockets, timing=self.timing,
                              views=self._views(flow, viewing))
            case ConstantRate() as sent:
                return ConstantRateFlow(flow, sent, tally, self.timing, [self._receiver(flow, sent)],
                                        self._sender(flow, sent))
            case BulkTransfer(iperf3=True) as bulk:
                return Witness(flow, bulk, tally, self.sockets.hosts, self.witness_folder, self.timing)
            case DatagramRequests() as datagrams:
                return Queries(flow, datagrams, tally, loop=self.loop, sockets=self.sockets,
                               answerers=self.answerers, timing=self.timing)
            case TerminalSession() as terminal:
                return Session(flow, terminal, tally, self.loop, self.servers, self.timing)
            case Elastic() | WebPages() | MailTransactions() as tcp:
                return self._over_tcp(flow, tcp, tally)

    def _over_tcp(self, flow: Flow, sent: Elastic | WebPages | MailTransactions, tally: Tally) -> Running:
        """What opens connections to fetch or send something."""
        loop, servers, file, timing = self.loop, self.servers, self.file, self.timing
        match sent:
            case Elastic():
                return Transfer(flow, sent, tally, loop=loop, servers=servers, file=file, timing=timing)
            case WebPages() if sent.objects:
                return Pages(flow, sent, tally, loop=loop, servers=servers, file=file, timing=timing)
            case _:
                return Exchanges(flow, sent, tally, loop=loop, servers=servers, file=file, timing=timing)

    def broadcast(self, channel: ChannelPlan) -> Sender:
        """Open a channel's sender. Raises OSError where the kernel refuses."""
        writer = payloads.writer(Content.TRANSPORT_STREAM, channel.interval,
                             stream(self.timing.seed, f"rtp/{channel.name}"), access=channel.access)
        door = self.sockets.broadcast((channel.source, channel.port), (channel.group, channel.port))
        return Sender(door, _outbox(Content.TRANSPORT_STREAM, channel.packet), writer)

    def _views(self, flow: Flow, viewing: IptvViewing) -> list[View]:
        """A view of each channel that a flow watches, each once."""
        stamp = payloads.shape(Content.TRANSPORT_STREAM, viewing.packet).stamp
        views = []
        for name in dict.fromkeys(viewing.channels):
            channel = self.channels[name]
            door = self.sockets.viewer(flow.sink, (channel.group, channel.port))
            views.append(View(channel, Receiver(door, _inbox(stamp), channel.packet - IP_UDP)))
        return views

    def _receiver(self, flow: Flow, sent: PacketStream) -> Receiver:
        own, peer = (flow.sink, flow.sink_port), (flow.source, flow.source_port)
        door = self.sockets.datagrams(own, peer)
        marked = isinstance(sent, ConstantRate) and sent.notes_marks
        if marked:
            door.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        stamp = payloads.shape(payloads.payload_of(sent), sent.packet).stamp
        return Receiver(door, _inbox(stamp), sent.packet - IP_UDP, marked=marked)

    def _forged_receivers(self, flow: Flow, forged: ForgedPackets) -> list[Receiver]:
        if CONTENTS & set(forged.tricks):
            return []
        door = self.sockets.datagrams((flow.sink, flow.sink_port), None)
        stamp = payloads.shape(Content.STAMP, forged.packet).stamp
        return [Receiver(door, _inbox(stamp), forged.packet - IP_UDP),
                Receiver(self.sockets.arp(flow.sink), _inbox(payloads.ARP_STAMP), payloads.ARP_FRAME)]

    def _sender(self, flow: Flow, sent: PacketStream) -> Sender:
        payload = payloads.payload_of(sent)
        writer = payloads.writer(payload, sent.interval, stream(self.timing.seed, f"rtp/{flow.name}"))
        door = self.sockets.pace((flow.source, flow.source_port), (flow.sink, flow.sink_port), flow.dscp)
        return Sender(door, _outbox(payload, sent.packet), writer)
