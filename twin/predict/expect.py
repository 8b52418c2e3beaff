"""From the legs and shares of every flow to the figures that its targets speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod

from twin.model import Activity, Metric
from twin.plan.blueprint import Blueprint, Carrier, Flow
from twin.plan.paths import Hop
from twin.predict.capacity import TCP_PAYLOAD, tcp_goodput
from twin.predict.crossings import Crossings, Point, carrier, crossings
from twin.predict.fluid import Paces, settle, wanted
from twin.predict.legs import Leg, legs_of
from twin.predict.prediction import Prediction
from twin.predict.waits import FULL, loads
from twin.units import NS_PER_S, PPM

SPREAD = 0.1
"""A mean is told as one value where what is not known about it is at most this part of it."""
ALIKE = 0.01
"""Two shares that differ by at most this part are one."""


def predict(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> dict[str, dict[Metric, Prediction]]:
    """What theory expects of each flow, by name and metric.

    paths: the spans that each flow crosses. Constant-rate flows: mean delay, largest delay (the bound is its value),
    delay variation and jitter (bounds), loss; `low` of both delays is the least delay, which is exact. Downloads and
    uploads: goodput. Pages: a least page time. A network in which spans are cut during the run is not predicted.
    """
    if blueprint.faults:
        return {}
    spans = {span.name: span for span in blueprint.spans}
    ways = {name: [carrier(spans[hop.span], hop.forth) for hop in path] for name, path in paths.items() if path}
    met = crossings(blueprint, paths)
    paces = settle(met)
    journeys = legs_of(blueprint, paths, met, paces)
    shares = _Shares(met, paces)
    found: dict[str, dict[Metric, Prediction]] = {}
    for index, flow in enumerate(blueprint.flows):
        if flow.name not in ways:
            found[flow.name] = {}
        elif flow.interval:
            found[flow.name] = _constant(journeys[flow.name], ways[flow.name], shares.kept(index))
        else:
            found[flow.name] = _tcp(flow, ways[flow.name], shares, index)
    return found


class _Shares:
    """What each stream brings through, whether pages pause for ever (calm) or never (eager)."""

    def __init__(self, met: Crossings, paces: Paces) -> None:
        self._met = met
        self.calm, self.eager = paces.calm, paces.eager
        self._contested = _contested(met, self.eager)
        self._back = {s.follows: k for k, s in reversed(tuple(enumerate(met.streams))) if s.follows is not None}

    def kept(self, index: int) -> tuple[float, float]:
        """The part of a constant-rate stream that comes through, calm and eager."""
        pace = self._met.streams[index].pace or 1.0
        return self.calm[index] / pace, self.eager[index] / pace

    def fair(self, index: int) -> bool:
        """Whether theory can say how a TCP stream shares: no full fifo with other TCP in it, enough acknowledgements.

        Connections that share a plain fifo get what their round trips and losses give them, which is not a share.
        """
        stream, back = self._met.streams[index], self._back[index]
        needed = wanted(self._met.streams[back], self.eager, pages=True)
        queues = ((point, self._met.queues[point].band(stream.service_class)) for point in stream.points)
        return self.eager[back] >= (1 - ALIKE) * needed and not any(key in self._contested for key in queues)


def _contested(met: Crossings, through: Sequence[float]) -> frozenset[tuple[Point, int]]:
    """Bands that are plain fifos of full queues, in which more than one TCP stream waits."""
    found = set()
    for point, bands in loads(met, through).items():
        queue = met.queues[point]
        if sum(load.share for load in bands.values()) < FULL:
            continue
        greedy = Counter(
            queue.band(stream.service_class) for stream in (met.streams[index] for index in met.at[point])
            if stream.greedy
        )
        found |= {(point, band) for band, count in greedy.items() if count > 1 and queue.fifo(band)}
    return frozenset(found)


def _constant(
    journey: Sequence[Leg], ways: Sequence[Carrier], kept: tuple[float, float]
) -> dict[Metric, Prediction]:
    least = sum(leg.fixed + leg.serialization for leg in journey)
    light, heavy, bound = (
        None if None in (column := [getattr(leg.wait, name) for leg in journey]) else sum(column)
        for name in ("light", "heavy", "bound")
    )
    expected = None
    if light is not None and heavy is not None:
        middle = least + (light + heavy) / 2
        expected = middle if heavy - light <= SPREAD * middle else None
    longest = None if bound is None else least + bound
    return {
        Metric.MEAN_DELAY: Prediction(expected, least, longest),
        Metric.MAX_DELAY: Prediction(longest, least, longest),
        Metric.DELAY_VARIATION: Prediction(None, 0.0, bound),
        Metric.JITTER: Prediction(None, 0.0, bound),
        Metric.LOSS: Prediction(_loss(ways, kept, light is not None and bound is not None)),
    }


def _loss(ways: Sequence[Carrier], kept: tuple[float, float], bounded: bool) -> float | None:
    """The loss of the media where no queue overflows; what does not fit where the flow itself is too much."""
    carried = prod(1 - way.loss / PPM for way in ways)
    calm, eager = kept
    if bounded and eager >= 1 - ALIKE:
        return (1 - carried) * PPM
    return (1 - calm * carried) * PPM if calm < 1 - ALIKE and calm - eager <= ALIKE else None


def _tcp(flow: Flow, ways: Sequence[Carrier], shares: _Shares, index: int) -> dict[Metric, Prediction]:
    alone = min(tcp_goodput(way.rate, way.layer) for way in ways)
    if flow.activity is Activity.PAGES:
        return {Metric.PAGE_TIME: Prediction(None, flow.page * 8 * NS_PER_S / alone)}
    calm, eager = shares.calm[index], shares.eager[index]
    sure = calm - eager <= ALIKE * calm and not any(way.loss for way in ways) and shares.fair(index)
    return {Metric.GOODPUT: Prediction(eager * TCP_PAYLOAD * 8 if sure else None, None, alone)}
