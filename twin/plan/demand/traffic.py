"""Settings of an activity to the kind of traffic that its flows carry.

An activity has one case here; what it needs to know beside its settings stands in `Offer`.
"""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Size, Time
from twin.model import (
    DEFAULT_ATTACKS,
    Call,
    CallControl,
    Dial,
    Direction,
    Download,
    Film,
    Flood,
    Forged,
    Interactive,
    Lookups,
    Mail,
    Pages,
    Spoken,
    Stream,
    Swarm,
    Transport,
    Upload,
)
from twin.model.traffic_profiles import (
    DNS_ANSWER,
    DNS_QUESTION,
    MAIL_RECEIPT,
    MAIL_REQUEST,
    PAGE_REQUEST,
    SIP_PACKET,
    STREAM_PACKET,
    TS_PAYLOAD,
    interval,
    speech_packet,
)
from twin.plan.blueprint import (
    BulkTransfer,
    DialledSpeech,
    Dialling,
    DnsQueries,
    ForgedPackets,
    GameUpdates,
    MailTransactions,
    PeerTransfer,
    ProgressiveDownload,
    RtpCall,
    RtpStream,
    SipSignalling,
    Speech,
    TerminalSession,
    Traffic,
    UdpFlood,
    WebPages,
)

GAME_TIMEOUT = Time(2_000_000_000)
"""After which a game goes on without an answer."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered to a flow. transport, ports: of its service, and how many those are. window: bytes of TCP's.
    marked: whether packets of its class are re-marked on their path."""

    transport: Transport
    ports: int
    window: Size
    marked: bool


Direct = Call | Stream | Flood | Forged | Download | Upload | Swarm | Film | Pages | Mail | Lookups | Interactive
"""Activities whose flows all carry the same. (Who dials signals too; who watches gets what the channels are.)"""


def traffic(settings: Direct, offer: Offer) -> Traffic:
    """What an activity sends one way."""
    match settings:
        case Call():
            return RtpCall(speech_packet(settings.codec, settings.interval), settings.interval, speech(settings),
                           records_dscp=offer.marked)
        case Stream():
            return RtpStream(STREAM_PACKET, interval(settings.rate, TS_PAYLOAD), records_dscp=offer.marked)
        case Flood():
            return UdpFlood(settings.packet, interval(settings.rate, settings.packet), settings.random,
                            records_dscp=offer.marked)
        case Forged():
            return ForgedPackets(settings.packet, interval(settings.rate, settings.packet),
                                 settings.attacks or DEFAULT_ATTACKS, offer.ports, records_dscp=offer.marked)
        case Download():
            return BulkTransfer(offer.window, settings.connections, iperf3=settings.reference_tool)
        case Upload():
            return BulkTransfer(offer.window, settings.connections)
        case Swarm():
            return PeerTransfer(offer.window, settings.connections)
        case Film():
            return ProgressiveDownload(offer.window, rate=settings.rate, buffer=settings.buffer)
        case Pages() | Mail() | Lookups() | Interactive():
            return _transactions(settings, offer)


def _transactions(settings: Pages | Mail | Lookups | Interactive, offer: Offer) -> Traffic:
    match settings:
        case Pages(objects=0):
            return WebPages(PAGE_REQUEST, settings.page, settings.pause)
        case Pages():
            return WebPages(PAGE_REQUEST, settings.page, settings.pause, settings.objects, settings.object_size,
                            connections=settings.connections, persistent=settings.persistent)
        case Mail(direction=Direction.DOWN):
            return MailTransactions(MAIL_REQUEST, settings.mail, settings.pause)
        case Mail():
            return MailTransactions(settings.mail, MAIL_RECEIPT, settings.pause)
        case Lookups():
            return DnsQueries(DNS_QUESTION, DNS_ANSWER, settings.pause, settings.timeout, settings.tries)
        case Interactive() if offer.transport is Transport.UDP:
            return GameUpdates(settings.request, settings.response, settings.pause, GAME_TIMEOUT)
        case Interactive():
            return TerminalSession(settings.request, settings.response, settings.pause)


def speech(settings: Spoken) -> Speech:
    """How people speak and hear."""
    return Speech(settings.codec, settings.playout, settings.adaptive, settings.concealment,
                  settings.packetization or Time(0))


def dialling(settings: Dial, control: CallControl, channels: int) -> Dialling:
    """How a line dials that holds so many calls at a time."""
    occupied = Time(control.processing + control.ringing + settings.holding)
    return Dialling(settings.erlangs, occupied, settings.holding, control.processing, channels)


def signalling(settings: Dial, how: Dialling, speech_class: str) -> SipSignalling:
    """The set-up of calls whose speech is carried in a class."""
    return SipSignalling(SIP_PACKET, settings.codec, how, speech_class, sipp=settings.reference_tool,
                         packetization=settings.packetization or Time(0))


def dialled_speech(settings: Dial, how: Dialling, signalling: str) -> DialledSpeech:
    """What is said in the calls that the flow by that name sets up."""
    return DialledSpeech(speech_packet(settings.codec, settings.interval), settings.interval, speech(settings), how,
                         signalling)
