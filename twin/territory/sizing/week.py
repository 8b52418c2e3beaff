"""The draws of a week, row by row: loads by class, blocked calls, channels, and how often each target holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model import CallUse, Name, Use
from twin.territory.sizing.network.limits import RowLimits
from twin.territory.sizing.network.loads import RowLoad, row_load
from twin.territory.sizing.network.rows import Row
from twin.territory.sizing.network.states import State
from twin.territory.sizing.population.draws import Drawn
from twin.territory.sizing.results import Link, LinkWeek, TargetWeek, Week

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Holds = Mapping[tuple[str | None, Name], Bools]
"""By what is cut and by use: in which draws and hours its target holds everywhere."""
HIGH = 95
"""Percentile."""
Show = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class Sized:
    """The rows of a week."""

    links: tuple[LinkWeek, ...]
    holds: Holds


def sized_week(uses: Mapping[Name, Use], limits: Sequence[RowLimits], week: Drawn,
               states: Mapping[str | None, State], link_of: Callable[[Row], Link], show: Show) -> Sized:
    """Every row under the demand drawn."""
    links: list[LinkWeek] = []
    holds: dict[tuple[str | None, Name], Bools] = {}
    for number, limit in enumerate(limits):
        show("size every link", number / len(limits))
        row, load = limit.row, limit.judged(row_load(limit.row, uses, limit.bouquets, week.offered))
        here = holds_of(uses, limit, load)
        links.append(_link_week(limit, link_of(row), load, here, _talking(row, uses, week)))
        for cut in (cut for cut, state in states.items() if state.get(row.resource) is row):
            for use, held in here.items():
                holds[cut, use] = holds[cut, use] & held if (cut, use) in holds else held
    return Sized(tuple(links), holds)


def holds_of(uses: Mapping[Name, Use], limit: RowLimits, load: RowLoad) -> dict[Name, Bools]:
    """Whether each target holds on a row, by use."""
    judged = ((name, limit.holds(use, load)) for name, use in uses.items())
    return {name: held for name, held in judged if held is not None}


def targets(sized: Sized) -> tuple[TargetWeek, ...]:
    """The probability that each target holds everywhere, in each state."""
    return tuple(_target(use, cut, held) for (cut, use), held in sized.holds.items())


def _target(use: Name, cut: str | None, held: Bools) -> TargetWeek:
    always = float(held.all(axis=1).mean())
    return TargetWeek(use, cut, _week(held.mean(axis=0)), always, float(np.sqrt(always * (1 - always) / len(held))))


def _link_week(limit: RowLimits, link: Link, load: RowLoad, here: Mapping[Name, Bools], talking: Floats) -> LinkWeek:
    whole = np.minimum(talking, limit.row.call_budget) + load.television + load.committed + load.transfers
    channels = sum(load.channels.values(), np.zeros_like(load.transfers))
    return LinkWeek(
        link=link, cut=limit.row.cut, calls=_mean(load.carried_calls), television=_mean(load.television),
        committed=_mean(load.committed), transfers=_mean(load.transfers),
        high=_week(np.percentile(whole, HIGH, axis=0)),
        blocked=_mean(np.asarray(1 - load.admitted + 0 * load.transfers)), channels=_mean(channels),
        holds={use: _mean(held) for use, held in here.items()})


def _talking(row: Row, uses: Mapping[Name, Use], week: Drawn) -> Floats:
    """bit/s of calls in progress on a row."""
    shape = next(iter(week.offered.values())).shape
    return np.asarray(sum((weight * week.talking[stream] for stream, weight in row.weights.items()
                           if isinstance(uses[stream.use].settings, CallUse)), np.zeros(shape)))


def _mean(values: Floats | Bools) -> Week:
    return _week(values.mean(axis=0))


def _week(values: Floats) -> Week:
    """To six figures, as a report and a file can show."""
    return tuple(float(f"{value:.6g}") for value in values)
