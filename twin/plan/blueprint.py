"""The blueprint: all that follows from a network, ready to be built; values only, no computation.

It crosses into the lab as JSON (twin.records), where the emulation, the controller and the traffic each read their
part of it. Every name that a kernel sees stands here, short enough for it (15 characters for an interface).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from twin.model import (
    Activity,
    CallControl,
    Codec,
    Direction,
    Discipline,
    FaultKind,
    Multicast,
    Policy,
    Protection,
    Scheduling,
    Share,
    Transport,
    Trick,
)
from twin.radio.airtime import Airtime
from twin.units import NS_PER_S, PPM, Length, Rate, Ratio, Size, Time

FULL_FRAME = 1514
"""Bytes of the largest Ethernet frame without FCS."""


@dataclass(frozen=True, slots=True)
class Layer:
    """At which layer a rate holds, said as what one packet costs.

    overhead: bytes added to the Ethernet frame without FCS (negative on DSL, where that frame is not carried);
    least: smallest cost in bytes; cells: the sum is cut into ATM cells of 48 bytes that cost 53 each.
    largest: bytes of the largest Ethernet frame without FCS that passes.
    """

    overhead: int = 0
    least: int = 0
    cells: bool = False
    largest: int = FULL_FRAME

    @property
    def plain(self) -> bool:
        """Whether a frame costs just its own length."""
        return not (self.overhead or self.least or self.cells)

    @property
    def full(self) -> int:
        """Bytes at this layer for the largest frame."""
        return self.cost(self.largest)

    def cost(self, frame: int) -> int:
        """Bytes at this layer for an Ethernet frame of `frame` bytes without FCS."""
        size = max(frame + self.overhead, self.least)
        return -(-size // 48) * 53 if self.cells else size


@dataclass(frozen=True, slots=True)
class Classifier:
    """A match that leads a packet to a band where no switch has chosen its queue (at a CPE, on a radio hop).

    Fields that are None match anything; ports are first and last.
    """

    band: int
    source: str | None = None
    destination: str | None = None
    transport: Transport = Transport.ANY
    source_ports: tuple[int, int] | None = None
    destination_ports: tuple[int, int] | None = None
    dscp: int | None = None
    igmp: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """One queue of a scheduler; band k is reached by OpenFlow's `set_queue:k`.

    service_class: its name, "" for the one queue of the contrast. quantum: bytes a round, 0 for a strict band; where
    bands have rates, their parts of what is spare. limit: bytes that may wait. target, interval: of fq_codel and cake,
    0 for a fifo. share: between whom these two share. guarantee, ceiling: what it can count on and what it never
    exceeds (ceiling 0: nothing but the span); priority: whose turn it is to borrow. delay: within which a burst of
    `burst` bytes has left, 0 for none.
    """

    service_class: str
    quantum: Size
    limit: Size
    discipline: Discipline = Discipline.FIFO
    target: Time = Time(0)
    interval: Time = Time(0)
    share: Share = Share.FLOW
    guarantee: Rate = Rate(0)
    ceiling: Rate = Rate(0)
    priority: int = 0
    delay: Time = Time(0)
    burst: Size = Size(0)


def full_packets(limit: Size, full: int) -> int:
    """How many packets of any size fq_codel or CAKE holds for a queue of `limit` bytes; full: cost of a full packet.

    They have no limit in bytes of packets, only in memory, of which a smaller packet may take as much as a full one.
    """
    return max(2, -(-limit // full))


@dataclass(frozen=True, slots=True)
class Sharing:
    """How subscribers are told apart before a span: a packet belongs to whom it is for, where that is a subscriber
    beyond the span, else to its sender.

    homes: prefixes beyond the span. away: addresses in them that are no subscriber's. queues: one for each address,
    a power of two.
    """

    homes: tuple[str, ...]
    away: tuple[str, ...]
    queues: int


@dataclass(frozen=True, slots=True)
class Scheduler:
    """What decides the order of packets before a span: a shaper at the span's rate over bands, strict ones first."""

    rate: Rate
    layer: Layer
    bands: tuple[Band, ...]
    classifiers: tuple[Classifier, ...] = ()
    default: int = 0
    """The band of packets that nothing leads elsewhere."""
    sharing: Sharing | None = None
    """For the bands that share between subscribers, where there are any."""
    kind: Scheduling = Scheduling.STRICT


@dataclass(frozen=True, slots=True)
class Strikes:
    """Bursts of noise on a medium, ns: one in each `period`, of a `mean` length; those up to `mended` do no harm."""

    period: Time
    mean: Time
    mended: Time

    def chance(self, passing: float) -> float:
        """The chance, 0 to 1, that a packet which is under way for `passing` ns meets a burst that is not mended.

        Lengths are exponential: those beyond what is mended are longer by their mean again.
        """
        return min(1.0, exp(-self.mended / self.mean) * (self.mended + self.mean + passing) / self.period)


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries packets one way over a span: serialization at a rate, then propagation, with loss.

    loss: at random; strikes: beside it, by bursts of noise. airtime: where the air of a radio cell carries them:
    what a frame takes of it; `rate` is then what full frames get where nobody else sends.
    """

    rate: Rate
    layer: Layer
    delay: Time
    loss: Ratio = Ratio(0)
    strikes: Strikes | None = None
    airtime: Airtime | None = None

    @property
    def lossy(self) -> bool:
        """Whether it loses packets at all."""
        return bool(self.loss) or self.strikes is not None

    def lost(self, frame: int) -> float:
        """The part of packets in frames of so many bytes that is lost on the way, 0 to 1."""
        struck = self.strikes.chance(self.layer.cost(frame) * 8 * NS_PER_S / self.rate) if self.strikes else 0.0
        return struck + (1 - struck) * self.loss / PPM

    def serialization(self, frame: int) -> float:
        """The time from the first to the last bit of an Ethernet frame of `frame` bytes without FCS, ns."""
        return self.airtime.of(frame) if self.airtime else self.layer.cost(frame) * 8 * NS_PER_S / self.rate


@dataclass(frozen=True, slots=True)
class End:
    """One end of a span: the node's interface, its peer in the medium, and the scheduler before the span, if any.

    node: a switch's or a host's name. device: the interface in the node's namespace. medium_device: the other end of
    its veth pair, in the namespace of the spans.
    """

    node: str
    device: str
    medium_device: str
    scheduler: Scheduler | None


@dataclass(frozen=True, slots=True)
class Shared:
    """The one medium of a half-duplex radio hop of given capacity: both ends send through this pair of devices and
    its scheduler."""

    device: str
    peer_device: str
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class SpanPlan:
    """A span as it is built: two ends, a carrier each way (`a` to `b`: forth), and what they share, if radio: a medium
    of their own, or a cell by its name."""

    name: str
    kind: str
    length: Length
    a: End
    b: End
    forth: Carrier
    back: Carrier
    shared: Shared | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of a hop through a radio cell.

    station: index of the one that sends. rate: on the air. answer: ns from the end of a frame until its
    acknowledgement has come. damaged: the part of the frames that is sent in vain.
    """

    station: int
    span: str
    forth: bool
    rate: Rate
    airtime: Airtime
    answer: Time
    damaged: Ratio

    def taken(self, frame: int) -> float:
        """ns for which a frame and its acknowledgement keep the air busy, once."""
        return self.airtime.of(frame) + self.answer


@dataclass(frozen=True, slots=True)
class AirRate:
    """A rate on the air that stations of a cell know. answer: as of a way, but from no distance."""

    rate: Rate
    airtime: Airtime
    answer: Time


@dataclass(frozen=True, slots=True)
class Station:
    """A node's radio in a cell. scheduler: its bands, from which the air takes packets; there is no shaper."""

    node: str
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class Cell:
    """A radio cell: stations that share the air by the distributed coordination function of IEEE 802.11.

    device, peer_device: the pair through which all its packets go. slot, difs: ns. cw_min, cw_max: the first and the
    last contention window, less 1. The number of a way, from 1, is the mark of its packets. rates: those of its
    standard, slowest first.
    """

    name: str
    device: str
    peer_device: str
    slot: Time
    difs: Time
    cw_min: int
    cw_max: int
    retries: int
    stations: tuple[Station, ...]
    ways: tuple[Way, ...]
    rates: tuple[AirRate, ...] = ()

    def queues_of(self, station: int) -> tuple[str, bool]:
        """The span and direction before which a station's queues stand; its cell and node where there are several."""
        ways = [way for way in self.ways if way.station == station]
        return (ways[0].span, ways[0].forth) if len(ways) == 1 else (f"{self.name}/{self.stations[station].node}", True)

    def exchange(self, way: Way, frame: int) -> float:
        """ns that one frame takes of the air where one station alone sends: DIFS, the mean backoff, frame, answer."""
        return self.difs + self.cw_min / 2 * self.slot + way.taken(frame)

    def least(self, way: Way, frame: int) -> float:
        """ns of the air that a frame takes if nobody ever draws a backoff, sent again where it is damaged."""
        return (self.difs + way.taken(frame)) * self.tries(way)

    def tries(self, way: Way) -> float:
        """How often a frame is sent on average because some are damaged."""
        return sum((way.damaged / PPM) ** again for again in range(self.retries + 1))


@dataclass(frozen=True, slots=True)
class Host:
    """A network namespace with one interface: a CPE with its subscriber, or a head-end. channels: of its line."""

    name: str
    namespace: str
    address: str
    mac: str
    switch: str
    port: int
    span: str
    line_group: str | None = None
    channels: int = 1
    remarks: tuple[tuple[int, int], ...] = ()
    """Marks, each with the one that it becomes where packets leave for this host."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a switch. number: OpenFlow port. peer: the node at the other end of the span."""

    number: int
    device: str
    span: str
    peer: str
    trusted: bool
    """Whether marks that arrive here are believed: spans between switches are, lines and head-ends are not."""


@dataclass(frozen=True, slots=True)
class Match:
    """What an OpenFlow rule matches; None matches anything. Addresses are "a.b.c.d/len", ports (value, mask).

    detour: the number that a packet carries which was turned away from a span (twin.plan.detours).
    """

    in_port: int | None = None
    arp: bool = False
    source: str | None = None
    destination: str | None = None
    transport: Transport = Transport.ANY
    source_port: tuple[int, int] | None = None
    destination_port: tuple[int, int] | None = None
    dscp: int | None = None
    detour: int | None = None
    igmp: bool = False


@dataclass(frozen=True, slots=True)
class Failover:
    """An OpenFlow group of type fast failover: out of `primary` while its carrier is there; else marked with the
    number `detour` and out of `backup`, while that has its carrier; else dropped."""

    detour: int
    primary: int
    backup: int

    @property
    def number(self) -> int:
        """The group's number in its switch: each detour and each way round has one."""
        return self.detour << 16 | self.backup


@dataclass(frozen=True, slots=True)
class Copies:
    """An OpenFlow group of type all: a copy of the packet out of each port. number: of the group in its switch."""

    number: int
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An OpenFlow rule: a match, what is done, in this order, and the table that comes next.

    meter: meter applied first. mark: DSCP written. queue: `set_queue`. answer_arp: reply to the request with the
    gateway's address. destination_mac: written before output. output: the port; None with no next table and no group
    drops. back: the packet may leave by the port it came by. failover: the group that chooses the port. copies: the
    group that sends it out of several ports. to_controller: hand the packet on to the controller.
    """

    table: int
    priority: int
    match: Match
    meter: int | None = None
    mark: int | None = None
    queue: int | None = None
    answer_arp: bool = False
    destination_mac: str | None = None
    output: int | None = None
    next_table: int | None = None
    back: bool = False
    failover: Failover | None = None
    to_controller: bool = False
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """A policer: drops over `rate` (Ethernet frames without FCS) once `burst` is used up.

    packets: both count packets, not bits and bytes.
    """

    number: int
    rate: Rate
    burst: Size
    packets: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """A contract at a line's port: what comes in there in one class is marked green, yellow or red.

    port: OpenFlow port of the line. service_class, dscp: the class, and the mark of green, AFx1. rate, burst: the
    first bucket, IP bytes; second_rate, second_burst: the second, whose rate is 0 where it gets what the first
    cannot hold. drops_red: else red is carried as AFx3. aware: whether the colours that arrive are believed.
    """

    port: int
    service_class: str
    dscp: int
    rate: Rate
    burst: Size
    second_rate: Rate
    second_burst: Size
    drops_red: bool
    aware: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """An Open vSwitch bridge. prefix: the addresses of the hosts that hang on it. rules: all but forwarding."""

    name: str
    bridge: str
    datapath: int
    kind: str
    site: str
    prefix: str
    ports: tuple[Port, ...]
    rules: tuple[Rule, ...]
    meters: tuple[Meter, ...]
    markers: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialling:
    """How a line dials. offered: erlang. occupied: mean time from dialling to hanging up, ns; holding: the part of it
    after the answer; processing: from an INVITE's arrival to the answer to it. channels: calls that the line holds at a
    time. speech: whether RTP follows the set-up. service_class: in which it is carried."""

    offered: float
    occupied: Time
    holding: Time
    processing: Time
    channels: int
    speech: bool
    service_class: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of one workload of one line: what is sent, by whom, to whom.

    packet: IP packet size and interval: ns between packets, for constant-rate activities; 0 for TCP. random: whether
    packets come at random (Poisson), that interval apart on average. rate, buffer: at which a film plays, and how much
    of it must have come first. window: bytes of TCP's, 0 for no limit. codec, playout, adaptive, concealment: how a
    call is spoken and heard. channels, zap: what is watched in turn, and for how long each time (0: the first
    throughout); packet and interval are then those of the channel with most packets. tricks: what is forged, in turn.
    dialling: of an activity that dials, whose flow without an interval is the signalling (packet: IP size of an INVITE
    and of its 180), and whose flows with one are the speech of all calls, each way.
    start, stop: offsets from the start of the measurement; 0 as stop: with its end. source_port, sink_port: as on the
    wire (TCP: of the server end, the client's port is the kernel's, 0 here). request, response: payload bytes of each
    transaction of a subscriber who asks, with a mean `pause` between; objects, object_size: what follows a page's
    document, over `connections` at a time, which are `persistent` or one for each object; datagrams: whether each is
    one, asked again after `timeout`, at most `tries` times in all. clamp: bytes that the receiver of a transfer offers
    exactly, 0 for as many as its window holds.
    """

    name: str
    workload: str
    service: str
    service_class: str
    activity: Activity
    direction: Direction
    line_group: str
    line: str
    source: str
    sink: str
    source_port: int
    sink_port: int
    dscp: int
    packet: Size = Size(0)
    interval: Time = Time(0)
    random: bool = False
    start: Time = Time(0)
    codec: Codec | None = None
    playout: Time = Time(0)
    adaptive: bool = False
    concealment: bool = False
    request: Size = Size(0)
    response: Size = Size(0)
    pause: Time = Time(0)
    timeout: Time = Time(0)
    tries: int = 1
    objects: int = 0
    object_size: Size = Size(0)
    persistent: bool = False
    datagrams: bool = False
    clamp: Size = Size(0)
    connections: int = 1
    window: Size = Size(0)
    witness: bool = False
    notes_marks: bool = False
    """Whether the receiver notes the mark of each packet (constant rate only)."""
    rate: Rate = Rate(0)
    buffer: Time = Time(0)
    channels: tuple[str, ...] = ()
    zap: Time = Time(0)
    tricks: tuple[Trick, ...] = ()
    dialling: Dialling | None = None
    stop: Time = Time(0)
    service_ports: int = 1
    """Of a flow that forges: how many ports from its own on its service has."""

    @property
    def asked(self) -> int:
        """Payload bytes of a whole transaction, the way that has more of them."""
        return max(self.request, self.response) + self.objects * self.object_size


@dataclass(frozen=True, slots=True)
class Room:
    """What the classes of dialled speech may take of a span, bit/s at its layer, one way (forth or back) or both at
    once (None); of the air of a radio cell, by its `air_name`, ns in a second. What lasts the whole run comes off it.
    """

    span: str
    forth: bool | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A channel as it is sent: once, from `source` to `group`, from and to `port`. start: of its first packet.

    packet: IP packet size. interval: ns between packets. access: packets from one random access point to the next.
    """

    name: str
    service: str
    service_class: str
    source: str
    group: str
    port: int
    rate: Rate
    packet: Size
    interval: Time
    access: int
    start: Time = Time(0)


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What happens to a span, or to a node with all its spans, at a time after the start of the measurement.

    Of a degraded span, loss, and what it falls to; 0: it does not. rate: from its first end to its second; up: back,
    where that differs.
    """

    at: Time
    kind: FaultKind
    span: str | None = None
    node: str | None = None
    loss: Ratio = Ratio(0)
    rate: Rate = Rate(0)
    up: Rate = Rate(0)

    @property
    def name(self) -> str:
        """The span or the node."""
        return self.span or self.node or ""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All that is built. Tuples are sorted by name; table numbers are in twin.plan.rules."""

    name: str
    policy: Policy
    gateway_mac: str
    switches: tuple[Switch, ...]
    hosts: tuple[Host, ...]
    spans: tuple[SpanPlan, ...]
    flows: tuple[Flow, ...]
    faults: tuple[FaultPlan, ...]
    protection: Protection
    classes: tuple[str, ...]
    """Service classes in the order of the bands: class k is band k and queue k."""
    call_control: CallControl = CallControl()
    rooms: tuple[Room, ...] = ()
    """Of every span that dialled calls cross, in order of name; none where every call is admitted."""
    channels: tuple[ChannelPlan, ...] = ()
    multicast: Multicast = Multicast()
    cells: tuple[Cell, ...] = ()
