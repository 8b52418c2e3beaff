"""Multicast trees: each channel over each span once, to every member in reach, from its source alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.plan.blueprints import blueprint_of
from twin.core.units import Rate, Size, Time
from twin.plan.blueprint import Blueprint, IptvChannelPlan
from twin.plan.forwarding.multicast_trees import Branch, PortName, all_groups, tree, tree_rules

RING = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)]
MESH = [*RING, (4, 1, 300), (5, 4, 300), (6, 2, 700), (0, 2, 1800)]


def broadcast(switches: int, spans: list[tuple[int, int, int]]) -> Blueprint:
    """A host at each switch; that of the first sends a channel."""
    blueprint = blueprint_of(switches, spans, hosts=range(switches))
    channel = IptvChannelPlan("one", "television", "video", source=blueprint.hosts[0].name, group="239.192.0.1",
                              port=5000, rate=Rate(1_500_000), packet=Size(1356), interval=Time(7_018_667), access=71)
    return replace(blueprint, iptv_channels=(channel,))


def lines(blueprint: Blueprint) -> list[PortName]:
    """The ports of the other hosts."""
    return [(host.switch, host.port) for host in blueprint.hosts[1:]]


def reached(blueprint: Blueprint, branches: dict[str, Branch]) -> tuple[Counter[str], set[PortName]]:
    """How often a packet crosses each span, and the ports of lines by which copies leave, by following every copy."""
    ports = {(switch.name, port.number): port for switch in blueprint.switches for port in switch.ports}
    names = {switch.name for switch in blueprint.switches}
    crossed: Counter[str] = Counter()
    lines: set[PortName] = set()
    source = blueprint.hosts[0]
    waiting = [(source.switch, source.port)]
    while waiting:
        switch, entry = waiting.pop()
        branch = branches.get(switch)
        if branch is None or branch.entry != entry:
            continue
        for number in branch.ports:
            port = ports[switch, number]
            if port.peer not in names:
                lines.add((switch, number))
                continue
            crossed[port.span] += 1
            there = next(n for (name, n), p in ports.items() if name == port.peer and p.span == port.span)
            waiting.append((port.peer, there))
    return crossed, lines


@given(st.sets(st.integers(0, 5)), st.sets(st.sampled_from([f"span-{k}" for k in range(8)]), max_size=2))
def test_every_member_gets_one_copy_and_no_span_carries_two(members: set[int], failed: set[str]) -> None:
    """Whoever watches and whatever failed: members that unicast can reach are reached, nobody else is, once each."""
    blueprint = broadcast(7, MESH)
    every = lines(blueprint)
    receivers = {every[k] for k in members}
    crossed, copies = reached(blueprint, tree(blueprint, blueprint.iptv_channels[0], receivers, frozenset(failed)))
    assert all(count == 1 for count in crossed.values()) and not failed & crossed.keys()
    everybody = reached(blueprint, tree(blueprint, blueprint.iptv_channels[0], every, frozenset(failed)))[1]
    assert copies == receivers & everybody
    if not failed:
        assert everybody == set(every)


def test_nobody_watches_nothing_is_sent_on() -> None:
    """A channel without members has no rules: its packets end at the first switch."""
    blueprint = broadcast(4, RING)
    assert tree_rules(blueprint, {}) == {} == tree_rules(blueprint, {"one": frozenset()})


def test_the_other_way_round_once_a_span_has_failed() -> None:
    """The tree is planned anew without it."""
    blueprint = broadcast(4, RING)
    far = lines(blueprint)[1]
    before, _ = reached(blueprint, tree(blueprint, blueprint.iptv_channels[0], [far]))
    after, copies = reached(blueprint, tree(blueprint, blueprint.iptv_channels[0], [far], frozenset({"span-0"})))
    assert set(before) == {"span-0", "span-1"} and set(after) == {"span-2", "span-3"} and copies == {far}


def test_only_the_source_is_believed() -> None:
    """A rule takes the channel in by one port, with the head-end's address, and only UDP."""
    blueprint = broadcast(4, RING)
    rules = tree_rules(blueprint, {"one": frozenset(lines(blueprint))})
    assert set(rules) == {switch.name for switch in blueprint.switches}
    for (rule,) in rules.values():
        assert rule.match.in_port is not None and rule.match.source == f"{blueprint.hosts[0].address}/32"
        assert rule.match.transport == "udp" and rule.group_all is not None
        assert rule.match.in_port not in rule.group_all.ports


def test_groups_of_two_channels_differ() -> None:
    """Each channel has its own group in a switch."""
    blueprint = broadcast(4, RING)
    two = replace(blueprint.iptv_channels[0], name="two", group="239.192.0.2")
    both = replace(blueprint, iptv_channels=(*blueprint.iptv_channels, two))
    members = frozenset(lines(blueprint))
    assert all(len(all_groups(rules)) == 2 for rules in tree_rules(both, {"one": members, "two": members}).values())
