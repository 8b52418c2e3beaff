"""The header of a packet, and what an OpenFlow match asks of it."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network
from typing import Any, NamedTuple

from controllers.simulation.openflow_records import OFPMatch

IPV4, IGMP, TCP, UDP = 0x0800, 2, 6, 17
CONNECTED = {"tcp": TCP, "udp": UDP}


class Packet(NamedTuple):
    """An untagged IPv4 packet: the fields that rules match. protocol: of IP."""

    in_port: int
    source: str
    destination: str
    protocol: int = UDP
    source_port: int = 0
    destination_port: int = 0
    dscp: int = 0
    mac: str = ""

    def with_field(self, key: str, value: Any) -> Packet:
        """The packet with a field of OpenFlow's name written; MAC addresses of ARP mean nothing here."""
        match key:
            case "ip_dscp":
                return Packet(*self[:6], value, self.mac)
            case "eth_dst":
                return Packet(*self[:7], value)
            case "in_port":
                return self.entering(value)
        return self

    def entering(self, port: int) -> Packet:
        """The packet as it comes in by a port."""
        return Packet(port, *self[1:])


Condition = tuple[str, Any]
"""A field of a match, and what it must be."""


@cache
def conditions(match: OFPMatch) -> tuple[Condition, ...] | None:
    """What a match asks of an untagged IPv4 packet beyond its destination; None: it takes none."""
    common = {"eth_type": IPV4, "vlan_vid": 0}
    if any(common.get(key, value) != value for key, value in match):
        return None
    return tuple((key, value) for key, value in match if key not in common and key != "ipv4_dst")


def meets(packet: Packet, condition: Condition) -> bool:
    """Whether a packet has a field of a match."""
    key, value = condition
    match key:
        case "in_port":
            return bool(value == packet.in_port)
        case "ipv4_src":
            return within(packet.source, value)
        case "ip_proto":
            return bool(value == packet.protocol)
        case "ip_dscp":
            return bool(value == packet.dscp)
        case "eth_dst":
            return bool(value == packet.mac)
        case "tcp_src" | "udp_src":
            return CONNECTED[key[:3]] == packet.protocol and _masked(packet.source_port, value)
        case "tcp_dst" | "udp_dst":
            return CONNECTED[key[:3]] == packet.protocol and _masked(packet.destination_port, value)
    return False


def _masked(port: int, value: tuple[int, int]) -> bool:
    return port & value[1] == value[0] & value[1]


def within(address: str, prefix: str) -> bool:
    """Whether an address lies in a prefix, or is that address."""
    return address == prefix or prefix in prefixes(address)


@cache
def prefixes(address: str) -> frozenset[str]:
    """All prefixes in which an address lies, and itself."""
    return frozenset((address, *(str(IPv4Network((address, length), strict=False)) for length in range(33))))
