"""From the blueprint to rtnetlink requests, namespace by namespace; pure.

Interfaces are set up last: the kernel waits for an RCU grace period when it changes a qdisc of one that is up.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from twin.core.rtnetlink import Request
from twin.core.seeds import stream_seed
from twin.core.units import Size, Time
from twin.emulation import interface_requests
from twin.emulation.bpf import impulse_noise, socket_orphan, three_colour_marker
from twin.emulation.interface_layout import HOST_INDEX, Layout
from twin.emulation.interface_requests import Device
from twin.emulation.qdisc import band_schedulers, dcf_qdisc, flower_filters, netem, subscriber_filter, tc_requests
from twin.emulation.qdisc.tc_requests import QdiscLocation
from twin.model import Discipline, Share
from twin.plan.blueprint import (
    Band,
    End,
    Host,
    LinkDirection,
    RadioCellPlan,
    Scheduler,
    SharedMedium,
    SpanPlan,
    SubscriberQueues,
)
from twin.plan.blueprint.layers import HEADER

FORTH, BACK = 1, 2
"""Marks on a shared medium: from a to b, from b to a."""


def host(layout: Layout, host_plan: Host, plant: int, slack: Time) -> Iterator[Request]:
    """A host's namespace: loopback, its interface and scheduler, still down. plant: file descriptor."""
    end = layout.end_of(host_plan)
    mtu = largest_packet(layout.spans[host_plan.span])
    yield interface_requests.set_up(interface_requests.LOOPBACK, "lo")
    yield interface_requests.veth_pair(Device(HOST_INDEX, end.device, host_plan.mac, mtu), _medium(layout, end), plant)
    if end.scheduler is not None:
        yield from scheduler(HOST_INDEX, end.device, end.scheduler, slack)
    yield from three_colour_marker.clsact_requests([(HOST_INDEX, end.device)])


def largest_packet(line: SpanPlan) -> int:
    """Bytes of the largest IP packet that a host sends on its span."""
    return line.reverse.layer.max_frame - HEADER


def host_up(layout: Layout, host_plan: Host, orphan_program: int) -> Iterator[Request]:
    """A host's interface without its sockets' back pressure, up, with address and route.

    orphan_program: file descriptor. After `host` of all hosts, for the reason that `media` gives.
    """
    end = layout.end_of(host_plan)
    yield socket_orphan.attach_request(HOST_INDEX, end.device, orphan_program)
    yield interface_requests.set_up(HOST_INDEX, end.device)
    yield interface_requests.add_address(HOST_INDEX, end.device, host_plan.address)
    yield interface_requests.default_route(HOST_INDEX, end.device)


def ports(layout: Layout, plant: int, slack: Time) -> Iterator[Request]:
    """The switches' ports and the schedulers before their spans. plant: file descriptor."""
    for end in layout.port_ends():
        index = layout.ports[end.device]
        yield interface_requests.veth_pair(Device(index, end.device), _medium(layout, end), plant)
        if end.scheduler is not None:
            yield from scheduler(index, end.device, end.scheduler, slack)
        yield interface_requests.set_up(index, end.device)


def media(layout: Layout, seed: int, slack: Time, noise_program: int = 0) -> Iterator[Request]:
    """The plant: for each span, what arrives from one end goes through the medium to the other.

    noise_program: file descriptor of the program of impulse noise, where there is any.
    Filters come after all qdiscs, and interfaces are set up after all filters: between creation and first use the
    kernel waits for an RCU grace period, once for all or once for each.
    """
    spans = layout.blueprint.spans
    shared = [(span, span.shared) for span in spans if span.shared is not None]
    for _, hop in shared:
        yield from _shared_hop(layout, hop, slack)
    for cell in layout.blueprint.cells:
        yield from _cell(layout, cell, seed)
    for span in spans:
        for end, carrier in ((span.a, span.reverse), (span.b, span.forward)):
            yield tc_requests.ingress_qdisc(layout.plant[end.medium_device], end.medium_device)
            yield medium(layout, span, end, carrier, seed)
            if carrier.queue:
                yield netem.modem(layout.plant[end.medium_device], end.medium_device, carrier)
            if carrier.impairments.delays:
                yield delayer(layout, span, end, carrier, seed)
    for span in spans:
        if span.shared is None and span.cell is None:
            yield from _redirect_span(layout, span.a, span.b, span.forward, noise_program)
            yield from _redirect_span(layout, span.b, span.a, span.reverse, noise_program)
    for span, hop in shared:
        yield from _redirect_hop(layout, span, hop)
    for cell in layout.blueprint.cells:
        yield from _redirect_cell(layout, cell)
    for device, index in layout.plant.items():
        yield interface_requests.set_up(index, device)


def medium(layout: Layout, span: SpanPlan, target: End, carrier: LinkDirection, seed: int,
           *, change: bool = False) -> Request:
    """What carries packets towards `target`."""
    device = target.medium_device
    return netem.medium(layout.plant[device], device, carrier, medium_seed(seed, span.name, device), change=change)


def delayer(layout: Layout, span: SpanPlan, target: End, carrier: LinkDirection, seed: int,
            *, change: bool = False) -> Request:
    """What delays packets towards `target`."""
    device = target.medium_device
    return netem.delayer(layout.plant[device], device, carrier, delayer_seed(seed, span.name, device), change=change)


def medium_seed(seed: int, span: str, device: str) -> int:
    """The seed of the losses of one direction of a span."""
    return stream_seed(seed, f"span/{span}/{device}", 63)


def delayer_seed(seed: int, span: str, device: str) -> int:
    """The seed of the delays of one direction of a span."""
    return stream_seed(seed, f"delays/{span}/{device}", 63)


def scheduler(index: int, device: str, plan: Scheduler, slack: Time) -> Iterator[Request]:
    """Shaper, bands, queues and classifiers of one interface."""
    yield from tc_requests.shaper(index, device, plan.rate, plan.layer, slack)
    yield from tree(QdiscLocation(index, device, tc_requests.SHAPED, tc_requests.BANDS), plan, tc_requests.FIRST_LEAF)


def tree(location: QdiscLocation, plan: Scheduler, first_leaf: int) -> Iterator[Request]:
    """Bands at `location`, their queues and classifiers; a single band needs no scheduler."""
    full = plan.layer.max_frame_cost
    if len(plan.bands) > 1:
        yield from band_schedulers.scheduler_requests(location, plan, full)
    for k, band in enumerate(plan.bands):
        parent = location.handle | k + 1 if len(plan.bands) > 1 else location.parent
        leaf = QdiscLocation(location.index, location.device, parent, (first_leaf + k) << 16)
        sharing = plan.subscriber_queues if band.share is Share.SUBSCRIBER else None
        yield queue(leaf, band, full, sharing)
        if sharing is not None:
            yield subscriber_filter.classifier(leaf, sharing)
    if len(plan.bands) > 1:
        yield from flower_filters.classifiers(location.index, location.device, plan.classifiers, location.handle)


def queue(location: QdiscLocation, band: Band, full: int, sharing: SubscriberQueues | None) -> Request:
    """The queue of a band; full: cost of a full packet; sharing: between subscribers, if it is."""
    match band.discipline:
        case Discipline.FIFO:
            return tc_requests.fifo(location, band.limit)
        case Discipline.FQ_CODEL:
            flows = sharing.queues if sharing else tc_requests.FLOWS
            return tc_requests.fq_codel(location, band.limit, band.target, band.interval, full, flows)
        case Discipline.CAKE:
            memory = Size(tc_requests.codel_limits(band.limit, full)[1])
            return tc_requests.cake(location, memory, band.target, band.interval)


def _medium(layout: Layout, end: End) -> Device:
    return Device(layout.plant[end.medium_device], end.medium_device)


def _redirect_span(layout: Layout, source: End, target: End, carrier: LinkDirection,
                   noise_program: int) -> Iterator[Request]:
    """What arrives from one end goes to the other, unless noise strikes it."""
    device, struck = source.medium_device, carrier.impulse_noise is not None
    if struck:
        yield impulse_noise.attach_request(layout.plant[device], device, noise_program)
    yield _redirect(layout, device, target.medium_device, after_noise=struck)


def _redirect(layout: Layout, source: str, target: str, mark: int = 0, after_noise: bool = False) -> Request:
    preference = 2 if after_noise or source in layout.gated else 1
    return tc_requests.redirect(layout.plant[source], source, layout.plant[target], target, mark, preference)


def _shared_hop(layout: Layout, hop: SharedMedium, slack: Time) -> Iterator[Request]:
    """The pair of devices through which both directions of a radio hop go, with their scheduler."""
    near, far = layout.plant[hop.device], layout.plant[hop.peer_device]
    yield interface_requests.veth_pair(Device(near, hop.device), Device(far, hop.peer_device))
    yield from scheduler(near, hop.device, hop.scheduler, slack)
    yield tc_requests.ingress_qdisc(far, hop.peer_device)


def _redirect_hop(layout: Layout, span: SpanPlan, hop: SharedMedium) -> Iterator[Request]:
    """Redirect both ends into the shared hop with a mark, and out of it by the mark."""
    far = layout.plant[hop.peer_device]
    for mark, source, target in ((FORTH, span.a, span.b), (BACK, span.b, span.a)):
        yield _redirect(layout, source.medium_device, hop.device, mark)
        device = target.medium_device
        yield tc_requests.redirect_marked(far, hop.peer_device, mark, layout.plant[device], device)


def _cell(layout: Layout, cell: RadioCellPlan, seed: int) -> Iterator[Request]:
    """The pair of devices through which all packets of a radio cell go, with a tree for each station."""
    near, far = layout.plant[cell.device], layout.plant[cell.peer_device]
    yield interface_requests.veth_pair(Device(near, cell.device), Device(far, cell.peer_device))
    yield dcf_qdisc.medium(near, cell, cell_seed(seed, cell))
    for number, station in enumerate(cell.stations, start=1):
        handle = tc_requests.STATION * number
        location = QdiscLocation(near, cell.device, dcf_qdisc.DCF_HANDLE | number, handle << 16)
        yield from tree(location, station.scheduler, handle + tc_requests.FIRST_LEAF)
    yield tc_requests.ingress_qdisc(far, cell.peer_device)


def cell_seed(seed: int, cell: RadioCellPlan) -> int:
    """The seed of backoffs and frame errors in a cell."""
    return stream_seed(seed, f"cell/{cell.name}", 63)


def _redirect_cell(layout: Layout, cell: RadioCellPlan) -> Iterator[Request]:
    """Redirect the ends of each way into the cell with the way's number as mark, and out of it by the mark."""
    far = layout.plant[cell.peer_device]
    for mark, way in enumerate(cell.hop_directions, start=1):
        span = layout.spans[way.span]
        source, target = (span.a, span.b) if way.forward else (span.b, span.a)
        yield _redirect(layout, source.medium_device, cell.device, mark)
        device = target.medium_device
        yield tc_requests.redirect_marked(far, cell.peer_device, mark, layout.plant[device], device)


def port_deletions(layout: Layout, present: Set[str]) -> Iterator[Request]:
    """Deletions of the switches' ports that are present; the other ends go with them."""
    for name, index in layout.ports.items():
        if name in present:
            yield interface_requests.delete(index, name)
