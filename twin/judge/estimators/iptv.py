"""Estimators from television: the picture of a stream, and of all visits of a viewer what changing channels took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from traffic.sample_files import Packets, Viewed
from twin.judge.estimators.packets import OF_DELIVERY, Delivery, delivery
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, largest, of_part, quantile
from twin.judge.figures.channel_change import Change, changes, expected, visits
from twin.judge.figures.media_delivery import Picture, Watched, picture
from twin.judge.statistics import confidence
from twin.model import Metric
from twin.plan.blueprint import Flow, RtpStream


@dataclass(frozen=True, slots=True)
class Viewing:
    """All visits of a viewer: what became of the packets, the picture, and what each change of channel took."""

    delivery: Delivery
    picture: Picture
    changes: tuple[Change, ...]


def as_one_stream(viewed: Viewed, end: int) -> Packets:
    """The packets that the viewer could expect in all visits, as of one stream."""
    return _joined(viewed, [expected(visit) for visit in visits(viewed, end)])


def _joined(viewed: Viewed, stretches: Sequence[Watched]) -> Packets:
    rows = [row for stretch in stretches for row in stretch.rows]
    return Packets(tuple(sent for sent, _ in rows), tuple(received for _, received in rows), viewed.size)


def _viewing(_flow: Flow, viewed: Viewed, end: int) -> Viewing:
    made = visits(viewed, end)
    stretches = [expected(visit) for visit in made]
    return Viewing(delivery(_joined(viewed, stretches)), picture(stretches),
                   tuple(change for change in map(changes, made) if change is not None))


def _picture(flow: Flow, packets: Packets, end: int) -> Picture | None:
    if not isinstance(flow.traffic, RtpStream):
        return None
    return picture([Watched(flow.traffic.interval, tuple(zip(packets.sent, packets.received, strict=True)), end)])


def _worst(metric: Metric, seconds: Sequence[float]) -> Estimate:
    """Of the worst second: enough seconds say that the row's part of all is no worse."""
    return largest(seconds, confidence.samples_needed(metric.row.part))


def _events(seen: Picture) -> Estimate:
    limits = confidence.scaled(confidence.proportion(seen.events, seen.packets), seen.packets_an_hour)
    return Estimate(seen.loss_events, limits)


OF_PICTURE: Mapping[Metric, Callable[[Picture], Estimate | None]] = {
    Metric.DELAY_FACTOR: lambda seen: _worst(Metric.DELAY_FACTOR, seen.delay_factors),
    Metric.MEDIA_LOSS_RATE: lambda seen: _worst(Metric.MEDIA_LOSS_RATE, seen.lost_a_second),
    Metric.LOSS_EVENTS: _events,
}
PICTURE = SampleEstimators(Packets, _picture, OF_PICTURE)
VIEWING: SampleEstimators[Viewed, Viewing] = SampleEstimators(Viewed, _viewing, {
    **of_part(lambda seen: seen.delivery, OF_DELIVERY),
    **of_part(lambda seen: seen.picture, OF_PICTURE),
    Metric.ZAPPING_TIME: lambda seen: quantile(Metric.ZAPPING_TIME, [change.first for change in seen.changes]),
    Metric.PICTURE_TIME: lambda seen: quantile(Metric.PICTURE_TIME, [change.picture for change in seen.changes]),
})
