"""A class at a span that is no longer shared fairly between subscribers, or is again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Time
from twin.model import Discipline, Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint, End, Scheduler
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind


@dataclass(frozen=True, slots=True)
class StopSharing:
    """The queue of a class becomes a plain one, first in first out: who sends most has most."""

    kind: ClassVar[ChangeKind] = ChangeKind.NO_SHARING

    span: Name = yaml_key("The span before which the queue is.", example="east-dslam-uplink")
    service_class: Name = yaml_key("The class.", key="class", example="data")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where that queue is a plain one already."""
        span, name = parts.span(blueprint, self.span), parts.service_class(network, self.service_class).name
        a, b = _plain(span.a, name), _plain(span.b, name)
        shared = span.shared and replace(span.shared, scheduler=_without(span.shared.scheduler, name))
        if (a, b, shared) == (span.a, span.b, span.shared):
            raise UsageError(f'the queues of class "{name}" at "{self.span}" are plain ones already')
        return parts.with_span(blueprint, replace(span, a=a, b=b, shared=shared))


@dataclass(frozen=True, slots=True)
class StartSharing:
    """The queue of a class is shared as planned again."""

    kind: ClassVar[ChangeKind] = ChangeKind.SHARING

    span: Name = yaml_key("The span before which the queue is.", example="east-dslam-uplink")
    service_class: Name = yaml_key("The class.", key="class", example="data")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where that queue is as planned already."""
        span, name = parts.span(blueprint, self.span), parts.service_class(network, self.service_class).name
        planned = parts.span(assemble(network, blueprint.policy), span.name)
        a, b = _shared(span.a, planned.a, name), _shared(span.b, planned.b, name)
        shared = span.shared and planned.shared and replace(
            span.shared, scheduler=_with(span.shared.scheduler, planned.shared.scheduler, name))
        if (a, b, shared) == (span.a, span.b, span.shared):
            raise UsageError(f'the queues of class "{name}" at "{self.span}" are as planned already')
        return parts.with_span(blueprint, replace(span, a=a, b=b, shared=shared))


def _shared(end: End, planned: End, class_name: str) -> End:
    if end.scheduler is None or planned.scheduler is None:
        return end
    return replace(end, scheduler=_with(end.scheduler, planned.scheduler, class_name))


def _with(scheduler: Scheduler, planned: Scheduler, class_name: str) -> Scheduler:
    """The scheduler with the planned queues of one class."""
    bands = tuple(band if band.service_class != class_name else replace(
        band, discipline=other.discipline, target=other.target, interval=other.interval)
        for band, other in zip(scheduler.bands, planned.bands, strict=True))
    return replace(scheduler, bands=bands, subscriber_queues=planned.subscriber_queues)


def _plain(end: End, class_name: str) -> End:
    return end if end.scheduler is None else replace(end, scheduler=_without(end.scheduler, class_name))


def _without(scheduler: Scheduler, class_name: str) -> Scheduler:
    bands = tuple(replace(band, discipline=Discipline.FIFO, target=Time(0), interval=Time(0))
                  if band.service_class == class_name else band for band in scheduler.bands)
    fair = any(band.discipline is not Discipline.FIFO for band in bands)
    return replace(scheduler, bands=bands, subscriber_queues=scheduler.subscriber_queues if fair else None)
