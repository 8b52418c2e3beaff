"""What can be cut in a network, one thing at a time or two, and who is then cut off, whatever anybody does; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from twin.plan.blueprint import Blueprint
from twin.plan.detours import trunks
from twin.plan.fates import Breakage, dead_spans, single_failures
from twin.plan.paths import flow_paths


@dataclass(frozen=True, slots=True)
class Cut:
    """Something to cut. guarded: whether there is another way round it, so that a ring or mesh heals it."""

    name: str
    node: bool
    guarded: bool

    @property
    def broken(self) -> Breakage:
        """The same as what is broken."""
        one = frozenset({self.name})
        return Breakage(nodes=one) if self.node else Breakage(spans=one)

    @property
    def key(self) -> str:
        """A name for its folder, apart from that of a span or node of the same name."""
        return f"{'node' if self.node else 'span'}-{self.name}"


@dataclass(frozen=True, slots=True)
class Isolation:
    """Who has no way any more: lines to any head-end that they use, or to some. flows: those without a way."""

    lines: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()


def cuts(blueprint: Blueprint) -> tuple[Cut, ...]:
    """Every span but the subscribers' lines, and every node; first those that the network can heal."""
    guarded = single_failures(blueprint)
    spans = {span for broken in guarded for span in broken.spans}
    nodes = {node for broken in guarded for node in broken.nodes}
    lines = {host.span for host in blueprint.hosts if host.line_group is not None}
    found = [Cut(span.name, False, span.name in spans) for span in blueprint.spans if span.name not in lines]
    found += [Cut(switch.name, True, switch.name in nodes) for switch in blueprint.switches]
    return tuple(sorted(found, key=lambda cut: (not cut.guarded, cut.node, cut.name)))


def pairs(blueprint: Blueprint, *, nodes: bool) -> Iterator[Breakage]:
    """Two things at once of those that the network heals alone: spans between switches, and nodes too if wanted."""
    known = set(trunks(blueprint))
    guarded = [cut for cut in cuts(blueprint) if cut.guarded and (nodes or (cut.name in known and not cut.node))]
    for one, other in combinations(guarded, 2):
        yield Breakage(one.broken.spans | other.broken.spans, one.broken.nodes | other.broken.nodes)


def isolation(blueprint: Blueprint, broken: Breakage) -> Isolation:
    """Who is cut off while something is broken."""
    paths = flow_paths(blueprint, dead_spans(blueprint, broken))
    lost: dict[str, list[bool]] = {}
    for flow in blueprint.flows:
        lost.setdefault(flow.line, []).append(not paths[flow.name])
    return Isolation(
        tuple(sorted(line for line, flags in lost.items() if all(flags))),
        tuple(sorted(line for line, flags in lost.items() if any(flags) and not all(flags))),
        tuple(sorted(name for name, path in paths.items() if not path)),
    )
