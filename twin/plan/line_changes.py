"""Lines that are sold or used otherwise than the rest of their group, as on a live twin; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from twin.core.errors import UsageError
from twin.core.near_names import near_names
from twin.model import LineGroup, Name, Network
from twin.plan.blueprint import Blueprint, Flow, SpanPlan
from twin.plan.emulated_lines import emulated_lines
from twin.plan.qos.three_colour_markers import coloured_queues


@dataclass(frozen=True, slots=True)
class LineChange:
    """profile: in place of that of the line's group, "" for the same. workloads: what it runs beside the group's."""

    profile: Name = Name("")
    workloads: tuple[Name, ...] = ()


LineChanges = Mapping[str, LineChange]
"""By the name of the line; lines without a change are not in it."""


def lines_meant(network: Network, name: str) -> tuple[str, ...]:
    """The emulated lines that the name of a line or line group means. Raises UsageError where it means none."""
    lines = {line: (line,) for line, _ in emulated_lines(network)}
    known = {str(group.name): group.names for group in network.lines} | lines
    if name not in known:
        raise UsageError(f'there is no line or line group "{name}"; '
                         + near_names(name, known, f"line groups: {_groups(network)}"))
    return tuple(known[name])


def sold_as(network: Network, changes: LineChanges, line: str, profile: str) -> LineChange:
    """The change of a line that is sold as another profile from now on. Raises UsageError where it cannot be."""
    group = _group(network, line)
    profiles = {str(known.name): known for known in network.profiles}
    if profile not in profiles:
        raise UsageError(f'there is no profile "{profile}"; known: {", ".join(sorted(profiles))}')
    before, after = profiles[group.profile].technology, profiles[profile].technology
    if after is not before:
        raise UsageError(f'line "{line}" is {before.value}, and profile "{profile}" is {after.value}; '
                         "the technology of a line stays")
    return replace(changes.get(line, LineChange()), profile=Name("" if profile == group.profile else profile))


def also_running(network: Network, changes: LineChanges, line: str, workload: str) -> LineChange:
    """The change of a line on which a workload of the description can run. Raises UsageError for an unknown workload.
    """
    if workload not in {known.name for known in network.workloads}:
        raise UsageError(f'there is no workload "{workload}"; known: '
                         + ", ".join(sorted(known.name for known in network.workloads)))
    change = changes.get(line, LineChange())
    runs = workload in (*_group(network, line).runs, *change.workloads)
    return change if runs else replace(change, workloads=(*change.workloads, Name(workload)))


def with_line_changes(network: Network, changes: LineChanges) -> Network:
    """The network in which each of these lines is a line group of its own, or its whole group has changed alike.

    Targets of a group are also those of its former lines. Raises UsageError for a line that is not there.
    """
    real = {line: change for line, change in changes.items() if change != LineChange()}
    for line in real:
        _group(network, line)
    parts = {str(group.name): [*_parts(group, real)] for group in network.lines}
    names = {group: [part.name for part in own] for group, own in parts.items()}
    targets = tuple(replace(target, lines=tuple(name for group in target.lines for name in names[group]))
                    for target in network.targets)
    groups = sorted((part for own in parts.values() for part in own), key=lambda group: group.name)
    return replace(network, lines=tuple(groups), targets=targets)


def _parts(group: LineGroup, changes: LineChanges) -> Iterator[LineGroup]:
    """A group without the lines that have changed, and each of those."""
    own = [changes[line] for line in group.names if line in changes]
    if not own:
        yield group
    elif len(own) == group.emulated and len({*own}) == 1:
        yield _changed(group, own[0])
    else:
        rest = tuple(Name(line) for line in group.names if line not in changes)
        yield replace(group, members=rest, emulated=len(rest), subscribers=group.subscribers - len(own))
        for line in group.names:
            if line in changes:
                alone = replace(group, name=Name(line), members=(Name(line),), emulated=1, subscribers=1)
                yield _changed(alone, changes[line])


def _changed(group: LineGroup, change: LineChange) -> LineGroup:
    return replace(group, profile=change.profile or group.profile, also_runs=change.workloads)


def changed_spans(before: Blueprint, after: Blueprint) -> tuple[SpanPlan, ...] | None:
    """The lines that are another span in the blueprint `after`, where a standing network can be changed into it by
    those alone; None where more differs: rules, admission limits, drop precedence, impulse noise."""
    if _beside_lines(before) != _beside_lines(after):
        return None
    lines = {host.span for host in before.hosts if host.line_group is not None}
    if [*coloured_queues(before)] != [*coloured_queues(after)]:
        return None
    pairs = [(old, new) for old, new in zip(before.spans, after.spans, strict=True) if old != new]
    return tuple(new for _, new in pairs) if all(new.name in lines and _alike(old, new) for old, new in pairs) else None


def changed_flows(before: Blueprint, after: Blueprint) -> frozenset[str]:
    """The names of the flows of `before` that are others in `after`, or are not there."""
    planned = {flow.name: flow for flow in map(_without_group, after.flows)}
    return frozenset(flow.name for flow in map(_without_group, before.flows) if flow != planned.get(flow.name))


def _without_group(flow: Flow) -> Flow:
    return replace(flow, line_group="")


def _beside_lines(blueprint: Blueprint) -> Blueprint:
    """A blueprint without spans, flows, and the names of line groups."""
    hosts = tuple(replace(host, line_group=None) for host in blueprint.hosts)
    return replace(blueprint, spans=(), flows=(), hosts=hosts)


def _alike(old: SpanPlan, new: SpanPlan) -> bool:
    """Whether two plans of a line are built of the same interfaces and qdiscs, and neither has noise of its own
    program."""
    if bool(old.reverse.queue) != bool(new.reverse.queue):
        return False
    noise = [way.impulse_noise for span in (old, new) for way in (span.forward, span.reverse)]
    return noise == [None] * 4 and [(end.node, end.device, end.medium_device) for end in (old.a, old.b)] == [
        (end.node, end.device, end.medium_device) for end in (new.a, new.b)]


def _group(network: Network, line: str) -> LineGroup:
    for name, group in emulated_lines(network):
        if name == line:
            return group
    raise UsageError(f'there is no line "{line}"; line groups: {_groups(network)}')


def _groups(network: Network) -> str:
    return ", ".join(sorted(group.name for group in network.lines))
