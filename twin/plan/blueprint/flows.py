"""Flows: who sends what to whom."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model import Activity, Codec, Direction, Trick
from twin.units import Rate, Size, Time


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
