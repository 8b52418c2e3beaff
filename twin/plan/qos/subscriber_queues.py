"""Fairness between subscribers: how the queues of a span assign packets to the subscribers behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from twin.model import Dslam, Network, Relay, Share
from twin.plan.blueprint import SubscriberQueues
from twin.plan.emulated_lines import emulated_lines
from twin.plan.forwarding.address_plan import AddressPlan
from twin.plan.forwarding.addressing import Prefix
from twin.plan.interface_names import uplink_name

LEAST_QUEUES, MOST_QUEUES = 16, 32_768
"""Queues of a band that is fair between subscribers: above the most, two subscribers may share a queue."""


def subscriber_queues(network: Network, numbers: AddressPlan) -> dict[str, SubscriberQueues]:
    """How packets are assigned to subscribers on each span that several share, by its name; none if no class is fair
    between subscribers.

    On an uplink to those at its node or below it, in both directions; on the span of a head-end to the sender; on any
    other span to the receiver if it is a subscriber, else to the sender.
    """
    if all(service_class.share is Share.FLOW for service_class in network.classes):
        return {}
    addresses = numbers.addresses
    servers = [addresses[head_end.name] for head_end in network.head_ends]
    people = [addresses[name] for name, _ in emulated_lines(network)]
    everywhere = _sharing(numbers.spaces, servers, people)
    by_span: dict[str, SubscriberQueues] = {span.name: everywhere for span in network.spans}
    by_span |= {uplink_name(head_end.name): _sharing([], servers, people) for head_end in network.head_ends}
    nodes: tuple[Dslam | Relay, ...] = (*network.dslams, *network.relays)
    for node in nodes:
        below = [prefix for name in sorted(_below(network, node.name)) for prefix in numbers.prefixes.get(name, ())]
        by_span[uplink_name(node.name)] = _sharing(below, servers, people)
    return by_span


def _below(network: Network, node: str) -> set[str]:
    """The node and all nodes that are connected through it by their uplinks."""
    names = {node}
    attached: tuple[Dslam | Relay, ...] = (*network.dslams, *network.relays)
    while True:
        more = {node_below.name for node_below in attached if node_below.uplink.to in names} - names
        if not more:
            return names
        names |= more


def _sharing(homes: Sequence[Prefix], servers: Iterable[str], people: Iterable[str]) -> SubscriberQueues:
    def beyond(address: str) -> bool:
        return any(ip_address(address) in prefix for prefix in homes)

    near = [int(ip_address(home)) for home in people if not homes or beyond(home)]
    return SubscriberQueues(tuple(map(str, homes)), tuple(server for server in servers if beyond(server)),
                            queues_apart(near))


def queues_apart(near: Sequence[int]) -> int:
    """How many queues so that these addresses, modulo that, differ: a power of two if they lie close together, else
    the least that does; MOST_QUEUES if none does."""
    spread = max(near, default=0) - min(near, default=0) + 1
    queues = max(1 << (spread - 1).bit_length(), LEAST_QUEUES)
    if queues <= MOST_QUEUES:
        return queues
    return next((number for number in (MOST_QUEUES, *range(max(len(near), LEAST_QUEUES), MOST_QUEUES))
                 if len({address % number for address in near}) == len(near)), MOST_QUEUES)
