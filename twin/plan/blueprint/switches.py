"""OpenFlow switches: ports, rules, groups, meters; and three-colour markers."""

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
    """Whether the DSCP of arriving packets is trusted: between switches, but not from lines and head-ends."""


@dataclass(frozen=True, slots=True)
class Match:
    """What an OpenFlow rule matches; None matches anything. Addresses are "a.b.c.d/len", ports (value, mask).

    detour: the number that packets on a detour carry (twin.plan.forwarding.fast_failover).
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
    """An OpenFlow group of type fast failover: output to port `primary` while that is up; else mark with the number
    `detour` and output to port `backup` while that is up; else drop. backup None: there is no second bucket."""

    detour: int
    primary: int
    backup: int | None

    @property
    def number(self) -> int:
        """The group's number in its switch, one for each detour and backup port."""
        return self.detour << 16 | (self.backup or 0)


@dataclass(frozen=True, slots=True)
class GroupAll:
    """An OpenFlow group of type all: a copy of the packet out of each port. number: of the group in its switch."""

    number: int
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An OpenFlow rule: a match, what is done, in this order, and the table that comes next.

    meter: applied first. mark: DSCP written. queue: `set_queue`. arp_reply: answer the request with the gateway's
    address. destination_mac: written before output. output: the port; None with no next table and no group drops.
    hairpin: the output port may be the input port. fast_failover: the group that chooses the port. to_controller:
    output to the controller. group_all: the group that sends copies to several ports.
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
    """A policer: drops what exceeds `rate` (Ethernet frames without FCS) and `burst`.

    packets: rate and burst are in packets instead of bits and bytes.
    """

    number: int
    rate: Rate
    burst: Size
    packets: bool = False


@dataclass(frozen=True, slots=True)
class ThreeColourMarker:
    """The three-colour marker of a bandwidth profile at a line's port: it marks packets of one class green, yellow or
    red (RFC 2697, RFC 2698).

    port: OpenFlow port of the line. service_class, dscp: the class, and the mark of green, AFx1. rate, burst: of the
    first bucket, IP bytes. second_rate, second_burst: of the second; rate 0: it is filled by what overflows the first.
    drops_red: otherwise red becomes AFx3. colour_aware: whether the colours of arriving packets count.
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
    """An Open vSwitch bridge. prefixes: of its hosts' addresses, and of no others'. rules: those of all tables but the
    forwarding table."""

    name: str
    bridge: str
    datapath: int
    kind: str
    site: str
    prefixes: tuple[str, ...]
    ports: tuple[Port, ...]
    rules: tuple[Rule, ...]
    meters: tuple[Meter, ...]
    markers: tuple[ThreeColourMarker, ...] = ()
    unprotected: tuple[str, ...] = ()
    """Spans whose fast-failover groups have no second bucket here."""
    uncopied: tuple[str, ...] = ()
    """Spans by which no copy of an IPTV channel leaves here."""
