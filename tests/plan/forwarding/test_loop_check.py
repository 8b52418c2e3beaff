"""Detours: what becomes of packets between a failure and the controller's answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings

from tests.plan.blueprints import Edge, blueprint_of
from tests.plan.forwarding.meshes import meshes
from twin.model import Healing, Protection
from twin.plan.forwarding.fast_failover import bridges, detour_numbers, detours, trunks
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
