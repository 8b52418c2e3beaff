"""The header of a packet, and whether an OpenFlow match takes it."""

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
                return self._replace(dscp=value)
            case "eth_dst":
                return self._replace(mac=value)
            case "in_port":
                return self._replace(in_port=value)
        return self


def matches(match: OFPMatch, packet: Packet) -> bool:
    """Whether a packet has every field of the match."""
    return all(_field_matches(key, value, packet) for key, value in match)


def _field_matches(key: str, value: Any, packet: Packet) -> bool:
    match key:
        case "eth_type":
            return bool(value == IPV4)
        case "vlan_vid":
            return bool(value == 0)
        case "in_port":
            return bool(value == packet.in_port)
        case "ipv4_src":
            return within(packet.source, value)
        case "ipv4_dst":
            return within(packet.destination, value)
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


def may_match(match: OFPMatch, destination: str) -> bool:
    """Whether a match takes any packet to a destination."""
    return all(within(destination, value) for key, value in match if key == "ipv4_dst")


def _masked(port: int, value: tuple[int, int]) -> bool:
    return port & value[1] == value[0] & value[1]


def within(address: str, prefix: str) -> bool:
    """Whether an address lies in a prefix, or is that address."""
    return address == prefix if "/" not in prefix else _inside(address, prefix)


@cache
def _inside(address: str, prefix: str) -> bool:
    return IPv4Network(address).subnet_of(IPv4Network(prefix))
