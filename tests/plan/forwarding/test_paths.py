"""Paths: shortest, the same both ways, free of loops, and complete."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.plan.blueprints import Edge, blueprint_of, span_name, switch_name
from twin.plan.blueprint import Blueprint, Host, Match, Rule
from twin.plan.forwarding.paths import Hop, flow_paths, graph_of, host_paths, parts, routes

RING: list[Edge] = [(0, 1, 1000), (1, 2, 1000), (2, 0, 1000)]

Network = tuple[Blueprint, list[Edge], frozenset[str]]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A random graph of up to 6 switches with parallel spans, many of equal length, and some failed spans."""
    count = draw(st.integers(1, 6))
    pairs = list(itertools.combinations(range(count), 2))
    edge = st.tuples(st.sampled_from(pairs or [(0, 0)]), st.integers(0, 2))
    edges = [(a, b, length) for (a, b), length in draw(st.lists(edge, max_size=14 if pairs else 0))]
    failed = draw(st.sets(st.sampled_from(range(len(edges))), max_size=3)) if edges else set()
    return blueprint_of(count, edges, hosts=range(count)), edges, frozenset(map(span_name, failed))


def floyd_warshall(count: int, edges: list[Edge], failed: frozenset[str]) -> dict[tuple[int, int], tuple[int, int]]:
    """Length and span count of the shortest path of each pair: the slow, obvious way."""
    far = (10**9, 0)
    best = {(a, b): (0, 0) if a == b else far for a in range(count) for b in range(count)}
    for number, (a, b, length) in enumerate(edges):
        if span_name(number) not in failed:
            best[a, b] = best[b, a] = min(best[a, b], (length, 1))
    for k, a, b in itertools.product(range(count), repeat=3):
        through = tuple(map(sum, zip(best[a, k], best[k, b], strict=True)))
        best[a, b] = min(best[a, b], (through[0], through[1]))
    return {pair: cost for pair, cost in best.items() if cost[0] < far[0]}


def walk(blueprint: Blueprint, start: str, destination: str, way: dict[str, dict[str, int]]) -> list[str]:
    """The spans crossed by following the routes."""
    ports = {(switch.name, port.number): port for switch in blueprint.switches for port in switch.ports}
    spans = []
    while start != destination:
        port = ports[start, way[start][destination]]
        spans.append(port.span)
        start = port.peer
    return spans


@given(networks())
def test_routes_are_shortest_symmetric_and_avoid_failed_spans(network: Network) -> None:
    """Each pair that can meet does so over the least length, then the fewest spans, there and back the same."""
    blueprint, edges, failed = network
    count = len(blueprint.switches)
    way = routes(blueprint, failed)
    best = floyd_warshall(count, edges, failed)
    for a, b in itertools.permutations(range(count), 2):
        assert (switch_name(b) in way[switch_name(a)]) == ((a, b) in best)
        if (a, b) in best:
            there = walk(blueprint, switch_name(a), switch_name(b), way)
            back = walk(blueprint, switch_name(b), switch_name(a), way)
            assert there == back[::-1]
            assert not set(there) & failed
            lengths = {span_name(number): edge[2] for number, edge in enumerate(edges)}
            assert (sum(lengths[span] for span in there), len(there)) == best[a, b]


@given(networks())
def test_parts_are_what_reaches_each_other(network: Network) -> None:
    """Each switch is in one part, and reaches the others of that alone."""
    blueprint, edges, failed = network
    whole = parts(graph_of(blueprint, failed))
    best = floyd_warshall(len(blueprint.switches), edges, failed)
    for a, b in itertools.permutations(range(len(blueprint.switches)), 2):
        assert any({switch_name(a), switch_name(b)} <= part for part in whole) == ((a, b) in best)
    assert sum(map(len, whole)) == len(blueprint.switches)


def test_the_order_of_switches_and_spans_means_nothing() -> None:
    """Ties are decided by names, not by position."""
    blueprint = blueprint_of(4, [(0, 1, 5), (1, 2, 5), (2, 3, 5), (3, 0, 5)])
    turned = Blueprint(**{name: getattr(blueprint, name) for name in blueprint.__slots__} | {
        "switches": blueprint.switches[::-1], "spans": blueprint.spans[::-1]})
    assert routes(turned) == routes(blueprint)


def test_of_ways_of_equal_length_the_one_with_fewest_spans_is_taken() -> None:
    """Where every pair has a span of its own, nobody goes round, though going round costs no length."""
    edges = [(a, b, 0) for a, b in itertools.combinations(range(6), 2)]
    blueprint = blueprint_of(6, edges)
    way = routes(blueprint)
    for a, b in itertools.permutations(range(6), 2):
        assert len(walk(blueprint, switch_name(a), switch_name(b), way)) == 1


def test_of_equal_ways_both_directions_take_the_same() -> None:
    """Across a ring of four the way back is the way there, however the ports are numbered."""
    for edges in itertools.permutations([(0, 1, 5), (1, 2, 5), (2, 3, 5), (3, 0, 5)]):
        blueprint = blueprint_of(4, edges)
        way = routes(blueprint)
        for a, b in ((0, 2), (1, 3)):
            there = walk(blueprint, switch_name(a), switch_name(b), way)
            assert there == walk(blueprint, switch_name(b), switch_name(a), way)[::-1]


def test_flow_paths_name_every_span_and_its_direction() -> None:
    """From host to host: the access span, the spans between switches, the access span of the sink."""
    blueprint = blueprint_of(3, RING, hosts=[0, 1])
    assert flow_paths(blueprint)["host-0-host-1"] == (
        Hop("line-0", True), Hop("span-0", True), Hop("line-1", False))
    assert flow_paths(blueprint, frozenset({"span-0"}))["host-0-host-1"] == (
        Hop("line-0", True), Hop("span-2", False), Hop("span-1", False), Hop("line-1", False))


def test_a_flow_without_a_way_has_an_empty_path() -> None:
    """Cut on both sides, or at the host's own span, a flow crosses nothing."""
    blueprint = blueprint_of(3, RING, hosts=[0, 1])
    assert flow_paths(blueprint, frozenset({"span-0", "span-1"}))["host-0-host-1"] == ()
    assert flow_paths(blueprint, frozenset({"line-1"}))["host-0-host-1"] == ()


def test_hosts_of_one_switch_meet_there() -> None:
    """No span between switches is crossed."""
    blueprint = blueprint_of(1, [], hosts=[0, 0])
    assert flow_paths(blueprint)["host-0-host-1"] == (Hop("line-0", True), Hop("line-1", False))


def test_packets_follow_static_routes() -> None:
    """The other way round the ring; nowhere, where two point at each other or the span of one is cut."""
    blueprint = blueprint_of(3, RING, hosts=range(3))
    first, last = blueprint.hosts[0], blueprint.hosts[2]
    (whole,) = host_paths(blueprint, [(first.name, last.name)]).values()
    assert [hop.span for hop in whole[1:-1]] == [span_name(2)]
    longer = with_route(with_route(blueprint, 0, last, span_name(0)), 1, last, span_name(1))
    (way,) = host_paths(longer, [(first.name, last.name)]).values()
    assert [hop.span for hop in way[1:-1]] == [span_name(0), span_name(1)] and way[-1] == whole[-1]
    assert host_paths(longer, [(last.name, first.name)]) == host_paths(blueprint, [(last.name, first.name)])
    assert [*host_paths(longer, [(first.name, last.name)], frozenset({span_name(1)})).values()] == [()]
    looped = with_route(with_route(blueprint, 0, last, span_name(0)), 1, last, span_name(0))
    assert [*host_paths(looped, [(first.name, last.name)]).values()] == [()]
    away = with_route(blueprint, 2, last, span_name(2))
    assert [*host_paths(away, [(first.name, last.name)]).values()] == [()]


def with_route(blueprint: Blueprint, number: int, to: Host, span: str) -> Blueprint:
    """A static route of one switch."""
    at = blueprint.switches[number]
    port = next(port.number for port in at.ports if port.span == span)
    rule = Rule(3, 400, Match(destination=f"{to.address}/32"), output=port, hairpin=True)
    changed = replace(at, rules=(*at.rules, rule))
    return replace(blueprint, switches=(*blueprint.switches[:number], changed, *blueprint.switches[number + 1:]))
