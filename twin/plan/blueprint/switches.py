"""Switches as OpenFlow knows them: ports, rules, groups, meters; and three-colour markers."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Size
from twin.model import Transport


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

    detour: the number that a packet carries which was turned away from a span (twin.plan.forwarding.fast_failover).
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
class FastFailoverGroup:
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
class GroupAll:
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
    arp_reply: bool = False
    destination_mac: str | None = None
    output: int | None = None
    next_table: int | None = None
    hairpin: bool = False
    fast_failover: FastFailoverGroup | None = None
    to_controller: bool = False
    group_all: GroupAll | None = None


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
class ThreeColourMarker:
    """The marker of a bandwidth profile at a line's port: what comes in there in one class is marked green, yellow or
    red.

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
    colour_aware: bool = False


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
    markers: tuple[ThreeColourMarker, ...] = ()
