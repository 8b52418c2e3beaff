"""The hours of a week that can differ: those of a weekday, a Saturday and a Sunday; and figures of them as a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.model.demand.week import DAY, DAYS
from twin.territory.sizing.population.draws import mean_of
from twin.territory.sizing.population.groups import GroupUse, Stream
from twin.territory.sizing.results import Week

Floats = NDArray[np.float64]
DIFFERENT = np.concatenate([np.arange(DAY), DAYS[0] * DAY + np.arange(2 * DAY)])
"""The hours of the week of which all others are copies."""
_COPIES = np.concatenate([np.tile(np.arange(DAY), DAYS[0]), np.arange(DAY, 3 * DAY)])


def whole_week(figures: Floats) -> Week:
    """Figures of the hours that differ as those of all hours, to six figures."""
    spread = np.broadcast_to(figures, DIFFERENT.shape)[_COPIES]
    return tuple(float(f"{figure:.6g}") for figure in spread)


def mean_demand(members: Sequence[GroupUse]) -> Mapping[Stream, Floats]:
    """The demand of each stream on average, in the hours that differ."""
    demand: dict[Stream, Floats] = {}
    for member in members:
        stream = Stream(member.group.node, member.use.name)
        own = mean_of(member) * np.array(member.activity)[DIFFERENT]
        demand[stream] = demand[stream] + own if stream in demand else own
    return demand
