"""Checks of the topology: names, spans, rings, chains of uplinks, and that everything reaches everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from twin.model import Network, Ring
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, quoted
from twin.model.yaml.references import UPLINKED, uplink_span

Found = Iterator[tuple[Path, str, str]]
"""What a check finds: path, reason, remedy."""

NODES = ("switches", "dslams", "relays", "head-ends")
JOINED = (*NODES, "spans")
"""Sections without which nothing can be said about what reaches what."""
LEAST_RING = 3


def names(draft: ParsedNetwork) -> Found:
    """Nodes and line groups share one space of names, and so do spans and the uplinks' spans."""
    taken: dict[str, str] = {}
    for section in (*NODES, "lines"):
        for name in draft.names.get(section, ()):
            if name in taken:
                yield ((section, name), f"section {quoted(taken[name])} has an entry of this name too",
                       "rename one of them")
            taken.setdefault(name, section)
    uplinks = {uplink_span(node) for section in UPLINKED for node in draft.names.get(section, ())}
    for name in draft.names.get("spans", ()):
        if name in uplinks:
            yield ("spans", name), "an uplink makes a span of this name", "rename this one"
    yield from _line_names(draft, (*taken, *uplinks, *draft.names.get("spans", ())))


def _line_names(draft: ParsedNetwork, others: tuple[str, ...]) -> Found:
    """Emulated lines are called <group>-1, <group>-2 and so on; nothing else may be."""
    emulated: dict[str, int] = {group.name: group.emulated for group in draft.network.lines}
    for other in sorted(set(others)):
        match = re.fullmatch("(.+)-([1-9][0-9]{0,8})", other)
        if match and int(match[2]) <= emulated.get(match[1], 0):
            yield (("lines", match[1]), f"its line number {match[2]} would be called {quoted(other)}, as a node, a "
                   "span or a line group is", "rename one of them")


def spans(draft: ParsedNetwork) -> Found:
    """An uplink does not lead to its own node. (Equal ends of a span are noted as a repeated name.)"""
    for section, node, to in _uplinks(draft.network):
        if node == to:
            yield (section, node, "uplink", "to"), "leads to the node itself", "name the node at the other end"


def rings(draft: ParsedNetwork) -> Found:
    """The spans of a ring meet one after the other, and the last meets the first."""
    ends = _ends(draft.network)
    for ring in draft.network.rings:
        if all(name in ends for name in ring.spans) and len(set(ring.spans)) == len(ring.spans):
            yield from _ring(ring, ends)


def _ring(ring: Ring, ends: Mapping[str, tuple[str, str]]) -> Found:
    path: Path = ("rings", ring.name, "spans")
    if len(ring.spans) < LEAST_RING:
        yield path, f"has {len(ring.spans)} spans", f"a ring has at least {LEAST_RING}"
        return
    first, second = ends[ring.spans[0]], ends[ring.spans[1]]
    start, here = first if first[1] in second else first[::-1]
    for index, name in enumerate(ring.spans[1:], 1):
        if here not in ends[name]:
            yield ((*path, index), f"span {quoted(name)} ({' - '.join(ends[name])}) does not begin where span "
                   f"{quoted(ring.spans[index - 1])} ends, at {quoted(here)}",
                   "write the spans in order round the ring")
            return
        a, b = ends[name]
        here = b if here == a else a
    if here != start:
        yield (path, f"is open: it begins at {quoted(start)} and ends at {quoted(here)}",
               f"add a span between {quoted(here)} and {quoted(start)}")


def circles(draft: ParsedNetwork) -> Found:
    """Following uplinks from node to node comes to an end."""
    to = {node: (section, there) for section, node, there in _uplinks(draft.network) if node != there}
    settled: set[str] = set()
    for start in sorted(to):
        trail: list[str] = []
        node = start
        while node in to and node not in settled:
            settled.add(node)
            trail.append(node)
            node = to[node][1]
        if node in trail:
            circle = trail[trail.index(node):]
            yield ((to[node][0], node, "uplink", "to"), f"uplinks form a loop: {' - '.join([*circle, node])}",
                   "let one of them lead towards a switch")


def separated(draft: ParsedNetwork) -> Found:
    """Every node reaches every other; each part that stands apart is named with its line groups."""
    network = draft.network
    if draft.doubtful.intersection(JOINED) or len(_ends(network)) < len(network.spans) + len([*_uplinks(network)]):
        return
    parts = _parts(network)
    heart = max(parts, key=lambda part: (len(part), sorted(part)), default=frozenset())
    section = {name: each for each in NODES for name in draft.names.get(each, ())}
    for part in sorted(parts, key=sorted):
        if part != heart:
            first, *others = sorted(part)
            groups = [group.name for group in network.lines if group.at in part]
            beside = f", nor can {listed(others, 'or')}" if others else ""
            cut_off = f" (with it, lines {listed(groups, 'and')})" if groups else ""
            yield ((section[first], first), f"cannot reach {quoted(min(heart))}{beside}{cut_off}",
                   "join it to the rest by a span or an uplink")


def _parts(network: Network) -> set[frozenset[str]]:
    """The sets of nodes that reach each other."""
    part = {name: {name} for name in _nodes(network)}
    for a, b in sorted(_ends(network).values()):
        if part[a] is not part[b]:
            small, large = sorted((part[a], part[b]), key=len)
            large |= small
            part.update(dict.fromkeys(small, large))
    return {frozenset(each) for each in {id(each): each for each in part.values()}.values()}


def _ends(network: Network) -> dict[str, tuple[str, str]]:
    """The two ends of each span whose ends exist, uplinks included."""
    known = set(_nodes(network))
    ends: dict[str, tuple[str, str]] = {uplink_span(node): (node, to) for _, node, to in _uplinks(network)}
    ends |= {span.name: span.ends for span in network.spans}
    return {name: pair for name, pair in ends.items() if known.issuperset(pair)}


def _nodes(network: Network) -> Iterator[str]:
    for switch in network.switches:
        yield switch.name
    for _, node, _ in _uplinks(network):
        yield node


def _uplinks(network: Network) -> Iterator[tuple[str, str, str]]:
    """Section, node and the node above it."""
    for dslam in network.dslams:
        yield "dslams", dslam.name, dslam.uplink.to
    for relay in network.relays:
        yield "relays", relay.name, relay.uplink.to
    for head_end in network.head_ends:
        yield "head-ends", head_end.name, head_end.uplink.to
