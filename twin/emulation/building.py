"""Blueprint to requests, namespace by namespace; pure. The order of sends: hosts, then the lab's own, then plant."""

from __future__ import annotations

from collections.abc import Iterator

from twin.emulation import classify, links, queues
from twin.emulation.layout import HOST_INDEX, Layout
from twin.emulation.links import Device
from twin.emulation.netlink import Request
from twin.emulation.queues import Spot
from twin.model import Discipline
from twin.plan.blueprint import Carrier, End, Host, Scheduler, Shared, SpanPlan
from twin.seeds import stream_seed
from twin.units import Ratio, Time

FORTH, BACK = 1, 2
"""Marks on a shared medium: from a to b, from b to a."""


def host(layout: Layout, one: Host, plant: int, slack: Time) -> Iterator[Request]:
    """A host's namespace: loopback, its interface with address and route, its scheduler. plant: file descriptor."""
    end = layout.end_of(one)
    yield links.up(links.LOOPBACK, "lo")
    yield links.pair(Device(HOST_INDEX, end.device, one.mac), _medium(layout, end), plant)
    yield links.address(HOST_INDEX, end.device, one.address)
    yield links.everything_on_link(HOST_INDEX, end.device)
    if end.scheduler is not None:
        yield from scheduler(HOST_INDEX, end.device, end.scheduler, slack)


def ports(layout: Layout, plant: int, slack: Time) -> Iterator[Request]:
    """The switches' ports and the schedulers before their spans."""
    for span in layout.blueprint.spans:
        for end in (span.a, span.b):
            if end.node in layout.hosts:
                continue
            index = layout.ports[end.device]
            yield links.pair(Device(index, end.device), _medium(layout, end), plant)
            if end.scheduler is not None:
                yield from scheduler(index, end.device, end.scheduler, slack)


def media(layout: Layout, seed: int, slack: Time) -> Iterator[Request]:
    """The plant: for each span, what arrives from one end goes through the medium to the other."""
    for span in layout.blueprint.spans:
        for end in (span.a, span.b):
            yield links.up(layout.plant[end.medium_device], end.medium_device)
        if span.shared is not None:
            yield from _shared(layout, span, span.shared, slack)
        for source, target, carrier in ((span.a, span.b, span.forth), (span.b, span.a, span.back)):
            yield medium(layout, span, target, carrier, seed)
            if span.shared is None:
                yield from _taken(layout, source.medium_device, target.medium_device)


def medium(layout: Layout, span: SpanPlan, target: End, carrier: Carrier, seed: int,
           *, cut: bool = False, change: bool = False) -> Request:
    """What carries packets towards `target`; a span that is cut loses all of them."""
    device = target.medium_device
    loss = Ratio(1_000_000) if cut else carrier.loss
    limit = queues.flight(carrier.rate, carrier.delay)
    return queues.medium(layout.plant[device], device, carrier.rate, carrier.layer, carrier.delay, loss, limit,
                         stream_seed(seed, f"span/{span.name}/{device}", 63), change=change)


def scheduler(index: int, device: str, plan: Scheduler, slack: Time) -> Iterator[Request]:
    """Shaper, bands, queues and classifiers of one interface; a single band needs no choice between bands."""
    yield from queues.shaper(index, device, plan.rate, plan.layer, slack)
    full = plan.layer.cost(queues.FULL_FRAME)
    if len(plan.bands) > 1:
        yield queues.bands(index, device, [band.quantum for band in plan.bands], plan.default)
    for k, band in enumerate(plan.bands):
        parent = queues.BANDS | k + 1 if len(plan.bands) > 1 else queues.SHAPED
        spot = Spot(index, device, parent, (queues.FIRST_LEAF + k) << 16)
        if band.discipline is Discipline.FIFO:
            yield queues.fifo(spot, band.limit)
        else:
            yield queues.fq_codel(spot, band.limit, band.target, band.interval, full)
    if len(plan.bands) > 1:
        yield from classify.classifiers(index, device, plan.classifiers)


def _medium(layout: Layout, end: End) -> Device:
    return Device(layout.plant[end.medium_device], end.medium_device)


def _taken(layout: Layout, source: str, target: str, mark: int = 0) -> Iterator[Request]:
    yield queues.arrivals(layout.plant[source], source)
    yield queues.redirect(layout.plant[source], source, layout.plant[target], target, mark)


def _shared(layout: Layout, span: SpanPlan, shared: Shared, slack: Time) -> Iterator[Request]:
    near, far = layout.plant[shared.device], layout.plant[shared.peer_device]
    yield links.pair(Device(near, shared.device), Device(far, shared.peer_device))
    yield links.up(far, shared.peer_device)
    yield from scheduler(near, shared.device, shared.scheduler, slack)
    yield from _taken(layout, span.a.medium_device, shared.device, FORTH)
    yield from _taken(layout, span.b.medium_device, shared.device, BACK)
    yield queues.arrivals(far, shared.peer_device)
    for mark, target in ((FORTH, span.b), (BACK, span.a)):
        yield queues.redirect_marked(far, shared.peer_device, mark, layout.plant[target.medium_device],
                                     target.medium_device)


def gone(layout: Layout) -> Iterator[Request]:
    """The switches' ports, removed; the other ends go with them."""
    for name, index in layout.ports.items():
        yield links.delete(index, name)
