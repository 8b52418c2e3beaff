"""How busy each band of each queue is, given what every stream brings through."""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import NS_PER_S
from twin.predict.load.max_min_fairness import Shares
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.theory.queueing import Load

Loads = Mapping[Point, Mapping[int, Load]]
"""The load of each band of each queue."""
FULL = 0.999
"""From this utilisation on, a link counts as never idle."""
UNCONTENDED = 0.8
"""Up to this utilisation, the air of a radio cell delays packets and nothing more."""


def band_loads(crossings: Crossings, shares: Shares) -> dict[Point, dict[int, Load]]:
    """The load of each band of each queue, given what each stream gets."""
    loads: dict[Point, dict[int, Load]] = {}
    for point, members in crossings.at.items():
        passages = crossings.passages[point]
        bands: dict[int, tuple[float, float]] = {}
        for index, rate in zip(members, shares.at[point], strict=True):
            passage = passages[index]
            share = rate * passage.service / NS_PER_S
            total, weighted = bands.get(passage.band, (0.0, 0.0))
            bands[passage.band] = total + share, weighted + share * passage.in_service
        loads[point] = {k: Load(total, weighted / total if total else 0.0) for k, (total, weighted) in bands.items()}
    return loads


def utilisation(bands: Mapping[int, Load]) -> float:
    """The part of the time for which a queue's server is busy."""
    return sum(band.share for band in bands.values())
