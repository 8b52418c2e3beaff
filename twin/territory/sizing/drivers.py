"""What costs depend on: lines, ports, radio kits, rates of spans, transit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from twin.model import Medium, Name, Network
from twin.plan.blueprint import Blueprint, SpanPlan
from twin.plan.interface_names import air_name, uplink_name
from twin.territory.sizing.population.draws import group_lines
from twin.territory.sizing.population.groups import Group
from twin.territory.sizing.results import Drivers, LineCount, LinkKind, LinkWeek, SpanRate, Upgrade
from twin.territory.sizing.week import HIGH


def drivers(network: Network, blueprint: Blueprint, counted: Sequence[Group], links: Sequence[LinkWeek],
            steps: Sequence[Upgrade], kind_of: Callable[[str], LinkKind], draws: int, seed: int) -> Drivers:
    """The drivers of a sized network."""
    lines = {group: group_lines(group, draws, seed) for group in counted}
    counts = tuple(LineCount(site=group.site, node=group.node, offer=group.offer, subscriber=group.subscriber,
                             profile=group.profile, population=group.population, mean=float(f"{group.lines:.6g}"),
                             high=float(np.percentile(own, HIGH)))
                   for group, own in lines.items())
    return Drivers(counts, _high(lines, {node.name for node in network.dslams}),
                   _high(lines, {node.name for node in network.relays}), _spans(blueprint, steps, kind_of),
                   tuple(steps), _transit(links))


def _high(lines: Mapping[Group, NDArray[np.int64]], nodes: set[Name]) -> dict[Name, int]:
    """The 95th percentile of the lines at each of some nodes."""
    at: dict[Name, NDArray[np.int64]] = {}
    for group, own in lines.items():
        if group.node in nodes:
            at[group.node] = at[group.node] + own if group.node in at else own
    return {node: ceil(np.percentile(own, HIGH)) for node, own in sorted(at.items())}


def _spans(blueprint: Blueprint, steps: Sequence[Upgrade], kind_of: Callable[[str], LinkKind]) -> tuple[SpanRate, ...]:
    """All spans but subscribers' lines."""
    last = {step.link: step for step in steps}
    lines = {host.span for host in blueprint.hosts if host.line_group is not None}
    return tuple(_span(span, last.get(air_name(span.cell) if span.cell else span.name), kind_of(span.name))
                 for span in blueprint.spans if span.name not in lines)


def _span(span: SpanPlan, step: Upgrade | None, kind: LinkKind) -> SpanRate:
    old = span.forward.rate
    return SpanRate(span.name, kind, step.medium if step else Medium(span.kind), span.length, old,
                    step.new if step else old)


def _transit(links: Sequence[LinkWeek]) -> dict[Name, float]:
    """The 95th percentile of the hours of what comes from each head-end."""
    return {Name(week.link.name.removesuffix(uplink_name(""))): float(np.percentile(week.load, HIGH)) for week in links
            if week.cut is None and week.link.kind is LinkKind.HEAD_END and week.link.towards != week.link.name}
