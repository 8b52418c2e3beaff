"""Numbers for hosts: blocks of a prefix, aligned and without gaps; addresses in a block; MAC addresses.

Blocks are assigned largest first, each in the first place that is free and aligned: as sizes are powers of two, none
fails that another order would have placed. Where nothing is taken they follow one another from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

Prefix = IPv4Network | IPv6Network

ADDRESS_SPACE = IPv4Network("10.0.0.0/8")
"""Where hosts get addresses for which no prefix is given: 2^24."""
GATEWAY_MAC = "02:00:00:00:00:01"
"""The MAC address with which every switch answers every ARP request of a host."""
DETOUR_MACS = "02:01:00:00"
"""First octets of the MAC addresses that carry the number of a detour; those of hosts and the gateway differ."""
LEAST_BLOCK = 4


class PrefixExhausted(ValueError):
    """A prefix has too few addresses for its hosts."""


def block_size(hosts: int) -> int:
    """Addresses of the block for that many hosts, a power of two: the first and the last of them stay unused."""
    return 1 << (max(hosts + 2, LEAST_BLOCK) - 1).bit_length()


def blocks(prefix: Prefix, hosts_at: Mapping[str, int], taken: Iterable[Prefix] = ()) -> dict[str, Prefix]:
    """A block of `prefix` for each switch by the number of its hosts, clear of what is `taken`.

    Raises PrefixExhausted.
    """
    free = _free(prefix, taken)
    assigned: dict[str, Prefix] = {}
    for switch in sorted(hosts_at, key=lambda name: (-block_size(hosts_at[name]), name)):
        length = prefix.max_prefixlen - (block_size(hosts_at[switch]) - 1).bit_length()
        fitting = [piece for piece in free if piece.prefixlen <= length]
        if not fitting:
            raise PrefixExhausted(f"{sum(hosts_at.values())} hosts do not fit into {prefix}")
        piece = min(fitting, key=lambda piece: int(piece.network_address))
        assigned[switch] = type(prefix)((int(piece.network_address), length))
        free.remove(piece)
        free += _free(piece, [assigned[switch]])
    return assigned


def _free(whole: Prefix, taken: Iterable[Prefix]) -> list[Prefix]:
    """The pieces that are left of a prefix."""
    inside = [other for other in taken if other.overlaps(whole)]
    if not inside:
        return [whole]
    if any(other.prefixlen <= whole.prefixlen for other in inside):
        return []
    return [piece for half in whole.subnets() for piece in _free(half, inside)]


def addresses(prefix: Prefix, names: Sequence[str]) -> dict[str, str]:
    """An address for each name, in order, from the second of `prefix` on."""
    return {name: str(prefix.network_address + index) for index, name in enumerate(names, start=1)}


def detour_mac(number: int) -> str:
    """The MAC address of a detour: detour_mac(258) == "02:01:00:00:01:02"."""
    return f"{DETOUR_MACS}:{number >> 8:02x}:{number & 0xFF:02x}"


def mac(address: str) -> str:
    """A locally administered MAC address of an IP address's last octets: mac("10.0.0.1") == "02:00:0a:00:00:01"."""
    return "02:00:" + ":".join(f"{octet:02x}" for octet in ip_address(address).packed[-4:])
