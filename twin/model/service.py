"""What is sold and used: service classes, services, workloads, call control."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.model.codec import Codec
from twin.model.fields import Dscp, Name, basis, written
from twin.units import Rate, Size, Time


class Discipline(StrEnum):
    """What keeps the packets of one service class in a queue."""

    FIFO = "fifo"
    FQ_CODEL = "fq-codel"
    CAKE = "cake"


class Share(StrEnum):
    """Between whom a queue that shares its rate does so, where several subscribers meet."""

    FLOW = "flow"
    """Every connection alike: whoever opens more of them gets more."""
    SUBSCRIBER = "subscriber"
    """Every subscriber alike, however many connections each has."""


class Transport(StrEnum):
    """The transport protocol by which a service is recognised."""

    UDP = "udp"
    TCP = "tcp"
    ANY = "any"


class Activity(StrEnum):
    """What a workload sends."""

    CALL = "call"
    """A telephone call: RTP at constant rate, both directions (RFC 3550, RFC 3551)."""
    STREAM = "stream"
    """A television channel: MPEG-TS over RTP at constant rate, towards the subscriber (RFC 2250)."""
    DOWNLOAD = "download"
    """TCP towards the subscriber for the whole run, as fast as it goes."""
    UPLOAD = "upload"
    """TCP from the subscriber for the whole run, as fast as it goes."""
    WATCH = "watch"
    """Broadcast channels by multicast, one at a time, with changes of channel at set times."""
    FILM = "film"
    """A film on demand: TCP towards the subscriber's player, which plays while it comes (progressive download)."""
    PAGES = "pages"
    """Web-like transactions over TCP: a request, a page, a pause."""
    MAIL = "mail"
    """A mail now and then over TCP, fetched or sent."""
    LOOKUPS = "lookups"
    """Look-ups of names over UDP, asked again where no answer comes (DNS, RFC 1035)."""
    INTERACTIVE = "interactive"
    """A little up and a little back at a person's pace: a terminal over TCP, or a game where the service is UDP."""
    SWARM = "swarm"
    """TCP from other subscribers who run the same workload, as fast as it goes: peer to peer."""
    DIAL = "dial"
    """Telephone calls as they come: SIP set-up with a softswitch (RFC 3261) at random moments, then speech by RTP."""
    FLOOD = "flood"
    """UDP at constant rate that ignores congestion."""
    FORGED = "forged"
    """Packets that no honest subscriber sends, crafted with scapy: wrong marks, foreign source addresses."""


class Trick(StrEnum):
    """A kind of forged packet."""

    MARKED = "marked"
    """Packets with a mark that is not theirs."""
    SPOOFED = "spoofed"
    """Packets with another host's source address."""
    ARP_CLAIM = "arp-claim"
    """ARP replies that claim the receiver's address."""
    ARP_STORM = "arp-storm"
    """ARP requests from nobody."""
    IGMP_STORM = "igmp-storm"
    """Well-formed IGMP: joins and leaves of every channel, and of groups that do not exist."""
    IGMP_MALFORMED = "igmp-malformed"
    """IGMP with wrong checksums, lengths, types and record counts."""
    IGMP_SPOOFED = "igmp-spoofed"
    """IGMP that leaves channels in the name of other lines."""
    PIRATE = "pirate"
    """A stream of one's own, sent to the groups of channels."""
    SIP = "sip"
    """SIP that is malformed (RFC 4475), or speaks for others who dial."""
    RTP = "rtp"
    """RTP that promises more than there is, to all ports of its service (RFC 3550)."""


USUAL_TRICKS = (Trick.MARKED, Trick.SPOOFED, Trick.ARP_CLAIM, Trick.ARP_STORM)
"""What is forged where a workload does not say."""


class Direction(StrEnum):
    """Which way a workload's load flows."""

    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """How the network treats a kind of traffic on every span."""

    name: Name
    dscp: Dscp = written("The mark: a DSCP name (EF, AF21, CS3, DF...) or number.", least=0, most=63, example="EF")
    strict: bool = written("Served before all classes that are not strict.", default=False)
    weight: int = written("Share of what the strict classes leave.", default=1, least=1, most=100, example="4")
    guarantee: Rate | None = written("Capacity that every span between nodes must have for it.", default=None)
    police: Rate | None = written("What one line may send in this class; the rest is dropped. Rate of Ethernet frames "
                                  "without FCS.", default=None, least=1000, example="120 kbit/s")
    queue: Time = written("Length of the queue, as time at the span's rate.", default=Time(100_000_000),
                          least=1_000_000, most=10_000_000_000, example="100 ms")
    buffer: Size | None = written("Length of the queue in bytes of the span's own layer, in place of `queue`.",
                                  default=None, least=64, most=100_000_000, example="20 kB")
    discipline: Discipline = written("How the queue is kept.", default=Discipline.FIFO)
    share: Share = written("Between whom fq-codel or cake shares, on spans that several use.", default=Share.FLOW)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Service:
    """Something sold: recognised by its head-end, transport and ports, and carried in a service class."""

    name: Name
    service_class: Name = written("The service class.", refers=("classes",), key="class")
    head_end: Name = written("Where it lives.", refers=("head-ends",))
    transport: Transport = written("The transport protocol at the head-end.", default=Transport.ANY)
    ports: tuple[int, int] | None = written("First and last port at the head-end.", default=None, least=1, most=65535,
                                            example="[16384, 32767]")
    title: str = written("The name that people read.", default="")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Workload:
    """What a subscriber does with a service during a run."""

    name: Name
    service: Name = written("The service used.", refers=("services",))
    activity: Activity = written("What is sent.")
    codec: Codec = written("Codec of a call.", default=Codec.G711)
    concealment: bool = written("Whether the receiver of a G.711 call conceals losses (G.711 appendix I).",
                                default=False)
    playout: Time = written("Playout buffer of a call, part of mouth-to-ear delay.", default=Time(40_000_000),
                            most=500_000_000, example="40 ms")
    adaptive: bool = written("Whether the playout buffer follows the delay; it begins as `playout` says.",
                             default=False)
    rate: Rate | None = written("Rate of a stream (the transport stream itself), a film, or a flood (IP packets).",
                                default=None, least=1000, example="1.5 Mbit/s")
    direction: Direction = written("Which way a flood or a mail goes.", default=Direction.DOWN)
    packet: Size = written("IP packet size of a flood.", default=Size(1500), least=60, most=1500,
                           example="1500 bytes")
    random: bool = written("Whether the packets of a flood come at random (Poisson), at its rate on average.",
                           default=False)
    page: Size = written("Size of a page, or of its document where it has objects.", default=Size(60_000), least=1,
                         most=100_000_000, example="60 kB")
    objects: int = written("How many objects a page has beside its document.", default=0, most=1000, example="12")
    object_size: Size = written("Size of an object of a page.", default=Size(6_000), least=1, most=100_000_000,
                                key="object", example="6 kB")
    persistent: bool = written("Whether connections fetch one object of a page after the other (HTTP/1.1), instead of "
                               "one each (HTTP/1.0).", default=False)
    mail: Size = written("Size of a mail.", default=Size(50_000), least=1, most=100_000_000, example="50 kB")
    request: Size = written("What an interactive user sends at a time.", default=Size(32), least=2, most=1400,
                            example="32 bytes")
    response: Size = written("What comes back to an interactive user each time.", default=Size(128), least=2, most=1400,
                             example="128 bytes")
    timeout: Time = written("After how long without an answer a name is asked for again.", default=Time(2_000_000_000),
                            least=1_000_000, example="2 s")
    tries: int = written("How often a name is asked for at most.", default=3, least=1, most=16)
    peers: int = written("From how many other subscribers one of a swarm fetches at a time.", default=4, least=1,
                         most=64)
    pause: Time = written("Mean pause between pages, mails, look-ups or requests (exponential).",
                          default=Time(2_000_000_000), least=1_000_000, example="2 s")
    channels: tuple[Name, ...] = written("The channels watched, one after the other and round again.", default=(),
                                         refers=("channels",), example="[one, two]")
    zap: Time | None = written("Time between two changes of channel; left out, the first is watched throughout.",
                               default=None, least=100_000_000, example="10 s")
    buffer: Time = written("How much of a film must have come before it plays, and plays again.",
                           default=Time(2_000_000_000), least=100_000_000, most=60_000_000_000, example="2 s")
    connections: int = written("TCP connections of a download or upload, from each peer of a swarm, or for the "
                               "objects of a page at a time.", default=1, least=1, most=64)
    witness: bool = written("Let a program that is not ours do it, as a second witness: iperf3 a download, sipp the "
                            "dialling.", default=False)
    tricks: tuple[Trick, ...] = written("What is forged, in turn; left out: marked, spoofed, arp-claim and arp-storm.",
                                        default=(), example="[igmp-storm, pirate]")
    dscp: Dscp = written("The mark that the subscriber's own packets carry (it is not believed).", default=Dscp(0),
                         least=0, most=63, example="EF")
    signalling: Name | None = written("The service by which calls are dialled: SIP over UDP.", default=None,
                                      refers=("services",))
    erlangs: float | None = written("Calls that each line offers: the mean number it would hold at a time were none "
                                    "refused.", default=None, least=0.0001, most=10_000, example="0.2")
    holding: Time = written("Mean time from answering a dialled call to hanging up (exponential).",
                            default=Time(90_000_000_000), least=10_000_000, example="90 s")
    speech: bool = written("Whether speech follows the set-up of a dialled call; without, it is signalling alone.",
                           default=True)
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class CallControl:
    """What the softswitch does with a call; computing is free in the emulation, so its time is said here."""

    processing: Time = written("From an INVITE's arrival to the answer to it: softswitch, gateway and the network "
                               "beyond.", default=Time(50_000_000), most=10_000_000_000, example="50 ms")
    ringing: Time = written("From ringing to answering.", default=Time(2_000_000_000), most=120_000_000_000,
                            example="5 s")
    admission: bool = written("Refuse a call that does not fit a span of its path.", default=True)
    basis: str = basis()
