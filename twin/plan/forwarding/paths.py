"""Paths: shortest paths between switches, the spans that each flow crosses, and the parts of a network.

The metric is the length, then the number of spans, then a hash of the spans' names. It is a sum over the spans of a
path, so that both directions use the same spans, and forwarding by destination, as switches do, follows shortest paths
without loops.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from twin.plan.blueprint import Blueprint, Switch
from twin.plan.forwarding.static_paths import Step, static_path, static_routes

Routes = Mapping[str, Mapping[str, int]]
"""Port number by switch and destination switch; unreachable destinations are left out."""


class Hop(NamedTuple):
    """A span crossed; forward: from its end `a` to its end `b`."""

    span: str
    forward: bool


class Arc(NamedTuple):
    """Seen from one switch: the neighbour, the neighbour's port that leads back here, the span and its weight."""

    neighbour: str
    port_back: int
    span: str
    weight: int


Graph = Mapping[str, list[Arc]]
"""The arcs of each switch."""


def routes(
    blueprint: Blueprint, failed: frozenset[str] = frozenset(), destinations: Iterable[str] | None = None
) -> dict[str, dict[str, int]]:
    """The port by which each switch sends to each other switch, without the failed spans.

    destinations: only these switches as destinations; all, if left out. Dijkstra's algorithm, once a destination.
    """
    graph = graph_of(blueprint, failed)
    ports: dict[str, dict[str, int]] = {switch.name: {} for switch in blueprint.switches}
    for destination in ports if destinations is None else sorted(set(destinations)):
        for switch, port in towards(graph, destination).items():
            ports[switch][destination] = port
    return ports


def flow_paths(blueprint: Blueprint, failed: frozenset[str] = frozenset()) -> dict[str, tuple[Hop, ...]]:
    """The spans that each flow crosses, host to host, by the flow's name; empty where there is no path."""
    paths = host_paths(blueprint, [(flow.source, flow.sink) for flow in blueprint.flows], failed)
    return {flow.name: paths[flow.source, flow.sink] for flow in blueprint.flows}


def host_paths(blueprint: Blueprint, pairs: Sequence[tuple[str, str]], failed: frozenset[str] = frozenset()
               ) -> dict[tuple[str, str], tuple[Hop, ...]]:
    """The spans from one host to another, for each pair of them, without the failed spans; empty where there is no
    path."""
    hosts = {host.name: host for host in blueprint.hosts}
    first_ends = {span.name: span.a.node for span in blueprint.spans}
    rest = paths_to_hosts(blueprint, [(hosts[source].switch, sink) for source, sink in pairs], failed)
    paths = {}
    for pair in dict.fromkeys(pairs):
        source, way = hosts[pair[0]], rest[hosts[pair[0]].switch, pair[1]]
        whole = way and source.span not in failed
        paths[pair] = (Hop(source.span, first_ends[source.span] == source.name), *way) if whole else ()
    return paths


def paths_to_hosts(blueprint: Blueprint, pairs: Sequence[tuple[str, str]], failed: frozenset[str] = frozenset()
                   ) -> dict[tuple[str, str], tuple[Hop, ...]]:
    """The spans from a switch to a host, for each pair of them, likewise; by static routes where switches have some."""
    hosts = {host.name: host for host in blueprint.hosts}
    first_ends = {span.name: span.a.node for span in blueprint.spans}
    ports = port_peers(blueprint.switches)
    way = routes(blueprint, failed, (hosts[sink].switch for _, sink in pairs))
    static = static_routes(blueprint)
    between: dict[tuple[str, str], tuple[Hop, ...] | None] = {}
    paths = {}
    for switch, name in dict.fromkeys(pairs):
        sink = hosts[name]
        ends = (switch, name) if name in static else (switch, sink.switch)
        if ends not in between:
            steps = static_path(switch, sink, static[name], way, ports, failed) if name in static else \
                _between((switch, sink.switch), way, ports)
            between[ends] = None if steps is None else tuple(
                Hop(span, first_ends[span] == at) for at, port in steps for span in (ports[at, port][0],))
        middle = None if sink.span in failed else between[ends]
        last = Hop(sink.span, first_ends[sink.span] == sink.switch)
        paths[switch, name] = () if middle is None else (*middle, last)
    return paths


def parts(graph: Graph) -> list[set[str]]:
    """The parts of a network: each switch reaches those of its own part, and no others."""
    result: list[set[str]] = []
    for name in graph:
        if not any(name in part for part in result):
            part, waiting = {name}, [name]
            while waiting:
                beside = {arc.neighbour for arc in graph[waiting.pop()]} - part
                part |= beside
                waiting.extend(beside)
            result.append(part)
    return result


def graph_of(blueprint: Blueprint, failed: frozenset[str]) -> dict[str, list[Arc]]:
    """The switches and the spans between them, without the failed ones."""
    lengths = {span.name: span.length for span in blueprint.spans}
    graph: dict[str, list[Arc]] = {switch.name: [] for switch in blueprint.switches}
    for switch in blueprint.switches:
        for port in switch.ports:
            if port.peer in graph and port.span not in failed:
                weight = _weight(port.span, lengths[port.span])
                graph[port.peer].append(Arc(switch.name, port.number, port.span, weight))
    return graph


@cache
def _weight(span: str, length: int) -> int:
    """Length, then one span, then 64 bits of the name's hash; 24 bits between them keep long sums apart."""
    tie = int.from_bytes(hashlib.blake2b(span.encode(), digest_size=8).digest(), "big")
    return (length << 112) | (1 << 88) | tie


def towards(graph: Graph, destination: str, node: str | None = None, avoided: str | None = None) -> dict[str, int]:
    """The port of each switch towards the destination (Dijkstra's algorithm from there); without those that cannot
    reach it. node, avoided: a switch and a span that no path may use."""
    ports: dict[str, int] = {}
    waiting = [(0, destination, 0)]
    while waiting:
        distance, switch, port = heapq.heappop(waiting)
        if switch in ports:
            continue
        ports[switch] = port
        for neighbour, port_back, span, weight in graph[switch]:
            if neighbour not in ports and neighbour != node and span != avoided:
                heapq.heappush(waiting, (distance + weight, neighbour, port_back))
    del ports[destination]
    return ports


def port_peers(switches: Iterable[Switch]) -> dict[tuple[str, int], tuple[str, str]]:
    """The span and the peer behind each port, by (switch, port number)."""
    return {(switch.name, port.number): (port.span, port.peer) for switch in switches for port in switch.ports}


def _between(ends: tuple[str, str], way: Routes, ports: Mapping[tuple[str, int], tuple[str, str]]
             ) -> tuple[Step, ...] | None:
    """The steps from one switch to another, or None where there is no path."""
    at, destination = ends
    steps = []
    while at != destination:
        port = way[at].get(destination)
        if port is None:
            return None
        steps.append(Step(at, port))
        at = ports[at, port][1]
    return tuple(steps)
