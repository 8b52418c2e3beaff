"""Fast failover: the detours around each span, which its ends use at once when it fails.

A packet on a detour carries the number of the failed span (in its destination MAC address, which has no meaning between
switches). Every switch on the detour has a rule for that number: the shortest path that avoids the node beyond the span
or, where that node is the destination or cannot be avoided, the span alone. A packet on a detour is never rerouted
again: if its port is down it is dropped. So no packet loops or is duplicated; `twin.plan.forwarding.loop_check` proves
that on the installed rules.

Spans without which the network is not connected (bridges, in graph theory) have no detour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from twin.core.progress import counted
from twin.plan.blueprint import Blueprint, FastFailoverGroup
from twin.plan.forwarding.paths import Graph, graph_of, port_peers, routes, towards

MOST_RULES = 1_000_000
"""Forwarding rules that one lab holds."""
Step = tuple[str, int]
"""A switch and the port by which a packet leaves it."""


@dataclass(frozen=True, slots=True)
class Detours:
    """groups: by switch and destination, the fast-failover group of that rule. steps: by switch, then by number and
    destination, the port for packets on a detour."""

    groups: dict[tuple[str, str], FastFailoverGroup] = field(default_factory=dict)
    steps: dict[str, dict[tuple[int, str], int]] = field(default_factory=dict)


class TooManyRules(Exception):
    """A network whose switches would need more rules than a lab holds: how many, and of what; what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def trunks(blueprint: Blueprint) -> tuple[str, ...]:
    """The spans between switches, sorted."""
    nodes = {switch.name for switch in blueprint.switches}
    return tuple(sorted({port.span for switch in blueprint.switches for port in switch.ports if port.peer in nodes}))


def detour_numbers(blueprint: Blueprint) -> dict[str, int]:
    """The number of each span between switches, from 1."""
    return {span: number for number, span in enumerate(trunks(blueprint), 1)}


def detours(blueprint: Blueprint, failed: frozenset[str], destinations: Iterable[str], most: int = MOST_RULES
            ) -> Detours:
    """All detours while the `failed` spans are known to have failed.

    A failed span keeps the detour that it had when it failed: packets may still be on it. Raises TooManyRules where
    they would need more rules than `most`.
    """
    count = 0
    result = Detours({}, {switch.name: {} for switch in blueprint.switches})
    wanted = sorted(set(destinations))
    intact = _Paths(blueprint, failed, wanted)
    lacking = {(switch.name, span) for switch in blueprint.switches for span in switch.unprotected}
    for span in counted("plan detours", trunks(blueprint)):
        paths = _Paths(blueprint, failed - {span}, wanted) if span in failed else intact
        for here, destination, steps in paths.around(span):
            number = paths.numbers[span]
            if span not in failed:
                primary = paths.way[here][destination]
                backup = None if (here, span) in lacking else steps[0][1]
                result.groups[here, destination] = FastFailoverGroup(number, primary, backup)
            for switch, port in paths.needed(steps[1:], destination):
                result.steps[switch][number, destination] = port
                count += 1
            if count > most:
                raise TooManyRules(
                    f"the detours round {number} of its {len(paths.numbers)} spans between switches need more than "
                    f"{most} forwarding rules already, which is what a lab holds",
                    "divide the network, or do without detours by `protection: {healing: controller}`")
    return result


def bridges(graph: Graph) -> frozenset[str]:
    """The spans without which the network is not connected (Tarjan 1974: lowest number in a depth-first search)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    cut_edges: set[str] = set()
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
                        cut_edges.add(by)
    return frozenset(cut_edges)


class _Paths:
    """The shortest paths without some spans, and the detours around each of the others."""

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

    def around(self, span: str) -> Iterator[tuple[str, str, list[Step]]]:
        """For each end of the span and each destination that it reaches over it: the steps of the detour."""
        if span in self._bridges:
            return
        for here, port in sorted(self._ends[span]):
            beyond = [name for name, out in self.way[here].items() if out == port]
            if beyond:
                tree = towards(self._graph, here, self._peers[here, port][1], span)
                wider = tree if tree.keys() >= {*beyond} else towards(self._graph, here, None, span)
                for destination in filter(wider.__contains__, beyond):
                    yield here, destination, self._steps(here, destination, tree if destination in tree else wider)

    def needed(self, steps: list[Step], destination: str) -> list[Step]:
        """The steps without the last ones where there is no other path than the shortest, for all packets."""
        kept = list(steps)
        while kept and self.way[kept[-1][0]].get(destination) == kept[-1][1] \
                and self._peers[kept[-1]][0] in self._bridges:
            kept.pop()
        return kept

    def _steps(self, start: str, end: str, tree: Mapping[str, int]) -> list[Step]:
        """The path from `start` to `end`; tree: the port by which each switch sends towards `start`."""
        back = []
        at = end
        while at != start:
            span, peer = self._peers[at, tree[at]]
            back.append(next(step for step in self._ends[span] if step[0] == peer))
            at = peer
        return back[::-1]
