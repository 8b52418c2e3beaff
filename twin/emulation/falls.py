"""What is asked of the kernel when the rate of a span that stands becomes another; pure.

Nothing is taken away: queues keep their packets, and the one on its way comes when it would have come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from twin.emulation import air, building, choosers, queues
from twin.emulation.layout import PLANT, Layout
from twin.emulation.queues import Spot
from twin.netlink import NEW_CLASS, Request
from twin.plan.blueprint import Blueprint, Scheduler
from twin.units import Time


def changed(layout: Layout, now: Blueprint, name: str, seed: int, slack: Time) -> Iterator[tuple[str, Request]]:
    """Requests that make a span and what stands before it as the blueprint `now` says, each with its namespace."""
    span = next(span for span in now.spans if span.name == name)
    for end in (span.a, span.b):
        if end.scheduler is not None:
            yield from _in(layout.namespace(end), _port(layout.index(end), end.device, end.scheduler, slack))
    if span.shared is not None:
        device = span.shared.device
        yield from _in(PLANT, _port(layout.plant[device], device, span.shared.scheduler, slack))
    for target, carrier in ((span.b, span.forth), (span.a, span.back)):
        yield PLANT, building.medium(layout, span, target, carrier, seed, change=True)
    for cell in now.cells:
        if cell.name == span.cell:
            index = layout.plant[cell.device]
            yield PLANT, air.medium(index, cell, building.cell_seed(seed, cell), change=True)
            for number, station in enumerate(cell.stations, start=1):
                handle = queues.STATION * number << 16
                yield from _in(PLANT, _classes(Spot(index, cell.device, air.AIR | number, handle), station.scheduler))


def _in(namespace: str, asked: Iterator[Request]) -> Iterator[tuple[str, Request]]:
    return ((namespace, request) for request in asked)


def _port(index: int, device: str, order: Scheduler, slack: Time) -> Iterator[Request]:
    """The shaper of a port, and the classes under it that have rates of their own."""
    yield _change(queues.shaper(index, device, order.rate, order.layer, slack)[1])
    yield from _classes(Spot(index, device, queues.SHAPED, queues.BANDS), order)


def _classes(spot: Spot, order: Scheduler) -> Iterator[Request]:
    if len(order.bands) > 1:
        asked = choosers.chooser(spot, order, order.layer.full)
        yield from (_change(request) for request in asked if request.kind == NEW_CLASS)


def _change(request: Request) -> Request:
    """The same of what stands already."""
    return replace(request, flags=0, says=request.says.replace(" add ", " change ", 1))
