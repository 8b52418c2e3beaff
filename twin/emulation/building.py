"""Blueprint to requests, namespace by namespace; pure.

Interfaces come up last: the kernel waits for a moment of rest whenever it changes a qdisc of one that is up.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from twin.emulation import air, choosers, classify, links, noise, queues, subscribers
from twin.emulation.layout import HOST_INDEX, Layout
from twin.emulation.links import Device
from twin.emulation.queues import Spot
from twin.model import Discipline, Share
from twin.netlink import Request
from twin.plan.blueprint import Band, Carrier, Cell, End, Host, Scheduler, Shared, Sharing, SpanPlan
from twin.plan.media import HEADER
from twin.seeds import stream_seed
from twin.units import Ratio, Size, Time

FORTH, BACK = 1, 2
"""Marks on a shared medium: from a to b, from b to a."""


def host(layout: Layout, one: Host, plant: int, slack: Time) -> Iterator[Request]:
    """A host's namespace: loopback, its interface with address and route, its scheduler. plant: file descriptor."""
    end = layout.end_of(one)
    mtu = layout.spans[one.span].back.layer.largest - HEADER
    yield links.up(links.LOOPBACK, "lo")
    yield links.pair(Device(HOST_INDEX, end.device, one.mac, mtu), _medium(layout, end), plant)
    if end.scheduler is not None:
        yield from scheduler(HOST_INDEX, end.device, end.scheduler, slack)
    yield links.up(HOST_INDEX, end.device)
    yield links.address(HOST_INDEX, end.device, one.address)
    yield links.everything_on_link(HOST_INDEX, end.device)


def ports(layout: Layout, plant: int, slack: Time) -> Iterator[Request]:
    """The switches' ports and the schedulers before their spans. plant: file descriptor."""
    for end in layout.port_ends():
        index = layout.ports[end.device]
        yield links.pair(Device(index, end.device), _medium(layout, end), plant)
        if end.scheduler is not None:
            yield from scheduler(index, end.device, end.scheduler, slack)
        yield links.up(index, end.device)


def media(layout: Layout, seed: int, slack: Time, striking: int = 0) -> Iterator[Request]:
    """The plant: for each span, what arrives from one end goes through the medium to the other.

    striking: file descriptor of the program that loses what noise strikes, where there is any.
    Filters come after all qdiscs, and interfaces up after all filters: between the making and the first use of one
    the kernel waits for a moment of rest, once for all or once for each.
    """
    spans = layout.blueprint.spans
    shared = [(span, span.shared) for span in spans if span.shared is not None]
    for _, hop in shared:
        yield from _hop(layout, hop, slack)
    for cell in layout.blueprint.cells:
        yield from _air(layout, cell, seed)
    for span in spans:
        for end, carrier in ((span.a, span.back), (span.b, span.forth)):
            yield queues.arrivals(layout.plant[end.medium_device], end.medium_device)
            yield medium(layout, span, end, carrier, seed)
    for span in spans:
        if span.shared is None and span.cell is None:
            yield from _across(layout, span.a, span.b, span.forth, striking)
            yield from _across(layout, span.b, span.a, span.back, striking)
    for span, hop in shared:
        yield from _turns(layout, span, hop)
    for cell in layout.blueprint.cells:
        yield from _ways(layout, cell)
    for device, index in layout.plant.items():
        yield links.up(index, device)


def medium(layout: Layout, span: SpanPlan, target: End, carrier: Carrier, seed: int,
           *, loss: Ratio | None = None, change: bool = False) -> Request:
    """What carries packets towards `target`. loss: instead of the carrier's own; a span that is cut loses all."""
    device = target.medium_device
    way = carrier if loss is None else replace(carrier, loss=loss)
    return queues.medium(layout.plant[device], device, way, medium_seed(seed, span.name, device), change=change)


def medium_seed(seed: int, span: str, device: str) -> int:
    """The seed of the losses of one direction of a span."""
    return stream_seed(seed, f"span/{span}/{device}", 63)


def scheduler(index: int, device: str, plan: Scheduler, slack: Time) -> Iterator[Request]:
    """Shaper, bands, queues and classifiers of one interface."""
    yield from queues.shaper(index, device, plan.rate, plan.layer, slack)
    yield from tree(Spot(index, device, queues.SHAPED, queues.BANDS), plan, queues.FIRST_LEAF)


def tree(spot: Spot, plan: Scheduler, first_leaf: int) -> Iterator[Request]:
    """Bands at `spot`, their queues and classifiers; a single band needs no choice between bands."""
    full = plan.layer.full
    if len(plan.bands) > 1:
        yield from choosers.chooser(spot, plan, full)
    for k, band in enumerate(plan.bands):
        parent = spot.handle | k + 1 if len(plan.bands) > 1 else spot.parent
        leaf = Spot(spot.index, spot.device, parent, (first_leaf + k) << 16)
        apart = plan.sharing if band.share is Share.SUBSCRIBER else None
        yield queue(leaf, band, full, apart)
        if apart is not None:
            yield subscribers.classifier(leaf, apart)
    if len(plan.bands) > 1:
        yield from classify.classifiers(spot.index, spot.device, plan.classifiers, spot.handle)


def queue(spot: Spot, band: Band, full: int, apart: Sharing | None) -> Request:
    """The queue of a band; full: cost of a full packet; apart: how it tells subscribers apart, if it does."""
    match band.discipline:
        case Discipline.FIFO:
            return queues.fifo(spot, band.limit)
        case Discipline.FQ_CODEL:
            flows = apart.queues if apart else queues.FLOWS
            return queues.fq_codel(spot, band.limit, band.target, band.interval, full, flows)
        case Discipline.CAKE:
            return queues.cake(spot, Size(queues.codel_limits(band.limit, full)[1]), band.target, band.interval)


def _medium(layout: Layout, end: End) -> Device:
    return Device(layout.plant[end.medium_device], end.medium_device)


def _across(layout: Layout, source: End, target: End, carrier: Carrier, striking: int) -> Iterator[Request]:
    """What arrives from one end goes to the other, unless noise strikes it."""
    device, struck = source.medium_device, carrier.strikes is not None
    if struck:
        yield noise.attached(layout.plant[device], device, striking)
    yield _redirect(layout, device, target.medium_device, asked_after=struck)


def _redirect(layout: Layout, source: str, target: str, mark: int = 0, asked_after: bool = False) -> Request:
    preference = 2 if asked_after or source in layout.gated else 1
    return queues.redirect(layout.plant[source], source, layout.plant[target], target, mark, preference)


def _hop(layout: Layout, hop: Shared, slack: Time) -> Iterator[Request]:
    """The pair of devices through which both directions of a radio hop go, with their scheduler."""
    near, far = layout.plant[hop.device], layout.plant[hop.peer_device]
    yield links.pair(Device(near, hop.device), Device(far, hop.peer_device))
    yield from scheduler(near, hop.device, hop.scheduler, slack)
    yield queues.arrivals(far, hop.peer_device)


def _turns(layout: Layout, span: SpanPlan, hop: Shared) -> Iterator[Request]:
    """Both ends into the hop with a mark, and out of it by the mark."""
    far = layout.plant[hop.peer_device]
    for mark, source, target in ((FORTH, span.a, span.b), (BACK, span.b, span.a)):
        yield _redirect(layout, source.medium_device, hop.device, mark)
        device = target.medium_device
        yield queues.redirect_marked(far, hop.peer_device, mark, layout.plant[device], device)


def _air(layout: Layout, cell: Cell, seed: int) -> Iterator[Request]:
    """The pair of devices through which all packets of a radio cell go, with a tree for each station."""
    near, far = layout.plant[cell.device], layout.plant[cell.peer_device]
    yield links.pair(Device(near, cell.device), Device(far, cell.peer_device))
    yield air.medium(near, cell, cell_seed(seed, cell))
    for number, station in enumerate(cell.stations, start=1):
        handle = queues.STATION * number
        yield from tree(Spot(near, cell.device, air.AIR | number, handle << 16), station.scheduler,
                        handle + queues.FIRST_LEAF)
    yield queues.arrivals(far, cell.peer_device)


def cell_seed(seed: int, cell: Cell) -> int:
    """The seed of backoffs and frame errors in a cell."""
    return stream_seed(seed, f"cell/{cell.name}", 63)


def _ways(layout: Layout, cell: Cell) -> Iterator[Request]:
    """The ends of each way into the cell with the way's number as mark, and out of it by the mark."""
    far = layout.plant[cell.peer_device]
    for mark, way in enumerate(cell.ways, start=1):
        span = layout.spans[way.span]
        source, target = (span.a, span.b) if way.forth else (span.b, span.a)
        yield _redirect(layout, source.medium_device, cell.device, mark)
        device = target.medium_device
        yield queues.redirect_marked(far, cell.peer_device, mark, layout.plant[device], device)


def gone(layout: Layout, standing: Set[str]) -> Iterator[Request]:
    """Those of the switches' ports that stand, removed; the other ends go with them."""
    for name, index in layout.ports.items():
        if name in standing:
            yield links.delete(index, name)
