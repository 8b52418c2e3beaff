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


def band_loads(crossings: Crossings, shares: Shares, train: int = 1) -> dict[Point, dict[int, Load]]:
    """The load of each band of each queue, given what each stream gets. train: how many packets of TCP come at once,
    where the span before does not space them: the service time that is found is that of all of them."""
    loads: dict[Point, dict[int, Load]] = {}
    for point, members in crossings.at.items():
        passages = crossings.passages[point]
        bands: dict[int, tuple[float, float]] = {}
        for index, rate in zip(members, shares.at[point], strict=True):
            passage = passages[index]
            share = rate * passage.service / NS_PER_S
            total, weighted = bands.get(passage.band, (0.0, 0.0))
            together = train if train > 1 and _at_once(crossings, index, point) else 1
            bands[passage.band] = total + share, weighted + share * passage.in_service * together
        loads[point] = {k: Load(total, weighted / total if total else 0.0) for k, (total, weighted) in bands.items()}
    return loads


def _at_once(crossings: Crossings, index: int, point: Point) -> bool:
    """Whether packets of a stream may arrive at a queue faster than it serves them: those of TCP, which sends several
    for an acknowledgement."""
    stream = crossings.streams[index]
    if stream.packet_rate is not None or stream.follows is not None:
        return False
    place = stream.points.index(point)
    before = crossings.passages[stream.points[place - 1]][index].gap if place else 0.0
    return before < crossings.passages[point][index].service


def utilisation(bands: Mapping[int, Load]) -> float:
    """The part of the time for which a queue's server is busy."""
    return sum(band.share for band in bands.values())
