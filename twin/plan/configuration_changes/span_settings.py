"""Rate and loss of a span, as its medium has them: what was planned for it, the shapers before it too, stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Rate, Ratio, show_rate
from twin.model import Name, Network
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.blueprint import Blueprint, LinkDirection
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind


@dataclass(frozen=True, slots=True)
class SetSpan:
    """Both directions of a span at another rate and with another random loss.

    The shapers before it do not know: as where two ends of a link have negotiated 10 Mbit/s, and nobody was told.
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
        return parts.with_span(blueprint, replace(span, forward=self._link(span.forward),
                                                  reverse=self._link(span.reverse)))

    def _link(self, link: LinkDirection) -> LinkDirection:
        if self.rate is not None and link.impulse_noise is not None:
            raise UsageError(f'"{self.span}" cannot carry {show_rate(self.rate)}: noise is planned for its own rate')
        impairments = link.impairments if self.loss is None else replace(link.impairments, loss=self.loss)
        return replace(link, rate=link.rate if self.rate is None else self.rate, impairments=impairments)
