"""What a flow carries: one record for each kind of traffic, with what that kind alone has.

Kinds that have something in common inherit it, and who only wants that asks for the base: `PacketStream` for all that
sends packets of one size at fixed intervals, `Elastic` for TCP that takes what it gets, `RequestResponse` for all who
ask and wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from twin.core.records import Tagged
from twin.core.units import Rate, Size, Time
from twin.model import Activity, AttackKind, Codec

Activities = tuple[Activity, ...]
"""Whose traffic a kind is."""


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
    """Packets that are sent for the whole run, whatever the network does."""

    records_dscp: bool = field(default=False, kw_only=True)
    """Whether the receiver notes the mark of each packet."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How a call is spoken and heard. playout: how long its buffer holds a packet, at first if it is adaptive, ns.
    concealment: whether a G.711 receiver conceals losses."""

    codec: Codec
    playout: Time = Time(0)
    adaptive: bool = False
    concealment: bool = False


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
    """UDP that ignores congestion. random: packets come at random (Poisson), the interval apart on average."""

    activities: ClassVar[Activities] = (Activity.FLOOD,)

    random: bool = False


@dataclass(frozen=True, slots=True)
class RestorationProbe(UdpFlood):
    """A probe of a campaign. stretch: which part of the run it looks at (twin.plan.failures.probe_flows)."""

    phase: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ForgedPackets(ConstantRate):
    """Packets that no honest subscriber sends. tricks: what is forged, in turn. service_ports: how many ports from the
    flow's own on its service has."""

    activities: ClassVar[Activities] = (Activity.FORGED,)

    attacks: tuple[AttackKind, ...]
    service_ports: int = 1


@dataclass(frozen=True, slots=True)
class IptvViewing(PacketStream):
    """IPTV channels by multicast, one at a time; packet and interval are those of the channel with most packets.

    channels: watched in turn, and round again. zap: for how long each time, ns; 0: the first throughout.
    """

    activities: ClassVar[Activities] = (Activity.WATCH,)

    channels: tuple[str, ...]
    zap: Time = Time(0)

    @property
    def watched(self) -> frozenset[str]:
        """The channels that it may bring."""
        return frozenset(self.channels if self.zap else self.channels[:1])


@dataclass(frozen=True, slots=True)
class Dialling:
    """How a line dials. offered: erlang. occupied: mean time from dialling to hanging up, ns; holding: the part of it
    after the answer; processing: from an INVITE's arrival to the answer to it. channels: calls that the line holds at a
    time."""

    offered: float
    occupied: Time
    holding: Time
    processing: Time
    call_channels: int


@dataclass(frozen=True, slots=True)
class SipSignalling(FixedSize):
    """The set-up of dialled calls (RFC 3261): an INVITE and its 180 have that size. codec: what is spoken then, in
    which class: `speech_class`. sipp: whether that program dials in place of our own."""

    activities: ClassVar[Activities] = (Activity.DIAL,)

    codec: Codec
    dialling: Dialling
    speech_class: str
    sipp: bool = False


@dataclass(frozen=True, slots=True)
class DialledSpeech(PacketStream):
    """One direction of the speech of all dialled calls of a line. signalling: the flow that sets them up."""

    activities: ClassVar[Activities] = (Activity.DIAL,)

    speech: Speech
    dialling: Dialling
    signalling: str


@dataclass(frozen=True, slots=True)
class Elastic:
    """TCP for the whole run, as fast as it goes. connections: at a time. window: bytes of TCP's, 0 for no limit.
    clamp: bytes that the receiver offers exactly, 0 for as many as its window holds."""

    window: Size = Size(0)
    connections: int = 1
    clamp: Size = Size(0)


@dataclass(frozen=True, slots=True)
class BulkTransfer(Elastic):
    """A download or upload. iperf3: whether that program carries it in place of our own."""

    activities: ClassVar[Activities] = (Activity.DOWNLOAD, Activity.UPLOAD)

    iperf3: bool = False


@dataclass(frozen=True, slots=True)
class PeerTransfer(Elastic):
    """What one of a swarm fetches from another subscriber."""

    activities: ClassVar[Activities] = (Activity.SWARM,)


@dataclass(frozen=True, slots=True)
class ProgressiveDownload(Elastic):
    """A film that plays while it comes. rate: at which it plays. buffer: how much of it must have come first, ns."""

    activities: ClassVar[Activities] = (Activity.FILM,)

    rate: Rate = field(kw_only=True)
    buffer: Time = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class RequestResponse:
    """Requests of a subscriber who waits for the answer, pauses, and asks again. request, response: payload bytes.
    pause: mean, ns (exponential)."""

    request: Size
    response: Size
    pause: Time

    @property
    def largest(self) -> int:
        """Payload bytes of a whole transaction, the way that has more of them."""
        return max(self.request, self.response)


@dataclass(frozen=True, slots=True)
class WebPages(RequestResponse):
    """Pages: a document, and then its objects. response: the document. objects, object_size: how many follow it, and
    bytes of each. connections: at a time; persistent: they fetch one object after the other, else one each."""

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
    """Mail over TCP, fetched or sent."""

    activities: ClassVar[Activities] = (Activity.MAIL,)


@dataclass(frozen=True, slots=True)
class TerminalSession(RequestResponse):
    """A terminal over TCP: a little up and a little back, on one connection."""

    activities: ClassVar[Activities] = (Activity.INTERACTIVE,)


@dataclass(frozen=True, slots=True)
class DatagramRequests(RequestResponse):
    """A datagram each way. timeout: after which it is asked again, ns; tries: at most so often in all."""

    timeout: Time
    tries: int = 1


@dataclass(frozen=True, slots=True)
class DnsQueries(DatagramRequests):
    """Look-ups of names (RFC 1035)."""

    activities: ClassVar[Activities] = (Activity.LOOKUPS,)


@dataclass(frozen=True, slots=True)
class GameUpdates(DatagramRequests):
    """A game over UDP: a little up and a little back."""

    activities: ClassVar[Activities] = (Activity.INTERACTIVE,)


Traffic = Annotated[
    RtpCall | RtpStream | UdpFlood | RestorationProbe | ForgedPackets | IptvViewing | SipSignalling | DialledSpeech
    | BulkTransfer | PeerTransfer | ProgressiveDownload | WebPages | MailTransactions | TerminalSession | DnsQueries
    | GameUpdates, Tagged]
"""Every kind of traffic."""
