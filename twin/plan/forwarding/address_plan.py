"""The addresses of a network: which prefix each host gets its address from, and the prefixes that each switch owns.

A host has its fixed address, or one of the prefix of its head-end, its class, its site, or else of the prefix for all
others. Of each of these a switch owns a block as large as its hosts need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import NamedTuple

from twin.model import Dslam, Network, Relay, Switch
from twin.plan.emulated_lines import emulated_lines
from twin.plan.forwarding.addressing import ADDRESS_SPACE, Prefix, PrefixExhausted, addresses, block_size, blocks

Holder = tuple[str, str] | None
"""What a prefix is for: a key of AddressAssignment and a name; None: all others."""
LINES = "lines"
"""What is at fault where nothing is written."""


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """prefixes: of each switch that has hosts, none in another. addresses: of each host. spaces: the fewest prefixes
    that hold all of them."""

    prefixes: Mapping[str, tuple[Prefix, ...]]
    addresses: Mapping[str, str]
    spaces: tuple[Prefix, ...]


class PrefixesTooSmall(ValueError):
    """Prefixes that do not hold their hosts: path, reason and remedy of each."""

    def __init__(self, problems: Sequence[tuple[str, str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason, _ in problems))


class _Attached(NamedTuple):
    """A host, its switch, and what a prefix for it could be for, the nearest first."""

    name: str
    switch: str
    holders: tuple[Holder, ...]


class _Pool(NamedTuple):
    """A prefix from which hosts get addresses, and where it is written."""

    prefix: Prefix
    path: str


def address_plan(network: Network) -> AddressPlan:
    """The addresses of a network. Raises PrefixesTooSmall, which names all that are."""
    pools, hosts = _pools(network), _attached(network)
    fixed: dict[str, Prefix] = {entry.node: ip_network(entry.address) for entry in network.control.addresses
                                if entry.node and entry.address}
    owned: dict[str, list[Prefix]] = {}
    given: dict[str, str] = {}
    for switch, block, names in _blocks(pools, [host for host in hosts if host.name not in fixed], fixed.values()):
        owned.setdefault(switch, []).append(block)
        given |= addresses(block, names)
    for host in hosts:
        if host.name in fixed:
            owned.setdefault(host.switch, []).append(fixed[host.name])
            given[host.name] = str(fixed[host.name].network_address)
    ordered = {switch: tuple(sorted(mine, key=_order)) for switch, mine in owned.items()}
    return AddressPlan(ordered, given, _fewest([*(pool.prefix for pool in pools.values()), *fixed.values()]))


def _pools(network: Network) -> dict[Holder, _Pool]:
    """The prefix of each that has one; the one for all others, too."""
    pools: dict[Holder, _Pool] = {None: _Pool(ADDRESS_SPACE, LINES)}
    for index, entry in enumerate(network.control.addresses):
        if entry.prefix:
            holder = entry.holders[0] if entry.holders else None
            pools[holder] = _Pool(ip_network(entry.prefix), f"addresses[{index}].prefix")
    return pools


def _attached(network: Network) -> tuple[_Attached, ...]:
    """All hosts, head-ends first."""
    nodes: tuple[Switch | Dslam | Relay, ...] = (*network.switches, *network.dslams, *network.relays)
    sites = {node.name: node.site for node in nodes}
    classes: dict[str, list[Holder]] = {}
    for service in network.services:
        classes.setdefault(service.head_end, []).append(("class", service.service_class))
    servers = [_Attached(node.name, node.uplink.to, (("head-end", node.name), *classes.get(node.name, ()),
                                                     ("site", node.site), None)) for node in network.head_ends]
    lines = [_Attached(name, group.at, (("site", sites[group.at]), None)) for name, group in emulated_lines(network)]
    return (*servers, *lines)


def _blocks(
    pools: Mapping[Holder, _Pool], hosts: Iterable[_Attached], fixed: Iterable[Prefix]
) -> Iterator[tuple[str, Prefix, list[str]]]:
    """Each switch with a block of a prefix and the names of those that have an address of it, in order."""
    members: dict[Holder, dict[str, list[str]]] = {holder: {} for holder in pools}
    for host in hosts:
        holder = next(holder for holder in host.holders if holder in pools)
        members[holder].setdefault(host.switch, []).append(host.name)
    singles = list(fixed)
    problems = []
    for holder, (prefix, _) in pools.items():
        at = members[holder]
        others = [] if holder else [pool.prefix for other, pool in pools.items() if other]
        try:
            assigned = blocks(prefix, {switch: len(names) for switch, names in at.items()}, [*singles, *others])
        except PrefixExhausted as reason:
            problems.append(_too_small(pools[holder], at.values(), str(reason)))
            continue
        yield from ((switch, block, sorted(at[switch])) for switch, block in assigned.items())
    if problems:
        raise PrefixesTooSmall(problems)


def _too_small(pool: _Pool, groups: Iterable[Sequence[str]], reason: str) -> tuple[str, str, str]:
    """Where and why a prefix does not hold its hosts, and what would."""
    sizes = sorted((block_size(len(names)) for names in groups), reverse=True)
    length = min(pool.prefix.max_prefixlen - (sum(sizes) - 1).bit_length(), pool.prefix.prefixlen - 1)
    shown = ", ".join(map(str, sizes[:4])) + (" ..." if len(sizes) > 4 else "")
    taken = f"{reason}: each switch takes a block, of {shown} addresses, that is clear of what else is assigned"
    if pool.path == LINES:
        return pool.path, taken, "write a prefix that holds them in section addresses"
    return pool.path, f"is too small: {taken}", f"write a /{length}, or fixed addresses of nodes"


def _fewest(spaces: Sequence[Prefix]) -> tuple[Prefix, ...]:
    """The fewest prefixes that hold all of these."""
    old = collapse_addresses(space for space in spaces if isinstance(space, IPv4Network))
    new = collapse_addresses(space for space in spaces if isinstance(space, IPv6Network))
    return (*old, *new)


def _order(prefix: Prefix) -> tuple[int, int]:
    return prefix.version, int(prefix.network_address)
