"""Kinds of traffic that a flow can carry: a record for each, with just its own fields.

Common fields are in base classes, so that code can ask for all of their kinds: `PacketStream` for packets of one size
at fixed intervals, `Elastic` for TCP that uses all available capacity, `RequestResponse` for transactions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Annotated, ClassVar

from twin.core.records import Tagged
from twin.core.units import Rate, Size, Time
from twin.model import Activity, AttackKind, Codec

Activities = tuple[Activity, ...]
"""The activities that generate a kind of traffic."""


@dataclass(frozen=True, slots=True)
class FixedSize:
    """Packets of one size. packet: IP packet size."""

    packet: Size


@dataclass(frozen=True, slots=True)
class PacketStream(FixedSize):
    """Packets of one size at fixed intervals. interval: ns from one packet to the next."""

    interval: Time


@dataclass(frozen=True, slots=True)
class ConstantRate(PacketStream):
    """Packets sent for the whole run without congestion control."""

    records_dscp: bool = field(default=False, kw_only=True)
    """Whether the receiver records the DSCP of each packet."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Codec and receiver of a call. playout: delay of the playout buffer, initially if it is adaptive, ns. concealment:
    packet loss concealment of a G.711 receiver. packetization: speech in a packet, ns; 0: the codec's usual."""

    codec: Codec
    playout: Time = Time(0)
    adaptive: bool = False
    concealment: bool = False
    packetization: Time = Time(0)

    @property
    def coding(self) -> Time:
        """Speech that is spoken before its packet can be sent, and that the coder looks ahead, ns (ITU-T G.114)."""
        return Time((self.packetization or self.codec.interval) + self.codec.lookahead)


@dataclass(frozen=True, slots=True)
class RtpCall(ConstantRate):
    """One direction of a telephone call that lasts the whole run (RFC 3550, RFC 3551)."""

    activities: ClassVar[Activities] = (Activity.CALL,)

    speech: Speech


@dataclass(frozen=True, slots=True)
class RtpStream(ConstantRate):
    """A transport stream over RTP for one subscriber (RFC 2250)."""

    activities: ClassVar[Activities] = (Activity.STREAM,)


@dataclass(frozen=True, slots=True)
class UdpFlood(ConstantRate):
    """UDP without congestion control. random: packets are sent at random (Poisson), `interval` apart on average."""

    activities: ClassVar[Activities] = (Activity.FLOOD,)

    random: bool = False


@dataclass(frozen=True, slots=True)
class RestorationProbe(UdpFlood):
    """A probe of a campaign. phase: the part of the run that it observes (twin.plan.failures.probe_flows)."""

    phase: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ForgedPackets(ConstantRate):
    """Forged or malformed packets. attacks: sent in turn. service_ports: how many ports its service has, from the
    flow's own on."""

    activities: ClassVar[Activities] = (Activity.FORGED,)

    attacks: tuple[AttackKind, ...]
    service_ports: int = 1

    @property
    def rotation(self) -> tuple[AttackKind, ...]:
        """The attack of each packet, in rotation, until their number divides 16 (traffic.packets.payloads)."""
        count = next(count for count in (1, 2, 4, 8, 16) if count >= len(self.attacks))
        return tuple(islice(cycle(self.attacks), count))


@dataclass(frozen=True, slots=True)
class IptvViewing(PacketStream):
    """IPTV channels by multicast, one at a time; packet and interval are those of the channel with most packets.

    channels: watched in turn, repeatedly. zap: ns on each channel; 0: the first for the whole run.
    """

    activities: ClassVar[Activities] = (Activity.WATCH,)

    channels: tuple[str, ...]
    zap: Time = Time(0)

    @property
    def watched(self) -> frozenset[str]:
        """The channels that it receives."""
        return frozenset(self.channels if self.zap else self.channels[:1])


@dataclass(frozen=True, slots=True)
class Dialling:
    """Call arrivals of a line. offered: load, erlang. occupied: mean time from dialling to hang-up, ns. holding: the
    part of it after the answer. processing: from an INVITE's arrival to the response. call_channels: simultaneous
    calls that the line can hold."""

    offered: float
    occupied: Time
    holding: Time
    processing: Time
    call_channels: int


@dataclass(frozen=True, slots=True)
class SipSignalling(FixedSize):
    """Signalling of dialled calls (RFC 3261). packet: size of an INVITE and of its 180. codec, speech_class,
    packetization (ns; 0: the codec's usual): of the calls. sipp: whether sipp generates them instead of our own
    program."""

    activities: ClassVar[Activities] = (Activity.DIAL,)

    codec: Codec
    dialling: Dialling
    speech_class: str
    sipp: bool = False
    packetization: Time = Time(0)

    @property
    def interval(self) -> Time:
        """From one packet of speech to the next, ns."""
        return self.packetization or self.codec.interval


@dataclass(frozen=True, slots=True)
class DialledSpeech(PacketStream):
    """One direction of the speech of all dialled calls of a line. signalling: the flow that sets them up."""

    activities: ClassVar[Activities] = (Activity.DIAL,)

    speech: Speech
    dialling: Dialling
    signalling: str


@dataclass(frozen=True, slots=True)
class Elastic:
    """TCP for the whole run, as fast as possible. window: maximum TCP window, bytes, 0 for no limit. connections:
    simultaneous. clamp: exact window that the receiver offers, bytes, 0 for as much as its buffer holds."""

    window: Size = Size(0)
    connections: int = 1
    clamp: Size = Size(0)


@dataclass(frozen=True, slots=True)
class BulkTransfer(Elastic):
    """A download or upload. iperf3: whether iperf3 transfers it instead of our own program."""

    activities: ClassVar[Activities] = (Activity.DOWNLOAD, Activity.UPLOAD)

    iperf3: bool = False


@dataclass(frozen=True, slots=True)
class PeerTransfer(Elastic):
    """A peer-to-peer download from another subscriber."""

    activities: ClassVar[Activities] = (Activity.SWARM,)


@dataclass(frozen=True, slots=True)
class ProgressiveDownload(Elastic):
    """Video on demand by progressive download. rate: of the video. buffer: playing time received before it starts,
    ns."""

    activities: ClassVar[Activities] = (Activity.FILM,)

    rate: Rate = field(kw_only=True)
    buffer: Time = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class RequestResponse:
    """Requests, each sent a think time after the response to the one before. request, response: payload bytes. pause:
    mean think time, ns (exponential)."""

    request: Size
    response: Size
    pause: Time

    @property
    def largest(self) -> int:
        """Payload bytes of a transaction in the direction that has more."""
        return max(self.request, self.response)


@dataclass(frozen=True, slots=True)
class WebPages(RequestResponse):
    """Web pages: a document, then its objects. response: size of the document. objects: number of objects.
    object_size: bytes of each. connections: simultaneous. persistent: whether a connection fetches several objects."""

    activities: ClassVar[Activities] = (Activity.PAGES,)

    objects: int = 0
    object_size: Size = Size(0)
    connections: int = 1
    persistent: bool = False

    @property
    def largest(self) -> int:
        """Payload bytes of a page, with its objects."""
        return max(self.request, self.response) + self.objects * self.object_size


@dataclass(frozen=True, slots=True)
class MailTransactions(RequestResponse):
    """Mail over TCP, received or sent."""

    activities: ClassVar[Activities] = (Activity.MAIL,)


@dataclass(frozen=True, slots=True)
class TerminalSession(RequestResponse):
    """A terminal session: small transactions on one TCP connection."""

    activities: ClassVar[Activities] = (Activity.INTERACTIVE,)


@dataclass(frozen=True, slots=True)
class DatagramRequests(RequestResponse):
    """A datagram each way. timeout: before a request is repeated, ns. tries: most transmissions of a request."""

    timeout: Time
    tries: int = 1


@dataclass(frozen=True, slots=True)
class DnsQueries(DatagramRequests):
    """Look-ups of names (RFC 1035)."""

    activities: ClassVar[Activities] = (Activity.LOOKUPS,)


@dataclass(frozen=True, slots=True)
class GameUpdates(DatagramRequests):
    """A game over UDP: a small datagram each way."""

    activities: ClassVar[Activities] = (Activity.INTERACTIVE,)


Traffic = Annotated[
    RtpCall | RtpStream | UdpFlood | RestorationProbe | ForgedPackets | IptvViewing | SipSignalling | DialledSpeech
    | BulkTransfer | PeerTransfer | ProgressiveDownload | WebPages | MailTransactions | TerminalSession | DnsQueries
    | GameUpdates, Tagged]
"""Every kind of traffic."""
