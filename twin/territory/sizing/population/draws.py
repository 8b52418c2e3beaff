"""Demand drawn at random: how many have a line, take a use and are active, group by group and hour by hour.

Each group use draws from a stream of its own, so that designs that are compared have the same subscribers (common
random numbers).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.core.seeds import stream_seed
from twin.core.units import PPM
from twin.model import CallUse, CommittedUse, SwarmUse, TelevisionUse, TransferUse
from twin.territory.sizing.population.groups import Group, GroupUse, Stream

Draws = NDArray[np.float32]
"""Of shape (draws, hours)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Demand of each stream: offered calls (erlang), viewers, or bit/s of payload. talking: calls in progress."""

    offered: Mapping[Stream, Draws]
    talking: Mapping[Stream, Draws]


def drawn(members: Iterable[GroupUse], draws: int, hours: NDArray[np.int64], seed: int) -> Drawn:
    """The demand of all streams in some hours of the week, in so many draws."""
    offered: dict[Stream, Draws] = {}
    talking: dict[Stream, Draws] = {}
    lines: dict[str, NDArray[np.int64]] = {}
    for member in members:
        stream, group = Stream(member.group.node, member.use.name), member.group
        if group.name not in lines:
            lines[group.name] = _random(seed, group.name).binomial(group.population, min(1.0, group.line), draws)
        random = _random(seed, f"{group.name}/{member.use.name}")
        takers = random.binomial(lines[group.name], member.take_up)[:, None]
        activity = np.array(member.activity)[hours][None, :]
        _add(offered, stream, _offered(member, random, takers, activity))
        if isinstance(member.use.settings, CallUse):
            _add(talking, stream, _talking(member.use.settings.erlangs, random, takers, activity))
    return Drawn(offered, talking)


def _offered(member: GroupUse, random: np.random.Generator, takers: NDArray[np.int64], activity: NDArray[np.float64]
             ) -> NDArray[np.float64]:
    match member.use.settings:
        case CallUse(erlangs=erlangs):
            return np.asarray(takers * activity * erlangs, dtype=np.float64)
        case TelevisionUse(watching=watching):
            return random.binomial(takers, activity * (watching / PPM)).astype(np.float64)
        case TransferUse(active=active) as use:
            return np.asarray(random.binomial(takers, activity * (active / PPM)) * use.rate, dtype=np.float64)
        case SwarmUse(active=active, rate=rate):
            return np.asarray(random.binomial(takers, activity * (active / PPM)) * rate, dtype=np.float64)
        case CommittedUse(rate=rate):
            return np.asarray(takers * (float(rate) * np.ones_like(activity)), dtype=np.float64)


def _talking(erlangs: float, random: np.random.Generator, takers: NDArray[np.int64], activity: NDArray[np.float64]
             ) -> NDArray[np.float64]:
    """Calls in progress: of one at a time each, or of a switchboard's many."""
    if erlangs <= 1:
        return random.binomial(takers, activity * erlangs).astype(np.float64)
    return random.poisson(takers * activity * erlangs).astype(np.float64)


def mean_of(member: GroupUse) -> float:
    """The demand of a group use in the busiest hour on average, in the unit of its stream."""
    return member.group.lines * member.take_up * member.use.settings.mean


def _random(seed: int, name: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(stream_seed(seed, f"sizing {name}", 64)))


def _add(streams: dict[Stream, Draws], stream: Stream, more: NDArray[np.float64]) -> None:
    small = more.astype(np.float32)
    streams[stream] = streams[stream] + small if stream in streams else small


def group_lines(group: Group, draws: int, seed: int) -> NDArray[np.int64]:
    """How many lines of a group there are in each draw: the same as where its demand is drawn."""
    return _random(seed, group.name).binomial(group.population, min(1.0, group.line), draws)
