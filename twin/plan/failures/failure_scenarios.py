"""Failure scenarios: every single failure, pairs of them, and the lines that each isolates; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from twin.core.errors import UsageError
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.degradation import description
from twin.plan.forwarding.fast_failover import trunks
from twin.plan.forwarding.loop_check import NO_FAILURE, FailedElements, failed_spans, single_failures
from twin.plan.forwarding.paths import flow_paths


@dataclass(frozen=True, slots=True)
class Failure:
    """The failure of a span or node. node: whether it is one. protected: whether there is a redundant path."""

    name: str
    node: bool
    protected: bool

    @property
    def failed(self) -> FailedElements:
        """The broken element."""
        element = frozenset({self.name})
        return FailedElements(nodes=element) if self.node else FailedElements(spans=element)

    @property
    def key(self) -> str:
        """A name for its folder, apart from that of a span or node of the same name."""
        return f"{'node' if self.node else 'span'}-{self.name}"

    def __str__(self) -> str:
        return f"{'node' if self.node else 'span'} {self.name}"


@dataclass(frozen=True, slots=True)
class DoubleFailure:
    """Two cuts, the second while the first lasts."""

    first: Failure
    second: Failure

    protected: ClassVar[bool] = False
    node: ClassVar[bool] = False

    @property
    def failed(self) -> FailedElements:
        """What is broken once both have happened."""
        first, second = self.first.failed, self.second.failed
        return FailedElements(first.spans | second.spans, first.nodes | second.nodes)

    @property
    def name(self) -> str:
        """Both, a node as such."""
        return " and ".join(f"node {cut.name}" if cut.node else cut.name for cut in (self.first, self.second))

    @property
    def key(self) -> str:
        """A name for its folder."""
        return f"{self.first.key}+{self.second.key}"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Degradation:
    """A span or line that falls to a lower rate, or loses packets: nothing is cut. number: among the description's."""

    fault: FaultPlan
    number: int

    protected: ClassVar[bool] = False
    node: ClassVar[bool] = False
    failed: ClassVar[FailedElements] = NO_FAILURE

    @property
    def name(self) -> str:
        """Which, and to what."""
        return description(self.fault)

    @property
    def key(self) -> str:
        """A name for its folder."""
        return f"fall-{self.number}-{self.fault.name}"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class IsolatedLines:
    """Who has no way any more: lines to any head-end that they use, or to some. flows: those without a way."""

    lines: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()


def all_failures(blueprint: Blueprint) -> tuple[Failure, ...]:
    """Every span but the subscribers' lines, and every node; first those that the network can heal."""
    guarded = single_failures(blueprint)
    spans = {span for broken in guarded for span in broken.spans}
    nodes = {node for broken in guarded for node in broken.nodes}
    lines = {host.span for host in blueprint.hosts if host.line_group is not None}
    failures = [Failure(span.name, False, span.name in spans) for span in blueprint.spans if span.name not in lines]
    failures += [Failure(switch.name, True, switch.name in nodes) for switch in blueprint.switches]
    return tuple(sorted(failures, key=lambda cut: (not cut.protected, cut.node, cut.name)))


def double_failures(blueprint: Blueprint, *, nodes: bool) -> Iterator[DoubleFailure]:
    """Two things at once of those that the network heals alone: spans between switches, and nodes too if wanted."""
    known = set(trunks(blueprint))
    guarded = [cut for cut in all_failures(blueprint) if cut.protected
               and (nodes or (cut.name in known and not cut.node))]
    yield from (DoubleFailure(first, second) for first, second in combinations(guarded, 2))


def degradations(blueprint: Blueprint) -> tuple[Degradation, ...]:
    """What the description's own faults degrade, each for itself."""
    faults = (fault for fault in blueprint.faults if fault.kind is FaultKind.DEGRADE)
    return tuple(Degradation(fault, number) for number, fault in enumerate(faults, 1))


def double_failure_named(blueprint: Blueprint, names: tuple[str, str]) -> DoubleFailure:
    """The cuts of these names, in this order: a span's or a node's, or "node-x" for a node called as a span is.

    Raises UsageError, which says what can be cut, for names that are none, and for one thing twice.
    """
    known = all_failures(blueprint)
    matches = [next((cut for cut in known if name in (cut.name, cut.key)), None) for name in names]
    first, second = matches
    if first is None or second is None:
        unknown = names[matches.index(None)]
        raise UsageError(f'there is no span or node "{unknown}" to cut; known: '
                          + ", ".join(cut.name for cut in known))
    if first == second:
        raise UsageError(f"{first} cannot be cut twice; name two different spans or nodes")
    return DoubleFailure(first, second)


def isolated_lines(blueprint: Blueprint, broken: FailedElements) -> IsolatedLines:
    """Who is cut off while something is broken."""
    paths = flow_paths(blueprint, failed_spans(blueprint, broken))
    lost: dict[str, list[bool]] = {}
    for flow in blueprint.flows:
        lost.setdefault(flow.line, []).append(not paths[flow.name])
    return IsolatedLines(
        tuple(sorted(line for line, flags in lost.items() if all(flags))),
        tuple(sorted(line for line, flags in lost.items() if any(flags) and not all(flags))),
        tuple(sorted(name for name, path in paths.items() if not path)),
    )
