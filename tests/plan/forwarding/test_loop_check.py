"""Detours: what becomes of packets between a failure and the controller's answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings

from tests.plan.blueprints import Edge, blueprint_of
from tests.plan.forwarding.meshes import meshes
from twin.model import Healing, Protection
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import TooManyRules, bridges, detour_numbers, detours, trunks
from twin.plan.forwarding.loop_check import FailedElements, ForwardingTrace, Outcome, failed_spans, single_failures
from twin.plan.forwarding.openflow_rules import fast_failover_groups, forward_rules
from twin.plan.forwarding.paths import graph_of, routes

RING: list[Edge] = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500), (3, 4, 100)]
"""Four switches in a ring, a fifth hanging on the fourth."""


@settings(max_examples=80)
@given(meshes())
def test_after_one_failure_all_that_is_joined_is_reached(mesh: tuple[int, list[Edge]]) -> None:
    """In any network, for each span and each node that fails alone: nothing circles, and before anybody has computed
    anew, whoever could be reached still is."""
    count, edges = mesh
    blueprint = blueprint_of(count, edges, hosts=range(count))
    follower = ForwardingTrace(blueprint)
    for broken in single_failures(blueprint):
        dead = failed_spans(blueprint, broken)
        way = routes(blueprint, dead)
        for destination in way:
            for (switch, number), fate in follower.outcomes(destination, dead).items():
                assert fate is not Outcome.LOOPS
                if number is None and switch != destination:
                    assert (fate is Outcome.DELIVERED) == (destination in way[switch])


@settings(max_examples=40)
@given(meshes())
def test_nothing_circles_whatever_else_breaks(mesh: tuple[int, list[Edge]]) -> None:
    """Two spans at once, and a number that a packet never got from a switch: reached or dropped."""
    count, edges = mesh
    blueprint = blueprint_of(count, edges, hosts=range(count))
    follower = ForwardingTrace(blueprint)
    for pair in list(combinations(trunks(blueprint), 2))[:20]:
        assert not list(follower.loops(FailedElements(frozenset(pair))))


def test_a_planted_loop_is_found() -> None:
    """Two switches that send to each other are one, for themselves and for whoever sends to them; so are a detour that
    leads back, and one that leads back to where it began."""
    chain = blueprint_of(4, [(0, 1, 1), (1, 2, 1), (2, 3, 1)], hosts=[3])
    back = _port(chain, "s0002", "s0001")
    tables = {name: tuple(replace(rule, output=back) if name == "s0002" else rule for rule in table)
              for name, table in forward_rules(chain).items()}
    assert [*ForwardingTrace(chain, tables).intact_loops()] == [(f"s000{n}", "s0003") for n in range(3)]
    ring = blueprint_of(5, RING, hosts=[1])
    back = _port(ring, "s0003", "s0000")
    tables = {name: tuple(replace(rule, output=back) if name == "s0003" and rule.match.detour else rule
                          for rule in table) for name, table in forward_rules(ring).items()}
    trace = ForwardingTrace(ring, tables)
    assert not [*trace.intact_loops()]
    assert [*trace.loops(FailedElements(frozenset({"span-0"})))] == [("s0000", "s0001")]


def _port(blueprint: Blueprint, switch: str, peer: str) -> int:
    ports = next(each.ports for each in blueprint.switches if each.name == switch)
    return next(port.number for port in ports if port.peer == peer)


def test_more_rules_than_a_lab_holds_are_refused_with_their_number() -> None:
    """Detours as they are counted, and other rules before anything else is computed."""
    ring = blueprint_of(5, RING, hosts=range(5))
    count = sum(map(len, detours(ring, frozenset(), [switch.name for switch in ring.switches]).steps.values()))
    with pytest.raises(TooManyRules, match=rf"of its 5 spans .* need more than {count - 1} forwarding rules"):
        detours(ring, frozenset(), [switch.name for switch in ring.switches], count - 1)
    assert detours(ring, frozenset(), [switch.name for switch in ring.switches], count)
    star = blueprint_of(1001, [(0, number, 1) for number in range(1, 1001)], hosts=range(1001))
    with pytest.raises(TooManyRules, match="1001 nodes need a rule for each of 1001 that have hosts, 1002001 in all"):
        forward_rules(star)


def test_without_groups_the_packets_beside_a_cut_are_lost() -> None:
    """The baseline: the controller alone, before it has acted."""
    blueprint = blueprint_of(5, RING, hosts=range(5))
    alone = replace(blueprint, protection=Protection(healing=Healing.CONTROLLER))
    assert ForwardingTrace(blueprint).outcomes("s0001", frozenset({"span-0"}))["s0000", None] is Outcome.DELIVERED
    assert ForwardingTrace(alone).outcomes("s0001", frozenset({"span-0"}))["s0000", None] is Outcome.DROPPED


def test_a_detour_is_never_turned_again() -> None:
    """Between two cuts a packet is dropped at the second, where without a number it would go to and fro."""
    blueprint = blueprint_of(5, RING, hosts=range(5))
    fates = ForwardingTrace(blueprint).outcomes("s0001", frozenset({"span-0", "span-1"}))
    assert fates["s0000", None] is Outcome.DROPPED


def test_spans_without_which_the_network_falls_apart_have_no_detour() -> None:
    """The stub has none, the ring's spans have one at each end."""
    blueprint = blueprint_of(5, RING, hosts=range(5))
    assert bridges(graph_of(blueprint, frozenset())) == {"span-4"}
    assert not [group for group in detours(blueprint, frozenset(), ["s0004"]).groups.values()
                if group.detour == detour_numbers(blueprint)["span-4"]]


def test_two_parallel_spans_guard_each_other() -> None:
    """Neither is a bridge."""
    blueprint = blueprint_of(2, [(0, 1, 1000), (0, 1, 2000)], hosts=range(2))
    assert not bridges(graph_of(blueprint, frozenset()))
    assert ForwardingTrace(blueprint).outcomes("s0001", frozenset({"span-0"}))["s0000", None] is Outcome.DELIVERED


def test_a_ring_switch_has_a_group_for_each_way_round() -> None:
    """However many destinations there are; a switch without another way has none."""
    rules = forward_rules(blueprint_of(5, RING, hosts=range(5)))
    assert [len(fast_failover_groups(rules[name])) for name in sorted(rules)] == [2, 2, 2, 2, 0]


def test_groups_have_numbers_of_their_own() -> None:
    """In each switch, for each detour and each way round."""
    mesh: list[Edge] = [(a, b, 100 + 7 * a + 13 * b) for a, b in combinations(range(6), 2)]
    for rules in forward_rules(blueprint_of(6, mesh, hosts=range(6))).values():
        groups = fast_failover_groups(rules)
        assert len({group.number for group in groups}) == len(groups)
