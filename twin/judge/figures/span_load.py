"""What each span carried, by service class, from the counters of its queues before and after the measurement, and what
waits there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twin.judge.verdict import SpanLoad
from twin.plan.blueprint import Blueprint, Scheduler
from twin.plan.queue_and_airtime_counters import QueueCounters


def span_loads(blueprint: Blueprint, before: Iterable[QueueCounters], after: Iterable[QueueCounters],
               seconds: float) -> tuple[SpanLoad, ...]:
    """Bit/s and drops by class on every span that has queues, over `seconds`; "" is the baseline's one queue."""
    began = {(c.span, c.forward, c.band): c for c in before}
    rows: dict[tuple[str, bool], list[tuple[QueueCounters, QueueCounters | None]]] = {}
    for count in after:
        rows.setdefault((count.span, count.forward), []).append((count,
                                                                 began.get((count.span, count.forward, count.band))))
    orders = schedulers(blueprint)
    return tuple(_load(span, forth, orders[span, forth], rows[span, forth], seconds)
                 for span, forth in sorted(rows) if (span, forth) in orders)


def span_backlogs(blueprint: Blueprint, readings: Sequence[Iterable[QueueCounters]]) -> dict[tuple[str, bool],
                                                                                            dict[str, float]]:
    """Bytes that wait by class on every span and way that has queues, on average over some readings."""
    orders, sums = schedulers(blueprint), dict[tuple[str, bool], dict[str, float]]()
    for reading in readings:
        for count in reading:
            if count.backlog and (place := (count.span, count.forward)) in orders:
                name, of_place = orders[place].bands[count.band].service_class, sums.setdefault(place, {})
                of_place[name] = of_place.get(name, 0) + count.backlog / len(readings)
    return sums


def schedulers(blueprint: Blueprint) -> dict[tuple[str, bool], Scheduler]:
    """The scheduler before each span, by span and way (from its end `a` or not)."""
    orders: dict[tuple[str, bool], Scheduler] = {}
    for span in blueprint.spans:
        before_a = span.shared.scheduler if span.shared else span.a.scheduler
        for forth, order in ((True, before_a), (False, span.b.scheduler)):
            if order is not None:
                orders[span.name, forth] = order
    for cell in blueprint.cells:
        orders |= {cell.queues_of(number): station.scheduler for number, station in enumerate(cell.stations)}
    return orders


def _load(span: str, forth: bool, order: Scheduler, rows: list[tuple[QueueCounters, QueueCounters | None]],
          seconds: float) -> SpanLoad:
    rates: dict[str, float] = {}
    drops: dict[str, int] = {}
    for now, then in rows:
        name = order.bands[now.band].service_class
        rates[name] = (now.size - (then.size if then else 0)) * 8 / seconds
        drops[name] = now.drops - (then.drops if then else 0)
    return SpanLoad(span, forth, order.rate, rates, drops)
