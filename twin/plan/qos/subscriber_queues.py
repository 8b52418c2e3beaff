"""Who is behind a span: how its queues tell subscribers apart, so that a heavy one gets no more than its share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network

from twin.model import Dslam, Network, Relay, Share
from twin.plan.blueprint import SubscriberQueues
from twin.plan.emulated_lines import emulated_lines
from twin.plan.forwarding import addressing as numbering
from twin.plan.interface_names import uplink_name

LEAST_QUEUES, MOST_QUEUES = 16, 32_768
"""Queues of a band that shares between subscribers: beyond the most, two subscribers may be taken for one."""


def subscriber_queues(
    network: Network, prefixes: Mapping[str, IPv4Network], addresses: Mapping[str, str]
) -> dict[str, SubscriberQueues]:
    """How subscribers are told apart on each span that several use, by its name; none where no class asks for it.

    Before an uplink they are those who hang on its node or below it, whichever way packets go; before a head-end those
    who send; on any other span those at either end, where the receiver comes first.
    """
    if all(one.share is Share.FLOW for one in network.classes):
        return {}
    servers = [addresses[one.name] for one in network.head_ends]
    people = [addresses[name] for name, _ in emulated_lines(network)]
    everywhere = _sharing([numbering.ROOM], servers, people)
    found: dict[str, SubscriberQueues] = {span.name: everywhere for span in network.spans}
    found |= {uplink_name(one.name): _sharing([], servers, people) for one in network.head_ends}
    nodes: tuple[Dslam | Relay, ...] = (*network.dslams, *network.relays)
    for node in nodes:
        below = [prefixes[name] for name in sorted(_below(network, node.name)) if name in prefixes]
        found[uplink_name(node.name)] = _sharing(below, servers, people)
    return found


def _below(network: Network, node: str) -> set[str]:
    """The node and all nodes whose uplinks lead to it."""
    found = {node}
    hung: tuple[Dslam | Relay, ...] = (*network.dslams, *network.relays)
    while True:
        more = {one.name for one in hung if one.uplink.to in found} - found
        if not more:
            return found
        found |= more


def _sharing(homes: Sequence[IPv4Network], servers: Iterable[str], people: Iterable[str]) -> SubscriberQueues:
    def beyond(address: str) -> bool:
        return any(IPv4Address(address) in home for home in homes)

    near = [int(IPv4Address(one)) for one in people if not homes or beyond(one)]
    spread = max(near, default=0) - min(near, default=0) + 1
    queues = min(max(1 << (spread - 1).bit_length(), LEAST_QUEUES), MOST_QUEUES)
    return SubscriberQueues(tuple(map(str, homes)), tuple(one for one in servers if beyond(one)), queues)
