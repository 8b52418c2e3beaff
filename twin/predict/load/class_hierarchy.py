"""What each band of htb or hfsc gets of a queue's rate, and could have: fluid shares in a hierarchy of classes. Pure.

htb (Linux, sch_htb.c) serves first what is within a class's own rate. Then parents lend what their other children leave
of their rates, the lowest parents first; the span lends what is left at last. Each lender lends by priority, and among
equal priorities every class below it that borrows gets its quantum a round, however the classes stand in the hierarchy.
hfsc (Stoica, Zhang and Ng 1997) guarantees each class its real-time curve, and otherwise divides every parent's service
among its children by their link-sharing curves; what was guaranteed counts as part of that share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf

from twin.plan.blueprint import Band, ParentBand
from twin.predict.load.queues import Queue

SETTLED = 1e-9
"""The part of a rate below which nothing is left."""

Rates = dict[int, float]
"""bit/s of each band, by its number."""


def hierarchy_offers(queue: Queue, demands: Mapping[int, float], shares: Callable[[Queue, Rates], Rates]) -> Rates:
    """What each band could have if it asked for all there is while the others have their demands, bit/s."""
    return {band: shares(queue, {**demands, band: inf})[band] for band in demands}


def htb_shares(queue: Queue, demands: Mapping[int, float]) -> Rates:
    """What each band of htb gets, bit/s."""
    wanted = {b: min(demand, _ceiling(queue, queue.bands[b])) for b, demand in demands.items()}
    given = {b: min(demand, float(queue.bands[b].guarantee)) for b, demand in wanted.items()}
    depths = {number: len(_above(queue, queue.parents[number].parent)) for number in range(len(queue.parents))}
    for number in sorted(depths, key=lambda number: -depths[number]):
        _lend(queue, number, float(queue.parents[number].guarantee), wanted, given)
    _lend(queue, None, float(queue.rate), wanted, given)
    return given


def _lend(queue: Queue, lender: int | None, rate: float, wanted: Rates, given: Rates) -> None:
    """Add to `given` what a parent, or the span (None), lends of its rate to the bands below it."""
    below = [b for b in given if lender is None or lender in _above(queue, queue.bands[b].parent)]
    for priority in sorted({queue.bands[b].priority for b in below}):
        borrowers = {b for b in below if queue.bands[b].priority == priority}
        left = rate - sum(given[b] for b in below)
        while left > SETTLED * rate and (borrowers := _open(queue, borrowers, wanted, given)):
            round_ = _round(queue, borrowers, wanted, given, left)
            for b in borrowers:
                given[b] += round_ * queue.bands[b].quantum
            left -= round_ * sum(queue.bands[b].quantum for b in borrowers)


def _open(queue: Queue, borrowers: Iterable[int], wanted: Rates, given: Rates) -> set[int]:
    """Those of the bands that want more, and whose parents all may send more."""
    full = {number for number, parent in enumerate(queue.parents)
            if _used(queue, number, given) >= (1 - SETTLED) * _ceiling(queue, parent)}
    return {b for b in borrowers if given[b] < (1 - SETTLED) * wanted[b]
            and full.isdisjoint(_above(queue, queue.bands[b].parent))}


def _round(queue: Queue, borrowers: set[int], wanted: Rates, given: Rates, left: float) -> float:
    """How often each band can have its quantum until one of them, one of their parents, or the lender has enough."""
    limits = [(wanted[b] - given[b]) / queue.bands[b].quantum for b in borrowers]
    limits.append(left / sum(queue.bands[b].quantum for b in borrowers))
    for number, parent in enumerate(queue.parents):
        quanta = sum(queue.bands[b].quantum for b in borrowers if number in _above(queue, queue.bands[b].parent))
        if quanta:
            limits.append((_ceiling(queue, parent) - _used(queue, number, given)) / quanta)
    return min(limits)


def _used(queue: Queue, parent: int, given: Mapping[int, float]) -> float:
    """What the bands below a parent get together."""
    return sum(rate for b, rate in given.items() if parent in _above(queue, queue.bands[b].parent))


def _ceiling(queue: Queue, band: Band | ParentBand) -> float:
    return float(min(band.ceiling or queue.rate, queue.rate))


def _above(queue: Queue, parent: int | None) -> list[int]:
    """A parent and those above it, the nearest first."""
    line = []
    while parent is not None:
        line.append(parent)
        parent = queue.parents[parent].parent
    return line


def hfsc_shares(queue: Queue, demands: Mapping[int, float]) -> Rates:
    """What each band of hfsc gets, bit/s."""
    return dict(_divide(queue, None, float(queue.rate), demands))


def _divide(queue: Queue, parent: int | None, rate: float, demands: Mapping[int, float]) -> Iterator[tuple[int, float]]:
    """What the bands below a parent get of its rate."""
    leaves, inner = _children(queue, parent, demands)
    weights = [float(queue.bands[b].link_share or queue.bands[b].guarantee) for b in leaves]
    weights += [float(queue.parents[number].guarantee) for number in inner]
    given = bounded_shares(rate, weights, _bounds(queue, parent, demands))
    yield from zip(leaves, given, strict=False)
    for number, share in zip(inner, given[len(leaves):], strict=True):
        yield from _divide(queue, number, share, demands)


def _children(queue: Queue, parent: int | None, demands: Mapping[int, float]) -> tuple[list[int], list[int]]:
    """The bands in use and the parents whose parent this is."""
    return ([b for b in demands if queue.bands[b].parent == parent],
            [number for number, child in enumerate(queue.parents) if child.parent == parent])


def _bounds(queue: Queue, parent: int | None, demands: Mapping[int, float]) -> list[tuple[float, float]]:
    """The least that each child of a parent gets, by real-time curves, and the most that it takes: bands first."""
    leaves, inner = _children(queue, parent, demands)
    bounds = [(min(demands[b], float(queue.bands[b].guarantee)), min(demands[b], _ceiling(queue, queue.bands[b])))
              for b in leaves]
    for number in inner:
        below = _bounds(queue, number, demands)
        least, most = sum(low for low, _ in below), sum(high for _, high in below)
        bounds.append((least, max(least, min(most, _ceiling(queue, queue.parents[number])))))
    return bounds


def bounded_shares(capacity: float, weights: Sequence[float], bounds: Sequence[tuple[float, float]]) -> list[float]:
    """A capacity divided by weights, each share within its bounds (least, most): all of the capacity, or as much as the
    bounds let it be; the least where they are more than the capacity."""
    def at(level: float) -> list[float]:
        return [min(max(level * weight, least), most)
                for weight, (least, most) in zip(weights, bounds, strict=True)]

    steps = sorted({0.0, *(bound / weight for weight, pair in zip(weights, bounds, strict=True) for bound in pair)})
    for low, high in pairwise(steps):
        below, above = sum(at(low)), sum(at(high))
        if below <= capacity <= above and below < above:
            return at(low + (high - low) * (capacity - below) / (above - below))
    return at(steps[-1] if sum(at(0.0)) <= capacity else 0.0)
