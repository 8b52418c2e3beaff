"""Addresses: blocks of prefixes, the addressing plan of a network, and forwarding that follows it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.errors import TopologyError
from twin.model import AddressAssignment, IpAddress, IpPrefix, Name, Network
from twin.plan import plan
from twin.plan.forwarding.addressing import ADDRESS_SPACE, Prefix, PrefixExhausted, blocks
from twin.plan.forwarding.loop_check import ForwardingTrace, Outcome
from twin.plan.forwarding.openflow_rules import forward_rules
from twin.plan.qos.subscriber_queues import queues_apart

COUNTS = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(0, 5000), min_size=1, max_size=20)


def prefix(written: str, *, site: str | None = None, service_class: str | None = None, head_end: str | None = None
           ) -> AddressAssignment:
    return AddressAssignment(prefix=IpPrefix(written), site=Name(site) if site else None,
                             service_class=Name(service_class) if service_class else None,
                             head_end=Name(head_end) if head_end else None)


def fixed(address: str, node: str) -> AddressAssignment:
    return AddressAssignment(address=IpAddress(address), node=Name(node))


def numbered(network: Network, *entries: AddressAssignment) -> Network:
    return replace(network, control=replace(network.control, addresses=entries))


@given(COUNTS, st.lists(st.integers(0, 2**24 - 1), max_size=5))
def test_blocks_are_apart_and_clear_of_what_is_taken(hosts_at: dict[str, int], singles: list[int]) -> None:
    """Every block has room for its hosts; none overlaps another or a fixed address."""
    taken = [ip_network(int(ADDRESS_SPACE.network_address) + single) for single in singles]
    prefixes = blocks(ADDRESS_SPACE, hosts_at, taken)
    assert all(prefixes[name].num_addresses >= count + 2 for name, count in hosts_at.items())
    assert not any(prefix.overlaps(other) for prefix, other in combinations(prefixes.values(), 2))
    assert not any(block.overlaps(single) for block in prefixes.values() for single in taken)


@given(COUNTS)
def test_blocks_follow_one_another_from_the_beginning(hosts_at: dict[str, int]) -> None:
    """Largest first, without a gap, where nothing is taken."""
    prefixes = sorted(blocks(ADDRESS_SPACE, hosts_at).values(), key=lambda block: int(block.network_address))
    ends = [int(ADDRESS_SPACE.network_address), *(int(block.broadcast_address) + 1 for block in prefixes)]
    assert [int(block.network_address) for block in prefixes] == ends[:-1]
    assert [block.prefixlen for block in prefixes] == sorted(block.prefixlen for block in prefixes)


def test_a_million_lines_have_addresses() -> None:
    """A thousand switches of a thousand lines fit; twenty million lines do not, and that is said."""
    assert len(blocks(ADDRESS_SPACE, {f"s{k}": 1000 for k in range(1000)})) == 1000
    with pytest.raises(PrefixExhausted, match="20000000 hosts"):
        blocks(ADDRESS_SPACE, {"s": 20_000_000})


def test_nothing_bars_ipv6() -> None:
    """Blocks of a prefix of either version, as ipaddress has them."""
    assert blocks(IPv6Network("fd00:64::/120"), {"a": 100, "b": 5}) == {
        "a": IPv6Network("fd00:64::/121"), "b": IPv6Network("fd00:64::80/125")}


def test_without_a_plan_addresses_are_as_ever(network: Network) -> None:
    """Each switch with hosts has the next block of 10.0.0.0/8, the larger first: results never change by themselves."""
    blueprint = plan(network)
    assert {switch.name: switch.prefixes for switch in blueprint.switches if switch.prefixes} == {
        "a": ("10.0.0.0/30",), "dslam-b": ("10.0.0.4/30",), "relay-c": ("10.0.0.8/30",)}
    assert {host.name: host.address for host in blueprint.hosts} == {
        "internet": "10.0.0.1", "softswitch": "10.0.0.2", "town-1": "10.0.0.5", "town-2": "10.0.0.6",
        "village-1": "10.0.0.9"}


def test_the_nearest_prefix_gives_the_address(network: Network) -> None:
    """A fixed address before the head-end's prefix, that before the class's, that before the site's, the rest last."""
    entries = (prefix("10.1.0.0/24", site="a"), prefix("10.2.0.0/24", service_class="voice"),
               prefix("192.168.7.0/24", head_end="internet"), prefix("172.16.0.0/12"), fixed("10.1.0.1", "town-2"))
    addresses = {host.name: host.address for host in plan(numbered(network, *entries)).hosts}
    assert addresses == {"softswitch": "10.2.0.1", "internet": "192.168.7.1", "town-1": "172.16.0.1",
                         "town-2": "10.1.0.1", "village-1": "172.16.0.5"}
    assert {host.name: host.address for host in plan(numbered(network, entries[0], entries[4])).hosts} == {
        "softswitch": "10.1.0.6", "internet": "10.1.0.5", "town-1": "10.0.0.1", "town-2": "10.1.0.1",
        "village-1": "10.0.0.5"}


def test_packets_to_every_prefix_arrive(network: Network) -> None:
    """Each switch knows the way to every prefix of every other, and to fixed addresses within the prefix of a third."""
    entries = (prefix("10.2.0.0/24", site="a"), fixed("10.2.0.2", "town-1"), fixed("10.77.0.1", "internet"))
    blueprint = plan(numbered(network, *entries))
    tables = forward_rules(blueprint)
    trace = ForwardingTrace(blueprint)
    owned: list[Prefix] = [IPv4Network(own) for switch in blueprint.switches for own in switch.prefixes]
    assert not any(own.overlaps(other) for own, other in combinations(owned, 2))
    for switch in blueprint.switches:
        for number, own in enumerate(switch.prefixes):
            assert all(fate is Outcome.DELIVERED for fate in trace.outcomes(switch.name, frozenset(), number).values())
            assert all(any(rule.match.destination == own for rule in table) for name, table in tables.items()
                       if name != switch.name)
    owners = {own: switch.name for switch in blueprint.switches for own in switch.prefixes}
    for host in blueprint.hosts:
        assert [owner for own, owner in owners.items() if ip_address(host.address) in ip_network(own)] == [host.switch]


def test_all_prefixes_that_are_too_small_are_named(network: Network) -> None:
    """Each with its place, what it has to hold, and a length that does; fixed addresses take room, too."""
    with pytest.raises(TopologyError) as refused:
        plan(numbered(network, prefix("10.1.0.0/31", site="a"), prefix("10.2.0.0/30", site="b"),
                      fixed("10.2.0.3", "softswitch")))
    assert [str(problem).partition(" ")[2] for problem in refused.value.problems] == [
        "addresses[0].prefix: is too small: 1 hosts do not fit into 10.1.0.0/31: each switch takes a block, of 4 "
        "addresses, that is clear of what else is assigned; write a /30, or fixed addresses of nodes",
        "addresses[1].prefix: is too small: 2 hosts do not fit into 10.2.0.0/30: each switch takes a block, of 4 "
        "addresses, that is clear of what else is assigned; write a /29, or fixed addresses of nodes"]


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=200))
def test_subscribers_of_distant_prefixes_have_queues_of_their_own(addresses: set[int]) -> None:
    """Prefixes that differ by a multiple of 2^16 must not share queues."""
    distant = sorted({address & 0xFFFF00FF for address in addresses})
    number = queues_apart(distant)
    assert len({address % number for address in distant}) == len(distant)
    assert number <= 32_768
