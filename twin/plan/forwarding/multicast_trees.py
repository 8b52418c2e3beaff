"""Multicast trees: from the receivers of each IPTV channel to the rules that forward it, over each span once.

The tree of a channel is the union of the shortest paths from its receivers' switches to its source. Shortest paths are
unique (twin.plan.forwarding.paths), so that every switch of the tree has one port towards the source, and no span is
used twice. Packets are replicated at branches by an OpenFlow group of type all, and accepted only from the port towards
the source and with the source's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twin.model import Transport
from twin.plan.blueprint import Blueprint, GroupAll, IptvChannelPlan, Match, Rule
from twin.plan.forwarding.openflow_rules import FIRST, FORWARD
from twin.plan.forwarding.paths import routes

PortName = tuple[str, int]
"""A switch and the number of its port."""
Members = Mapping[str, frozenset[PortName]]
"""The ports of the lines that receive each channel, by the channel's name."""

GROUPS = 1 << 24
"""Groups of type all are numbered from the next on."""


class Branch(NamedTuple):
    """A switch's part of a tree: the port where the channel arrives, and its output ports, ascending."""

    entry: int
    ports: tuple[int, ...]


def tree(blueprint: Blueprint, channel: IptvChannelPlan, members: Iterable[PortName],
         failed: frozenset[str] = frozenset()) -> dict[str, Branch]:
    """The tree of a channel by switch, without the failed spans; members that cannot be reached are left out."""
    source = next(host for host in blueprint.hosts if host.name == channel.source)
    if source.span in failed:
        return {}
    way = routes(blueprint, failed, [source.switch])
    peers = {(switch.name, port.number): (port.peer, port.span) for switch in blueprint.switches
             for port in switch.ports}
    port_of = {(switch, span): port for (switch, port), (_, span) in peers.items()}
    entries = {source.switch: source.port}
    leaving: dict[str, set[int]] = {}
    for switch, port in members:
        at = switch
        if at != source.switch and source.switch not in way[at]:
            continue
        leaving.setdefault(at, set()).add(port)
        while at not in entries:
            entries[at] = way[at][source.switch]
            above, span = peers[at, entries[at]]
            leaving.setdefault(above, set()).add(port_of[above, span])
            at = above
    return {switch: Branch(entries[switch], tuple(sorted(ports))) for switch, ports in sorted(leaving.items())}


def tree_rules(blueprint: Blueprint, members: Members, failed: frozenset[str] = frozenset()
               ) -> dict[str, tuple[Rule, ...]]:
    """The rules of all trees by switch; a switch without a branch has none."""
    addresses = {host.name: host.address for host in blueprint.hosts}
    dark = {(switch.name, port.number) for switch in blueprint.switches for port in switch.ports
            if port.span in switch.uncopied}
    by_switch: dict[str, list[Rule]] = {}
    for number, channel in enumerate(blueprint.iptv_channels, GROUPS + 1):
        watching = members.get(channel.name)
        for switch, branch in tree(blueprint, channel, watching, failed).items() if watching else ():
            match = Match(in_port=branch.entry, source=f"{addresses[channel.source]}/32",
                          destination=f"{channel.group}/32", transport=Transport.UDP)
            copies = tuple(port for port in branch.ports if (switch, port) not in dark)
            rule = Rule(FORWARD, FIRST, match, group_all=GroupAll(number, copies))
            by_switch.setdefault(switch, []).append(rule)
    return {switch: tuple(rules) for switch, rules in by_switch.items()}


def all_groups(rules: Iterable[Rule]) -> dict[int, GroupAll]:
    """The groups that rules use, by number."""
    return {rule.group_all.number: rule.group_all for rule in rules if rule.group_all is not None}
