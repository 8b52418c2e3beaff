"""What a row carries: loads by class from the demand of its streams, of any shape (draws, hours, scales of demand)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.model import CallUse, CommittedUse, Name, TelevisionUse, Use
from twin.territory.sizing.network.rows import Row
from twin.territory.sizing.population.groups import Stream
from twin.territory.sizing.theory.multicast_occupancy import mean_channels, zipf

Floats = NDArray[np.float64]
MOST_VIEWERS = 20_000
"""Behind a span; more watch what is there already."""


@dataclass(frozen=True, slots=True)
class Bouquet:
    """The channels of a use. mean: channels on a span for each number of viewers."""

    use: Name
    popularity: Floats
    mean: Floats

    def channels(self, viewers: Floats) -> Floats:
        """Channels on a span on average."""
        return np.interp(viewers, np.arange(len(self.mean)), self.mean)


@dataclass(frozen=True, slots=True)
class RowLoad:
    """Loads of a row, bit/s of payload. viewers, channels: of each bouquet. calls: offered by each use; admitted: the
    part of them that is not blocked."""

    calls: Mapping[Name, Floats]
    viewers: Mapping[Name, Floats]
    channels: Mapping[Name, Floats]
    television: Floats
    committed: Floats
    transfers: Floats
    admitted: Floats | float = 1.0

    @property
    def offered_calls(self) -> Floats:
        """bit/s of all calls that are offered."""
        return np.asarray(sum(self.calls.values(), np.zeros_like(self.transfers)))

    @property
    def carried_calls(self) -> Floats:
        """bit/s of the calls that are not blocked."""
        return np.asarray(self.offered_calls * self.admitted)

    def left(self, capacity: float) -> Floats:
        """What is left for transfers."""
        return np.asarray(capacity - self.carried_calls - self.television - self.committed)


def bouquets(uses: tuple[Use, ...]) -> dict[Name, Bouquet]:
    """The bouquets of all television, by use."""
    return {use.name: _bouquet(use.name, use.settings) for use in uses if isinstance(use.settings, TelevisionUse)}


def _bouquet(name: Name, use: TelevisionUse) -> Bouquet:
    popularity = zipf(use.channels, use.exponent)
    return Bouquet(name, popularity, mean_channels(popularity, np.arange(MOST_VIEWERS + 1, dtype=np.float64)))


def row_load(row: Row, uses: Mapping[Name, Use], shown: Mapping[Name, Bouquet],
             demand: Mapping[Stream, NDArray[np.floating[Any]]]) -> RowLoad:
    """The loads of a row. demand: of each stream, in its unit."""
    shape = next(iter(demand.values())).shape
    calls: dict[Name, Floats] = {}
    viewers: dict[Name, Floats] = {}
    width: dict[Name, float] = {}
    committed, transfers = np.zeros(shape), np.zeros(shape)
    for stream, weight in row.weights.items():
        match uses[stream.use].settings:
            case CallUse():
                calls[stream.use] = calls.get(stream.use, 0.0) + weight * demand[stream].astype(np.float64)
            case TelevisionUse():
                viewers[stream.use] = viewers.get(stream.use, 0.0) + demand[stream].astype(np.float64)
                width[stream.use] = weight
            case CommittedUse():
                committed += weight * demand[stream]
            case _:
                transfers += weight * demand[stream]
    channels = {use: shown[use].channels(watching) for use, watching in viewers.items()}
    television = sum((width[use] * there for use, there in channels.items()), np.zeros(shape))
    return RowLoad(calls, viewers, channels, np.asarray(television), committed, transfers)
