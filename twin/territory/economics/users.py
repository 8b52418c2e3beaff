"""Which sites use which links, whole or with some span cut, and how much in the link's busiest hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twin.model import Name, Network, Stage, Use
from twin.plan.blueprint import Blueprint
from twin.territory.sizing.network.loads import RowLoad, bouquets, row_load
from twin.territory.sizing.network.rows import Row, rows
from twin.territory.sizing.population.groups import Stream, group_uses, groups
from twin.territory.sizing.population.hours import mean_demand

Floats = NDArray[np.float64]
Users = Mapping[str, Mapping[Name, float]]
"""By link (a span, or the air of a radio cell) and by site: bit/s of payload in the busiest hour, as if the site were
alone on it; 0 where it only comes there round a cut."""


def users(network: Network, blueprint: Blueprint, stage: Stage) -> Users:
    """The users of every link at a stage, both ways together."""
    counted = groups(network, stage)
    members = group_uses(network, stage, counted)
    uses = {member.use.name: member.use for member in members}
    loads = _Loads({group.node: group.site for group in counted}, uses, mean_demand(members))
    using: dict[str, dict[Name, float]] = {}
    for row in rows(network, blueprint, members):
        own = using.setdefault(row.resource[0], {})
        for site, load in loads.of(row).items():
            own[site] = own.get(site, 0.0) + (load if row.cut is None else 0.0)
    return using


class _Loads:
    """Loads of rows by site."""

    def __init__(self, site_of: Mapping[Name, Name], uses: Mapping[Name, Use], demand: Mapping[Stream, Floats]) -> None:
        self._site_of, self._uses, self._demand = site_of, uses, demand
        self._shown = bouquets(tuple(uses.values()))

    def of(self, row: Row) -> dict[Name, float]:
        """The load of each site in the busiest hour of the row."""
        busiest = int(np.argmax(self._total(row)))
        streams: dict[Name, dict[Stream, float]] = {}
        for stream, weight in row.weights.items():
            streams.setdefault(self._site_of[stream.node], {})[stream] = weight
        return {site: float(self._total(replace(row, weights=weights))[busiest]) for site, weights in streams.items()}

    def _total(self, row: Row) -> Floats:
        load: RowLoad = row_load(row, self._uses, self._shown, self._demand)
        return np.asarray(load.offered_calls + load.television + load.committed + load.transfers)
