"""Requests that change the rate or the impairments of a span of the running network; pure.

Nothing is removed: queues keep their packets, and the packet in transmission arrives as it would have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from twin.core.rtnetlink import NEW_CLASS, Request
from twin.core.units import Time
from twin.emulation import netlink_requests
from twin.emulation.interface_layout import PLANT, Layout
from twin.emulation.qdisc import band_schedulers, dcf_qdisc, netem, tc_requests
from twin.emulation.qdisc.tc_requests import QdiscLocation
from twin.plan.blueprint import Blueprint, Scheduler, SpanPlan


@dataclass(frozen=True, slots=True)
class Change:
    """The blueprint before a change, and after it."""

    before: Blueprint
    now: Blueprint


def change_requests(layout: Layout, change: Change, name: str, seed: int, slack: Time
                    ) -> Iterator[tuple[str, Request]]:
    """Requests that configure a span and its schedulers as the blueprint after a change has them, each with its
    namespace."""
    now = change.now
    old, span = (next(span for span in blueprint.spans if span.name == name) for blueprint in (change.before, now))
    for end in (span.a, span.b):
        if end.scheduler is not None:
            yield from _in(layout.namespace(end), _port(layout.index(end), end.device, end.scheduler, slack))
    if span.shared is not None:
        device = span.shared.device
        yield from _in(PLANT, _port(layout.plant[device], device, span.shared.scheduler, slack))
    yield from _in(PLANT, media_requests(layout, old, span, seed))
    for cell in now.cells:
        if cell.name == span.cell:
            index = layout.plant[cell.device]
            yield PLANT, dcf_qdisc.medium(index, cell, netlink_requests.cell_seed(seed, cell), change=True)
            for number, station in enumerate(cell.stations, start=1):
                handle = tc_requests.STATION * number << 16
                location = QdiscLocation(index, cell.device, dcf_qdisc.DCF_HANDLE | number, handle)
                yield from _in(PLANT, _classes(location, station.scheduler))


def media_requests(layout: Layout, old: SpanPlan, span: SpanPlan, seed: int) -> Iterator[Request]:
    """The media of a span in the place of those that it had."""
    for target, carrier, had in ((span.b, span.forward, old.forward), (span.a, span.reverse, old.reverse)):
        yield netlink_requests.medium(layout, span, target, carrier, seed, change=True)
        if carrier.queue:
            yield netem.modem(layout.plant[target.medium_device], target.medium_device, carrier, change=True)
        if carrier.impairments.delays or had.impairments.delays:
            yield netlink_requests.delayer(layout, span, target, carrier, seed, change=True)


def _in(namespace: str, requests: Iterator[Request]) -> Iterator[tuple[str, Request]]:
    return ((namespace, request) for request in requests)


def _port(index: int, device: str, scheduler: Scheduler, slack: Time) -> Iterator[Request]:
    """The shaper of a port, and the classes under it that have rates of their own."""
    yield _change(tc_requests.shaper(index, device, scheduler.rate, scheduler.layer, slack)[1])
    yield from _classes(QdiscLocation(index, device, tc_requests.SHAPED, tc_requests.BANDS), scheduler)


def _classes(location: QdiscLocation, scheduler: Scheduler) -> Iterator[Request]:
    if len(scheduler.bands) > 1:
        requests = band_schedulers.scheduler_requests(location, scheduler, scheduler.layer.max_frame_cost)
        yield from (_change(request) for request in requests if request.kind == NEW_CLASS)


def _change(request: Request) -> Request:
    """The same as a change of what exists."""
    return replace(request, flags=0, summary=request.summary.replace(" add ", " change ", 1))
