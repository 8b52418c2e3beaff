"""Mean throughput of transfers from end to end: what their beginning, the line, and every link on the way add to the
time of a bit.

Each link adds what it would add alone, which is exact where one is the bottleneck, and else a little too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.model import Direction, TransferUse
from twin.territory.sizing.network.loads import RowLoad
from twin.territory.sizing.network.rows import Row, carries
from twin.territory.sizing.network.states import State
from twin.territory.sizing.population.groups import Group, GroupUse, Stream
from twin.territory.sizing.population.hours import whole_week
from twin.territory.sizing.results import FlowWeek
from twin.territory.sizing.theory.elastic_traffic import delay_of_a_bit
from twin.territory.sizing.transfer_start import TransferStarts

Floats = NDArray[np.float64]
Loads = Mapping[int, RowLoad]
"""The mean load of each row by hour, by its identity."""


def flow_weeks(members: Sequence[GroupUse], states: Mapping[str | None, State], loads: Loads, starts: TransferStarts
               ) -> tuple[FlowWeek, ...]:
    """The throughput of each group and direction with transfers, in each state."""
    by_group: dict[tuple[Group, Direction], list[GroupUse]] = {}
    for member in members:
        if isinstance(member.use.settings, TransferUse):
            by_group.setdefault((member.group, member.use.settings.direction), []).append(member)
    delays = _Delays(loads)
    begun = {key: starts.per_bit(uses) for key, uses in by_group.items()}
    return tuple(_flow(group, direction, cut, uses, delays.along(_crossed(state, uses[0]), group, direction),
                       begun[group, direction])
                 for cut, state in states.items() for (group, direction), uses in by_group.items())


def _crossed(state: State, member: GroupUse) -> Iterator[Row]:
    """The links that its transfers cross, and not only their acknowledgements."""
    stream = Stream(member.group.node, member.use.name)
    return (row for row in state.values() if carries(row, stream))


def _flow(group: Group, direction: Direction, cut: str | None, uses: Sequence[GroupUse], slower: Floats, begun: float
          ) -> FlowWeek:
    alone = group.rate(direction)
    own = sum(use.use.settings.rate for use in uses if isinstance(use.use.settings, TransferUse))
    line = 1 / (alone - own) if own < alone else np.inf
    return FlowWeek(node=group.node, offer=group.offer, profile=group.profile, direction=direction, cut=cut,
                    alone=float(f"{1 / (begun + 1 / alone):.6g}"), throughput=whole_week(1 / (begun + line + slower)))


class _Delays:
    """By how much each row prolongs transfers, each computed once."""

    def __init__(self, loads: Loads) -> None:
        self._loads = loads
        self._known: dict[tuple[int, float], Floats] = {}

    def along(self, crossed: Iterable[Row], group: Group, direction: Direction) -> Floats:
        """s a bit of all links on a way together."""
        return sum((self.of(row, group.rate(direction)) for row in crossed), np.zeros(1))

    def of(self, row: Row, peak: float) -> Floats:
        """s a bit, by hour."""
        key = id(row), peak
        if key not in self._known:
            load = self._loads[id(row)]
            self._known[key] = delay_of_a_bit(load.left(row.capacity), load.transfers, peak)
        return self._known[key]
