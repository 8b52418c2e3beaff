"""Estimators from television: the picture of a stream, and of all visits of a viewer what changing channels took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from traffic.sample_files import Packets, Viewed
from twin.judge.estimators.packets import OF_DELIVERY, Delivery, delivery
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, largest, of_part, quantile
from twin.judge.figures.channel_change import Change, changes, expected, visits
from twin.judge.figures.media_delivery import Picture, Watched, picture
from twin.judge.statistics.confidence import scaled
from twin.judge.statistics.proportions import loss_dispersion, proportion
from twin.judge.verdict import Interval
from twin.model import Metric
from twin.plan.blueprint import Flow, RtpStream


@dataclass(frozen=True, slots=True)
class Reception:
    """The packets of a stream, and what became of its picture."""

    delivery: Delivery
    picture: Picture


@dataclass(frozen=True, slots=True)
class Viewing:
    """All visits of a viewer: what came, and what each change of channel took."""

    reception: Reception
    changes: tuple[Change, ...]


def as_one_stream(viewed: Viewed, end: int) -> Packets:
    """The packets that the viewer could expect in all visits, as of one stream."""
    return _joined(viewed, _stretches(viewed, end))


@lru_cache(maxsize=1)
def _stretches(viewed: Viewed, end: int) -> tuple[Watched, ...]:
    """What the viewer could expect of each visit; of one viewer it is asked for twice."""
    return tuple(expected(visit) for visit in visits(viewed, end))


def _joined(viewed: Viewed, stretches: Sequence[Watched]) -> Packets:
    rows = [row for stretch in stretches for row in stretch.rows]
    return Packets(tuple(sent for sent, _ in rows), tuple(received for _, received in rows), viewed.size)


def _viewing(_flow: Flow, viewed: Viewed, end: int) -> Viewing:
    made, stretches = visits(viewed, end), _stretches(viewed, end)
    return Viewing(Reception(delivery(_joined(viewed, stretches)), picture(stretches)),
                   tuple(change for change in map(changes, made) if change is not None))


def _reception(flow: Flow, packets: Packets, end: int) -> Reception | None:
    if not isinstance(flow.traffic, RtpStream):
        return None
    rows = tuple(zip(packets.sent, packets.received, strict=True))
    return Reception(delivery(packets), picture([Watched(flow.traffic.interval, rows, end)]))


def _worst(metric: Metric, seconds: tuple[float, ...]) -> Estimate:
    """Of the worst second: enough seconds say that the row's part of all is no worse."""
    return largest(seconds, metric.row.part)


def _events(seen: Reception) -> Estimate:
    """Events cluster no more than losses."""
    stream, came = seen.picture, seen.delivery

    def limits() -> Interval:
        spread = loss_dispersion(came.lost, came.waits) if came.lost else 1.0
        return scaled(proportion(stream.events, stream.packets, spread), stream.packets_an_hour)

    return Estimate(stream.loss_events, limits)


OF_PICTURE: Mapping[Metric, Callable[[Reception], Estimate | None]] = {
    Metric.DELAY_FACTOR: lambda seen: _worst(Metric.DELAY_FACTOR, seen.picture.delay_factors),
    Metric.MEDIA_LOSS_RATE: lambda seen: _worst(Metric.MEDIA_LOSS_RATE, seen.picture.lost_a_second),
    Metric.LOSS_EVENTS: _events,
}
PICTURE = SampleEstimators(Packets, _reception, OF_PICTURE)
VIEWING: SampleEstimators[Viewed, Viewing] = SampleEstimators(Viewed, _viewing, {
    **of_part(lambda seen: seen.reception.delivery, OF_DELIVERY),
    **of_part(lambda seen: seen.reception, OF_PICTURE),
    Metric.ZAPPING_TIME: lambda seen: quantile(Metric.ZAPPING_TIME, tuple(change.first for change in seen.changes)),
    Metric.PICTURE_TIME: lambda seen: quantile(Metric.PICTURE_TIME, tuple(change.picture for change in seen.changes)),
})
