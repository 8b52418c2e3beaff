"""The part of a graph that can be described: each node once, connected, every link with a rate. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from twin.core.units import Rate, show_rate
from twin.territory.interchange.topology_graph import GraphLink, GraphNode, Reading, TopologyGraph, refused, some


def main_part(reading: Reading, file: str, rate: Rate | None) -> Reading:
    """The largest connected part of a graph; the notes say what the others were. rate: of links that say none, bit/s.

    Raises TopologyError where a rate is missing and none is given, or where nothing is left.
    """
    graph = reading.graph
    nodes = {node.id: node for node in reversed(graph.nodes) if node.id}
    links = [link for link in graph.links if {link.a, link.b} <= nodes.keys()]
    parts = sorted(_parts(nodes, links), key=lambda part: (-len(part), min(part)))
    if not parts:
        raise refused(file, "has no node", "export it once more")
    kept = tuple(node for node in graph.nodes if node.id in parts[0] and node is nodes[node.id])
    inner = tuple(link for link in links if link.a in parts[0])
    unrated = [link for link in inner if link.capacity is None]
    if unrated and rate is None:
        raise refused(file, f"does not say the rate of {len(unrated)} of {len(inner)} links: {_names(unrated, nodes)}",
                      'say which: --rate "1 Gbit/s"')
    ids = Counter(node.id for node in graph.nodes)
    apart = [nodes[node].title or node for part in parts[1:] for node in sorted(part)]
    notes = [*some("lost: nodes whose id repeats or is missing", [node for node, count in ids.items() if count > 1]),
             *some("lost: nodes that the largest part cannot reach", apart),
             *([f"guessed: the rate of {len(unrated)} of {len(inner)} links, {show_rate(rate)}"]
               if unrated and rate else [])]
    return Reading(TopologyGraph(graph.name, kept, tuple(_rated(link, rate) for link in inner)),
                   (*reading.notes, *notes))


def _rated(link: GraphLink, rate: Rate | None) -> GraphLink:
    return link if link.capacity is not None else replace(link, capacity=rate)


def _names(links: list[GraphLink], nodes: Mapping[str, GraphNode]) -> str:
    few = [" - ".join(nodes[end].title or end for end in (link.a, link.b)) for link in links[:3]]
    return ", ".join(few) + (" ..." if len(links) > len(few) else "")


def _parts(nodes: Mapping[str, GraphNode], links: list[GraphLink]) -> list[set[str]]:
    """The sets of nodes that reach each other."""
    part = {node: {node} for node in nodes}
    for link in links:
        small, large = sorted((part[link.a], part[link.b]), key=len)
        if small is not large:
            large |= small
            part.update(dict.fromkeys(small, large))
    return [*{id(each): each for each in part.values()}.values()]
