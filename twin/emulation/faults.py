"""Cuts and mends spans of a network that stands: first nothing arrives any more, then the equipment notices."""

from __future__ import annotations

from collections.abc import Iterator

from twin.emulation import building, links
from twin.emulation.layout import PLANT, Layout
from twin.emulation.netlink import Request
from twin.emulation.seam import Kernel
from twin.errors import EmulationError
from twin.plan.blueprint import SpanPlan
from twin.units import NS_PER_S


def cut(kernel: Kernel, layout: Layout, seed: int, name: str) -> None:
    """Lose everything on a span from now on; when its detection time has passed, both ends lose their carrier."""
    span = _span(layout, name)
    kernel.send(PLANT, _media(layout, span, seed, lost=True))
    kernel.pause(layout.blueprint.protection.detection / NS_PER_S)
    kernel.send(PLANT, _carriers(layout, span, on=False))


def mend(kernel: Kernel, layout: Layout, seed: int, name: str) -> None:
    """Carry packets again from now on; when its detection time has passed, both ends have their carrier back."""
    span = _span(layout, name)
    kernel.send(PLANT, _media(layout, span, seed, lost=False))
    kernel.pause(layout.blueprint.protection.detection / NS_PER_S)
    kernel.send(PLANT, _carriers(layout, span, on=True))


def _span(layout: Layout, name: str) -> SpanPlan:
    if name not in layout.spans:
        raise EmulationError(f"there is no span {name}")
    return layout.spans[name]


def _media(layout: Layout, span: SpanPlan, seed: int, *, lost: bool) -> Iterator[Request]:
    for target, carrier in ((span.b, span.forth), (span.a, span.back)):
        yield building.medium(layout, span, target, carrier, seed, cut=lost, change=True)


def _carriers(layout: Layout, span: SpanPlan, *, on: bool) -> Iterator[Request]:
    for end in (span.a, span.b):
        yield links.carrier(layout.plant[end.medium_device], end.medium_device, on)
