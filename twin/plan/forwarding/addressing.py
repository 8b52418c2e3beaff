"""Addresses of hosts: each switch with hosts has the smallest prefix of 10.0.0.0/8 that holds them.

There are 2^24 addresses. Prefixes are assigned largest first, so that they are aligned without gaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network

ADDRESS_SPACE = IPv4Network("10.0.0.0/8")
GATEWAY_MAC = "02:00:00:00:00:01"
"""The MAC address with which every switch answers every ARP request of a host."""
DETOUR_MACS = "02:01:00:00"
"""First octets of the MAC addresses that carry the number of a detour; those of hosts and the gateway differ."""


class AddressesExhausted(ValueError):
    """More hosts than 10.0.0.0/8 has addresses for."""


def prefixes(hosts_at: Mapping[str, int]) -> dict[str, IPv4Network]:
    """A prefix for each switch by the number of its hosts; the first and last address of each stay unused."""
    sizes = {switch: max(count + 2, 4).bit_length() - (max(count + 2, 4).bit_count() == 1)
             for switch, count in hosts_at.items()}
    start = int(ADDRESS_SPACE.network_address)
    assigned: dict[str, IPv4Network] = {}
    for switch in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if start + 2 ** sizes[switch] > int(ADDRESS_SPACE.broadcast_address):
            raise AddressesExhausted(f"{sum(hosts_at.values())} hosts do not fit into {ADDRESS_SPACE}")
        assigned[switch] = IPv4Network((start, 32 - sizes[switch]))
        start += 2 ** sizes[switch]
    return assigned


def addresses(prefix: IPv4Network, names: Sequence[str]) -> dict[str, str]:
    """An address for each name, in order, from the second of `prefix` on."""
    first = int(prefix.network_address) + 1
    return {name: str(IPv4Address(first + index)) for index, name in enumerate(names)}


def detour_mac(number: int) -> str:
    """The MAC address of a detour: detour_mac(258) == "02:01:00:00:01:02"."""
    return f"{DETOUR_MACS}:{number >> 8:02x}:{number & 0xFF:02x}"


def mac(address: str) -> str:
    """A locally administered MAC address made of an IPv4 address: mac("10.0.0.1") == "02:00:0a:00:00:01"."""
    return "02:00:" + ":".join(f"{octet:02x}" for octet in IPv4Address(address).packed)
