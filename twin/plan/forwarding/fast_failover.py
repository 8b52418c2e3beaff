"""The other way, before anybody has computed anew: where the switch beside a cut sends what would have crossed it.

A packet that is turned away carries the number of the span that it was turned away from (in its destination address
of layer 2, which means nothing between switches), and every switch on the detour knows the way for that number: the
shortest one without the node beyond the span or, where the node itself is the destination or all ways lead through
it, without the span alone. A packet on a detour is never turned again: where its port is dead it is dropped. So no
packet runs in a circle or twice; `twin.plan.forwarding.loop_check` proves it on the rules as they are written.

Spans whose failure takes the network apart (bridges, in graph theory) have no detour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from twin.plan.blueprint import Blueprint, FastFailoverGroup
from twin.plan.forwarding.paths import Graph, graph_of, port_peers, routes, towards

Step = tuple[str, int]
"""A switch and the port by which a packet leaves it."""


@dataclass(frozen=True, slots=True)
class Detours:
    """failovers: by switch and destination, the group that the destination's rule uses. steps: by switch, the port
    for packets that carry a number, by that number and destination."""

    groups: dict[tuple[str, str], FastFailoverGroup] = field(default_factory=dict)
    steps: dict[str, dict[tuple[int, str], int]] = field(default_factory=dict)


def trunks(blueprint: Blueprint) -> tuple[str, ...]:
    """The spans between switches, sorted."""
    nodes = {switch.name for switch in blueprint.switches}
    return tuple(sorted({port.span for switch in blueprint.switches for port in switch.ports if port.peer in nodes}))


def detour_numbers(blueprint: Blueprint) -> dict[str, int]:
    """The number of each span between switches, from 1."""
    return {span: number for number, span in enumerate(trunks(blueprint), 1)}


def detours(blueprint: Blueprint, failed: frozenset[str], destinations: Iterable[str]) -> Detours:
    """All detours while the `failed` spans are known to have failed.

    The steps of a failed span stay those of the moment before it failed: packets may still be under way.
    """
    found = Detours({}, {switch.name: {} for switch in blueprint.switches})
    wanted = sorted(set(destinations))
    whole = _Ways(blueprint, failed, wanted)
    for span in trunks(blueprint):
        ways = _Ways(blueprint, failed - {span}, wanted) if span in failed else whole
        for here, destination, steps in ways.round(span):
            number = ways.numbers[span]
            if span not in failed:
                found.groups[here, destination] = FastFailoverGroup(number, ways.way[here][destination], steps[0][1])
            for switch, port in ways.needed(steps[1:], destination):
                found.steps[switch][number, destination] = port
    return found


def bridges(graph: Graph) -> frozenset[str]:
    """The spans without which a part of the network is cut off (Tarjan 1974: lowest number reached in a depth-first
    search)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    found: set[str] = set()
    for root in sorted(graph):
        if root in order:
            continue
        order[root] = low[root] = len(order)
        trail = [(root, "", iter(graph[root]))]
        while trail:
            node, by, arcs = trail[-1]
            for arc in arcs:
                if arc.neighbour not in order:
                    order[arc.neighbour] = low[arc.neighbour] = len(order)
                    trail.append((arc.neighbour, arc.span, iter(graph[arc.neighbour])))
                    break
                if arc.span != by:
                    low[node] = min(low[node], order[arc.neighbour])
            else:
                trail.pop()
                if trail:
                    parent = trail[-1][0]
                    low[parent] = min(low[parent], low[node])
                    if low[node] > order[parent]:
                        found.add(by)
    return frozenset(found)


class _Ways:
    """The shortest ways without some spans, and the ways round each of the others."""

    def __init__(self, blueprint: Blueprint, failed: frozenset[str], destinations: list[str]) -> None:
        self.numbers = detour_numbers(blueprint)
        self.way = routes(blueprint, failed, destinations)
        self._graph = graph_of(blueprint, failed)
        self._bridges = bridges(self._graph)
        self._peers = port_peers(blueprint.switches)
        self._ends: dict[str, list[Step]] = {}
        for step, (span, peer) in self._peers.items():
            if peer in self._graph:
                self._ends.setdefault(span, []).append(step)

    def round(self, span: str) -> Iterator[tuple[str, str, list[Step]]]:
        """For each end of the span and each destination that it reaches over it: the steps of the way round."""
        if span in self._bridges:
            return
        for here, port in sorted(self._ends[span]):
            beyond = [name for name, out in self.way[here].items() if out == port]
            if beyond:
                far = self._peers[here, port][1]
                trees = [towards(_without(self._graph, node, span), here) for node in (far, None)]
                for destination in beyond:
                    tree = next((tree for tree in trees if destination in tree), None)
                    if tree is not None:
                        yield here, destination, self._steps(here, destination, tree)

    def needed(self, steps: list[Step], destination: str) -> list[Step]:
        """The steps without the last ones that every packet takes anyway, for want of another way."""
        kept = list(steps)
        while kept and self.way[kept[-1][0]].get(destination) == kept[-1][1] \
                and self._peers[kept[-1]][0] in self._bridges:
            kept.pop()
        return kept

    def _steps(self, start: str, end: str, tree: Mapping[str, int]) -> list[Step]:
        """The way from `start` to `end`; tree: the port by which each switch sends towards `start`."""
        back = []
        at = end
        while at != start:
            span, peer = self._peers[at, tree[at]]
            back.append(next(step for step in self._ends[span] if step[0] == peer))
            at = peer
        return back[::-1]


def _without(graph: Graph, node: str | None, span: str) -> Graph:
    return {name: [arc for arc in arcs if arc.neighbour != node and arc.span != span]
            for name, arcs in graph.items() if name != node}
