"""Checks of the addressing plan: each line is a prefix for something or an address of a node, and no two overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import pairwise
from operator import itemgetter

from twin.model import AddressAssignment
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, quoted

Found = Iterator[tuple[Path, str, str]]
Internet = IPv4Address | IPv6Address | IPv4Network | IPv6Network

SECTION = "addresses"
OTHERS = "all others"


def addresses(draft: ParsedNetwork) -> Found:
    """All that can be wrong with the plan."""
    entries = draft.network.control.addresses
    numbered = list(zip(draft.positions.get(SECTION, ()), entries, strict=True))
    for index, entry in numbered:
        yield from _sense((SECTION, index), entry)
        yield from _usable((SECTION, index), entry)
    yield from _overlaps([(index, entry) for index, entry in numbered if entry.prefix])
    yield from _nodes(draft, [(index, entry) for index, entry in numbered if entry.node])
    yield from _classes(draft, entries)


def _sense(path: Path, entry: AddressAssignment) -> Found:
    """An entry is a prefix for one thing, or the address of a node."""
    if (entry.prefix is None) == (entry.address is None):
        yield path, "names a prefix and an address, or neither", "name one of them"
    elif entry.address and (entry.node is None or entry.holders):
        yield path, f"does not name the node of {entry.address}" if entry.node is None else \
            f"says what {entry.address} is for besides its node", "write node: and nothing else"
    elif entry.prefix and (entry.node or len(entry.holders) > 1):
        yield (path, f"says more than once what {entry.prefix} is for",
               "write address: for a node" if entry.node else "write one of site, class and head-end")


def _usable(path: Path, entry: AddressAssignment) -> Found:
    """Hosts can have such addresses, and the emulation carries them."""
    written: list[tuple[str, Internet]] = []
    if entry.prefix:
        written.append(("prefix", ip_network(entry.prefix)))
    if entry.address:
        written.append(("address", ip_address(entry.address)))
    for key, value in written:
        if not isinstance(value, IPv4Address | IPv4Network):
            yield ((*path, key), f"{value} is IPv{value.version}, and the emulation carries IPv4",
                   "write for example 10.64.0.0/16" if key == "prefix" else "write for example 10.64.0.10")
        elif kind := _special(value):
            yield (*path, key), f"{value} is {kind}, which no host can have", "write one of 10.0.0.0/8"


SPECIAL = {"of this network (RFC 1122)": IPv4Network("0.0.0.0/8"), "loopback": IPv4Network("127.0.0.0/8"),
           "multicast": IPv4Network("224.0.0.0/4"), "reserved (RFC 1112)": IPv4Network("240.0.0.0/4")}


def _special(value: Internet) -> str | None:
    """What else an address, or one of a prefix, is for."""
    here = ip_network(str(value))
    return next((kind for kind, network in SPECIAL.items() if network.overlaps(here)), None)


def _overlaps(entries: Sequence[tuple[int, AddressAssignment]]) -> Found:
    """Nothing has two prefixes, and no address is in two; those for all others leave out what others have."""
    first: dict[tuple[tuple[str, str], ...], AddressAssignment] = {}
    for index, entry in entries:
        if entry.holders in first:
            yield ((SECTION, index), f"{_for(entry)} has the prefix {first[entry.holders].prefix} already",
                   "keep one, large enough for all")
        first.setdefault(entry.holders, entry)
    ranges = sorted((network.version, int(network.network_address), int(network.broadcast_address), index, entry)
                    for index, entry in entries for network in [ip_network(str(entry.prefix))] if entry.holders)
    for below, above in pairwise(ranges):
        if below[0] == above[0] and above[1] <= below[2]:
            (_, before), (index, entry) = sorted((below[3:], above[3:]), key=itemgetter(0))
            yield ((SECTION, index, "prefix"), f"{entry.prefix} overlaps {before.prefix} for {_for(before)}",
                   "write prefixes that have no address in common")


def _for(entry: AddressAssignment) -> str:
    """What a prefix is for, in words."""
    return " and ".join(f"{key} {quoted(name)}" for key, name in entry.holders) or OTHERS


def _nodes(draft: ParsedNetwork, entries: Sequence[tuple[int, AddressAssignment]]) -> Found:
    """Fixed addresses are those of hosts, one each."""
    lines = [name for group in draft.network.lines for name in group.names]
    hosts = {*lines, *draft.names.get("head-ends", ())}
    nodes: set[str] = set()
    taken: dict[str, str] = {}
    for index, entry in entries:
        node, address = str(entry.node), entry.address
        if node not in hosts and draft.doubtful.isdisjoint({"lines", "head-ends"}):
            yield ((SECTION, index, "node"), f"{quoted(node)} is neither a head-end nor an emulated line",
                   f"write the group of a line and its number, as in {quoted(lines[0])}" if lines else "")
        if node in nodes:
            yield (SECTION, index, "node"), f"{quoted(node)} has an address already", "keep one of them"
        if address in taken:
            yield ((SECTION, index, "address"), f"{address} is the address of {quoted(taken[address])}",
                   "write another")
        nodes.add(node)
        if address:
            taken.setdefault(address, node)


def _classes(draft: ParsedNetwork, entries: Sequence[AddressAssignment]) -> Found:
    """It is clear of which class's prefix a head-end has its address."""
    given = {entry.service_class for entry in entries if entry.prefix and entry.service_class}
    settled = {entry.node for entry in entries} | {entry.head_end for entry in entries}
    for node in draft.network.head_ends:
        classes = sorted({service.service_class for service in draft.network.services
                          if service.head_end == node.name} & given)
        if len(classes) > 1 and node.name not in settled:
            yield (("head-ends", node.name), f"has services of the classes {listed(classes, 'and')}, each with a "
                   "prefix", "give it an address or a prefix of its own")
