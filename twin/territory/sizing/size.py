"""Size a network for one stage of its demand: the whole way from a description to results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from twin.core.errors import Problem, TopologyError, UsageError
from twin.core.near_names import near_names
from twin.core.units import PPM
from twin.model import Name, Network, Stage
from twin.model.demand.week import WEEK
from twin.plan import plan
from twin.plan.validation import place_of
from twin.territory.sizing.break_even import Break, break_evens, breaks
from twin.territory.sizing.curves import curves
from twin.territory.sizing.drivers import drivers
from twin.territory.sizing.flows import flow_weeks
from twin.territory.sizing.network.limits import RowLimits, row_limits
from twin.territory.sizing.network.links import Links
from twin.territory.sizing.network.loads import RowLoad, bouquets, row_load
from twin.territory.sizing.network.rows import Row, rows
from twin.territory.sizing.network.states import states
from twin.territory.sizing.population.draws import drawn
from twin.territory.sizing.population.groups import group_uses, groups, unserved
from twin.territory.sizing.population.hours import mean_demand
from twin.territory.sizing.results import Sizing, SizingOptions
from twin.territory.sizing.transfer_start import TransferStarts
from twin.territory.sizing.upgrades import upgrades
from twin.territory.sizing.week import sized_week, targets

Show = Callable[[str, float | None], None]
MOST_DRAWS = 100_000


def size(network: Network, stage: str | None, options: SizingOptions, show: Show) -> Sizing:
    """Size a network for a stage of its demand, by default the first by year.

    Raises TopologyError where the network cannot be planned or has no demand, UsageError for an unknown stage.
    """
    chosen = stage_of(network, stage)
    if not 1 <= options.draws <= MOST_DRAWS:
        raise UsageError(f"{options.draws} draws are not between 1 and {MOST_DRAWS}")
    show("plan the network", None)
    return _Sizer(network, chosen, options, show).sizing()


def stage_of(network: Network, name: str | None) -> Stage:
    """The stage of that name, or the first by year."""
    stages = {each.name: each for each in network.demand.stages}
    if not stages or not network.demand.uses:
        raise TopologyError([Problem(place_of(network, "demand"), "demand", "says nothing of who has a line and what "
                                     "is used: there is nothing to size", "write demand with stages, offers and uses")])
    if name is None:
        return min(stages.values(), key=lambda each: (each.year, each.name))
    if name not in stages:
        raise UsageError(f'there is no stage "{name}"; ' + near_names(name, stages, f"known: {', '.join(stages)}"))
    return stages[Name(name)]


class _Sizer:
    """Holds what the steps share: the network's rows with their limits and mean loads."""

    def __init__(self, network: Network, stage: Stage, options: SizingOptions, show: Show) -> None:
        self._network, self._stage, self._options, self._show = network, stage, options, show
        self._blueprint = plan(network)
        self._groups = groups(network, stage)
        self._members = group_uses(network, stage, self._groups)
        if not self._members:
            raise TopologyError([Problem(place_of(network, "demand"), "demand", f"nobody has a line and uses something "
                                         f"at stage {stage.name}", "write a take-up above 0 %, and offers that reach "
                                         "some site")])
        self._uses = {member.use.name: member.use for member in self._members}
        self._rows = rows(network, self._blueprint, self._members)
        self._states, self._links = states(self._rows), Links(network, self._blueprint)
        self._shown, mean = bouquets(tuple(self._uses.values())), mean_demand(self._members)
        offered = {id(row): row_load(row, self._uses, self._shown, mean) for row in self._rows}
        self._limits = [self._limit(row, offered[id(row)]) for row in self._rows]
        self._loads = {id(limit.row): limit.judged(offered[id(limit.row)]) for limit in self._limits}

    def sizing(self) -> Sizing:
        """All results."""
        draws, seed = self._options.draws, self._options.seed
        self._show("draw the subscribers", None)
        week = drawn(self._members, draws, np.arange(WEEK), seed)
        sized = sized_week(self._uses, self._limits, week, self._states, self._links.of, self._show)
        self._show("find where targets break", None)
        broken = [each for row in self._rows for each in self._breaks(row, row)]
        steps = upgrades(self._rows, self._breaks, self._links, self._most)
        whole = [limit for limit in self._limits if limit.row.cut is None]
        starts = TransferStarts(self._network, self._blueprint, self._members)
        return Sizing(
            network=self._network.name, stage=self._stage, draws=draws, seed=seed, links=sized.links,
            flows=flow_weeks(self._members, self._states, self._loads, starts), targets=targets(sized),
            break_evens=break_evens(broken, self._stage, self._links.of),
            curves=curves(self._members, whole, self._uses, self._stage, seed),
            drivers=drivers(self._network, self._blueprint, self._groups, sized.links, steps, self._links.kind, draws,
                            seed),
            unserved=unserved(self._network, self._groups))

    def _limit(self, row: Row, load: RowLoad) -> RowLimits:
        return row_limits(row, self._members, self._shown, load)

    def _breaks(self, origin: Row, grown: Row) -> list[Break]:
        """Where the targets on a row break once its capacity has grown."""
        load, limits = self._loads[id(origin)], self._limits[self._rows.index(origin)] if grown is origin else None
        return breaks(self._uses, limits or self._limit(grown, load), load, self._most)

    @property
    def _most(self) -> float:
        """The scale at which everybody has a line."""
        return PPM / max(self._stage.households, self._stage.businesses, 1)
