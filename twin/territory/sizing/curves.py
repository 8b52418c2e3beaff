"""The probability that each target holds against take-up: the same subscribers drawn at several scales of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twin.core.units import PPM
from twin.model import Name, Stage, Use
from twin.model.demand.week import WEEK
from twin.territory.sizing.network.limits import RowLimits
from twin.territory.sizing.network.loads import row_load
from twin.territory.sizing.population.draws import drawn
from twin.territory.sizing.population.groups import GroupUse
from twin.territory.sizing.population.hours import DIFFERENT
from twin.territory.sizing.results import Curve
from twin.territory.sizing.week import holds_of

SCALES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0, 20.0)
"""Of the take-up of the stage."""
DRAWS = 200
BUSY = 0.9
"""Of the activity of its busiest hour: from there on an hour counts as busy."""


def curves(members: Sequence[GroupUse], limits: Sequence[RowLimits], uses: Mapping[Name, Use], stage: Stage, seed: int
           ) -> tuple[Curve, ...]:
    """A curve for each target, nothing cut, in busy hours."""
    hours = busy_hours(members)
    shares: dict[Name, list[float]] = {}
    scales = [scale for scale in SCALES if scale * max(stage.households, stage.businesses) <= PPM]
    for scale in scales:
        for use, share in _holding([_scaled(member, scale) for member in members], limits, uses, hours, seed).items():
            shares.setdefault(use, []).append(share)
    take_up = tuple(float(f"{scale * stage.households / PPM:.4g}") for scale in scales)
    return tuple(Curve(use, take_up, tuple(held)) for use, held in shares.items())


def busy_hours(members: Sequence[GroupUse]) -> NDArray[np.int64]:
    """The hours of a weekday, a Saturday and a Sunday in which some use is at its busiest or nearly so."""
    varying = [member.activity for member in members if min(member.activity) < 1]
    most = np.max([(0.0,) * WEEK, *varying], axis=0)
    hours = DIFFERENT[most[DIFFERENT] >= BUSY]
    return hours if len(hours) else DIFFERENT[:1]


def _scaled(member: GroupUse, scale: float) -> GroupUse:
    return replace(member, group=replace(member.group, line=member.group.line * scale))


def _holding(members: Sequence[GroupUse], limits: Sequence[RowLimits], uses: Mapping[Name, Use],
             hours: NDArray[np.int64], seed: int) -> dict[Name, float]:
    """In which part of the draws each target holds in all of these hours, on all rows."""
    demand = drawn(members, DRAWS, hours, seed)
    held: dict[Name, NDArray[np.bool_]] = {}
    for limit in limits:
        load = limit.judged(row_load(limit.row, uses, limit.bouquets, demand.offered))
        for use, here in holds_of(uses, limit, load).items():
            always = np.asarray(here.all(axis=1))
            held[use] = held[use] & always if use in held else always
    return {use: float(here.mean()) for use, here in held.items()}
