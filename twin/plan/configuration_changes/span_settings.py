"""Rate, loss and duplex of a span, as its medium has them: what was planned, the shapers before it too, stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Rate, Ratio, show_rate
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint, LinkDirection, Scheduler, SharedMedium, SpanPlan
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.failures.degradation import following
from twin.plan.interface_names import short
from twin.plan.qos.schedulers import mark_classifiers


@dataclass(frozen=True, slots=True)
class SetSpan:
    """Both directions of a span at another rate and with another random loss.

    The shapers before it do not know: as where two ends of a link have negotiated 10 Mbit/s, and nobody was told. What
    both directions of a half-duplex span share is that rate itself.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.SPAN

    span: Name = yaml_key("The span.", example="north-east")
    rate: Rate | None = yaml_key("What its medium carries; left out: as it is.", default=None, least=8000,
                                 example="10 Mbit/s")
    loss: Ratio | None = yaml_key("Random loss in each direction; left out: as it is.", default=None, most=900_000,
                                  example="0.5 %")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where there is no such span or it has no rate of its own."""
        span = parts.span(blueprint, self.span)
        if self.rate is not None and span.cell is not None:
            raise UsageError(f'"{self.span}" is a hop in a radio cell; its rate is that of its frames')
        forward, reverse = self._link(span.forward), self._link(span.reverse)
        shared = span.shared and replace(span.shared, scheduler=following(span.shared.scheduler, forward.rate))
        return parts.with_span(blueprint, replace(span, forward=forward, reverse=reverse, shared=shared))

    def _link(self, link: LinkDirection) -> LinkDirection:
        if self.rate is not None and link.impulse_noise is not None:
            raise UsageError(f'"{self.span}" cannot carry {show_rate(self.rate)}: noise is planned for its own rate')
        impairments = link.impairments if self.loss is None else replace(link.impairments, loss=self.loss)
        return replace(link, rate=link.rate if self.rate is None else self.rate, impairments=impairments)


class Duplex(StrEnum):
    """The words of IEEE 802.3."""

    FULL = "full"
    HALF = "half"


@dataclass(frozen=True, slots=True)
class SetDuplex:
    """Both ends of a span negotiated half duplex, or full duplex again. Half duplex is one medium for both directions,
    as it is planned for a radio hop; collisions cost nothing beside that."""

    kind: ClassVar[ChangeKind] = ChangeKind.DUPLEX

    span: Name = yaml_key("The span between two nodes.", example="north-east")
    duplex: Duplex = yaml_key("What it is.", example="half")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError for a span that is planned as one medium, that has an end at a line
        or head-end, or that is so already."""
        span, planned = parts.span(blueprint, self.span), parts.span(assemble(network, blueprint.policy), self.span)
        before = planned.a.scheduler
        if before is None or {host.name for host in blueprint.hosts} & {span.a.node, span.b.node}:
            raise UsageError(f'"{self.span}" has no duplex: name a span between two nodes that is no radio hop')
        if (span.shared is not None) is (self.duplex is Duplex.HALF):
            raise UsageError(f'"{self.span}" is {self.duplex} duplex already')
        return parts.with_span(blueprint, _half(network, span) if self.duplex is Duplex.HALF else _full(span, before))


def _half(network: Network, span: SpanPlan) -> SpanPlan:
    """With one scheduler for both directions, at the rate of the medium, which finds the class of a packet by its mark.
    """
    assert span.a.scheduler is not None
    order = replace(following(span.a.scheduler, span.forward.rate), classifiers=mark_classifiers(network))
    medium = SharedMedium(short(span.name, "s"), short(span.name, "t"), order)
    return replace(span, a=replace(span.a, scheduler=None), b=replace(span.b, scheduler=None), shared=medium)


def _full(span: SpanPlan, planned: Scheduler) -> SpanPlan:
    """With the scheduler of the medium before each direction."""
    assert span.shared is not None
    own = replace(following(span.shared.scheduler, planned.rate), classifiers=planned.classifiers)
    return replace(span, a=replace(span.a, scheduler=own), b=replace(span.b, scheduler=own), shared=None)
