"""What to upgrade, in which order, until every target holds at the take-up of the stage, whole and with each single
cut: always the link that breaks first, to the next rate of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from twin.core.units import Rate
from twin.model import Medium
from twin.plan.blueprint.layers import ETHERNET_WIRE, FRAME
from twin.plan.demand.shared_capacities import Resource
from twin.predict.theory.goodput import tcp_goodput
from twin.territory.sizing.break_even import Break
from twin.territory.sizing.network.links import Links
from twin.territory.sizing.network.rows import Row
from twin.territory.sizing.results import Upgrade

FIBRE = (100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000)
"""Ethernet (IEEE 802.3), bit/s."""
RADIO = (8_448_000, 34_368_000, 155_520_000)
"""Licensed radio at the rates of ITU-T G.702 (E2, E3) and G.707 (STM-1), bit/s each way; counted as if both ways shared
it, as they share a radio cell."""
ENOUGH = 1.0
"""Of the take-up of the stage."""

Breaks = Callable[[Row, Row], Sequence[Break]]
"""Where the targets on a row, as it is described, break once it has grown to another."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next rate of a link. capacity: bit/s of payload."""

    new: Rate
    medium: Medium
    capacity: float


def next_step(medium: Medium, capacity: float) -> Step | None:
    """The next rate of a link that carries so much payload; None beyond the last."""
    steps = [Step(Rate(rate), Medium.RADIO, tcp_goodput(rate, FRAME)) for rate in RADIO if medium is Medium.RADIO]
    steps += [Step(Rate(rate), Medium.FIBRE, tcp_goodput(rate, ETHERNET_WIRE)) for rate in FIBRE]
    return next((step for step in steps if step.capacity > capacity * 1.05), None)


def upgrades(rows: Sequence[Row], breaks_of: Breaks, links: Links, most: float) -> tuple[Upgrade, ...]:
    """The upgrades in order. most: the scale at which everybody has a line."""
    described = {(row.resource, row.cut): row for row in rows}
    now, broken = dict(described), {key: [*breaks_of(row, row)] for key, row in described.items()}
    rates = {row.resource[0]: links.of(row).rate for row in rows}
    media = {name: links.medium(name) for name in rates}
    steps: list[Upgrade] = []
    while (first := _first(broken)) is not None and first.scale < ENOUGH:
        name, old = first.row.resource[0], now[first.row.resource, first.row.cut]
        step = next_step(media[name], old.capacity)
        if step is None:
            break
        for key in [key for key in now if key[0][0] == name]:
            now[key] = _grown(now[key], step.capacity / old.capacity)
            broken[key] = [*breaks_of(described[key], now[key])]
        after = _first(broken)
        assert after is not None
        steps.append(Upgrade(link=name, kind=links.kind(name), old=rates[name], new=step.new, medium=step.medium,
                             before=first.scale, after=min(after.scale, most)))
        rates[name], media[name] = step.new, step.medium
    return tuple(steps)


def _first(broken: Mapping[tuple[Resource, str | None], Sequence[Break]]) -> Break | None:
    return min((each for those in broken.values() for each in those), key=lambda each: each.scale, default=None)


def _grown(row: Row, factor: float) -> Row:
    more = row.capacity * (factor - 1)
    return replace(row, capacity=row.capacity + more, call_budget=row.call_budget + row.call_growth * more)
