"""Reads the configuration back and compares it with the blueprint, both as text; a difference is an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from twin.core.errors import EmulationError
from twin.core.rtnetlink import NEW_FILTER, Request
from twin.core.units import Time
from twin.emulation import netlink_requests, ovs
from twin.emulation.bpf import drop_precedence, duplicator
from twin.emulation.bpf.duplicator import INGRESS_FILTERS
from twin.emulation.bpf.three_colour_marker import EGRESS_FILTERS
from twin.emulation.interface_layout import PLANT, ROOT, Layout
from twin.emulation.kernel_protocol import Kernel
from twin.emulation.packet_duplication import arriving_twice
from twin.emulation.qdisc import dcf_qdisc, tc_requests
from twin.emulation.readback import filter_text, netlink_dumps, qdisc_text
from twin.emulation.readback.netlink_dumps import DumpedQdisc
from twin.emulation.readback.qdisc_text import SEED
from twin.plan.blueprint import End, LinkDirection, SpanPlan
from twin.plan.qos.three_colour_markers import coloured_queues

Readback = dict[str, tuple[str, ...]]
"""The configuration of each interface ("namespace device"), one line a qdisc, class or filter, sorted."""
MAX_SHOWN = 8


def expected(layout: Layout, seed: int) -> Readback:
    """The configuration of every interface as the blueprint has it."""
    lines_of: dict[str, list[str]] = {}
    for span in layout.blueprint.spans:
        for end, carrier in ((span.a, span.reverse), (span.b, span.forward)):
            lines_of[_key(PLANT, end.medium_device)] = [*_medium(span, end.medium_device, carrier, seed), "ingress"]
            queues = qdisc_text.port_text(end.scheduler) if end.scheduler is not None else ()
            hook = ["clsact"] if end.node in layout.hosts else []
            lines_of[_key(layout.namespace(end), end.device)] = [*queues, *hook]
        if span.shared is not None:
            lines_of[_key(PLANT, span.shared.device)] = list(qdisc_text.port_text(span.shared.scheduler))
            lines_of[_key(PLANT, span.shared.peer_device)] = ["ingress"]
    for cell in layout.blueprint.cells:
        trees = [f"station {k}: {line}" for k, station in enumerate(cell.stations, start=1)
                 for line in qdisc_text.bands_text(station.scheduler)]
        dcf = dcf_qdisc.expected_text(cell, netlink_requests.cell_seed(seed, cell))
        lines_of[_key(PLANT, cell.device)] = [*dcf, *trees]
        lines_of[_key(PLANT, cell.peer_device)] = ["ingress"]
    for namespace, requests in _requests(layout):
        names = _interfaces(layout)[namespace]
        for dumped in filter_text.filters_in(requests):
            lines_of[_key(namespace, names[dumped.index])].append(filter_text.filter_text(dumped, names))
    for switch in layout.blueprint.switches:
        for port in switch.ports:
            lines_of[_key(ROOT, port.device)].append(f"port {port.number}")
            if switch.markers:
                lines_of[_key(ROOT, port.device)].append("bpf marker")
    _add_colour_programs(layout, lines_of)
    _add_duplicators(layout, lines_of)
    return {key: tuple(sorted(lines)) for key, lines in lines_of.items()}


def _medium(span: SpanPlan, device: str, carrier: LinkDirection, seed: int) -> Iterator[str]:
    """What loses and delays packets that leave the plant by a device."""
    yield qdisc_text.medium_text(carrier)
    yield f"{SEED} {netlink_requests.medium_seed(seed, span.name, device)}"
    yield from qdisc_text.modem_text(carrier)
    yield from qdisc_text.delayer_text(carrier)
    if carrier.impairments.delays:
        yield f"{SEED} {netlink_requests.delayer_seed(seed, span.name, device)} of delays"


def _add_duplicators(layout: Layout, lines_of: dict[str, list[str]]) -> None:
    """Add the programs by which packets arrive twice, and the qdiscs that hold them."""
    for namespace, end in _twice(layout):
        lines = lines_of[_key(namespace, end.device)]
        lines += [f"bpf {duplicator.PROGRAM_NAME}", *([] if "clsact" in lines else ["clsact"])]


def _twice(layout: Layout) -> list[tuple[str, End]]:
    """The ends at which packets arrive twice, each with its namespace."""
    return [(layout.namespace(end), end) for span in layout.blueprint.spans for end, _ in arriving_twice(span)]


def _add_colour_programs(layout: Layout, lines_of: dict[str, list[str]]) -> None:
    """Add the qdiscs and programs for the colours of bandwidth profiles."""
    gates = {gate.end.device: gate.end.medium_device for gate in coloured_queues(layout.blueprint)}
    for device, behind in gates.items():
        lines_of[_key(ROOT, device)].append(f"bpf {drop_precedence.ENQUEUE_NAME}")
        lines_of[_key(PLANT, behind)].append(f"bpf {drop_precedence.DEQUEUE_NAME}")
    for device in {*gates, *(port.device for switch in layout.blueprint.switches if switch.markers
                             for port in switch.ports)}:
        lines_of[_key(ROOT, device)].append("clsact")


def actual(kernel: Kernel, layout: Layout) -> Readback:
    """The configuration of every interface as kernel and Open vSwitch report it."""
    lines_of: dict[str, list[str]] = {}
    shared, twice = _shared(layout), _twice(layout)
    for namespace, names in _interfaces(layout).items():
        qdiscs = netlink_dumps.parse_qdiscs(kernel.dump(namespace, netlink_dumps.qdiscs()))
        present = [dumped for dumped in qdiscs if dumped.index in names]
        shaped = sorted({dumped.index for dumped in present if dumped.kind in ("htb", "hfsc")})
        filtered = sorted([(dumped.index, EGRESS_FILTERS if dumped.kind == "clsact" else dumped.handle)
                           for dumped in present if _has_filters(dumped, shared=dumped.index in shared[namespace])]
                          + [(layout.index(end), INGRESS_FILTERS) for place, end in twice if place == namespace])
        classes = netlink_dumps.parse_qdiscs(kernel.dump(namespace, *map(netlink_dumps.classes, shaped)))
        present += [dumped for dumped in classes if dumped.kind in ("htb", "hfsc") and dumped.handle & 0xFFFF]
        for dumped in present:
            lines_of.setdefault(_key(namespace, names[dumped.index]), []).extend(qdisc_text.qdisc_text(dumped))
        answers = kernel.dump(namespace, *(netlink_dumps.filters(*place) for place in filtered))
        for kind, body in netlink_dumps.messages(answers):
            rule = netlink_dumps.parse_filter(body) if kind == NEW_FILTER else None
            if rule is not None:
                lines_of[_key(namespace, names[rule.index])].append(filter_text.filter_text(rule, names))
    numbers = ovs.port_numbers(kernel.command(ovs.SWITCH_DAEMON, ovs.PORT_NUMBERS))
    for device in layout.ports:
        lines_of.setdefault(_key(ROOT, device), []).append(f"port {numbers.get(device)}")
    return {key: tuple(sorted(lines)) for key, lines in lines_of.items()}


def expected_media(layout: Layout, seed: int, name: str) -> Readback:
    """What the blueprint has of the two media of one span."""
    span = layout.spans[name]
    return {_key(PLANT, end.medium_device): tuple(sorted(_medium(span, end.medium_device, carrier, seed)))
            for end, carrier in ((span.a, span.reverse), (span.b, span.forward))}


def actual_media(kernel: Kernel, layout: Layout, name: str) -> Readback:
    """What the kernel reports of them."""
    span, lines_of = layout.spans[name], dict[str, list[str]]()
    names = {layout.plant[end.medium_device]: end.medium_device for end in (span.a, span.b)}
    for dumped in netlink_dumps.parse_qdiscs(kernel.dump(PLANT, netlink_dumps.qdiscs())):
        if dumped.index in names and dumped.kind == "netem":
            lines_of.setdefault(_key(PLANT, names[dumped.index]), []).extend(qdisc_text.qdisc_text(dumped))
    return {key: tuple(sorted(lines)) for key, lines in lines_of.items()}


def _has_filters(dumped: DumpedQdisc, *, shared: bool) -> bool:
    """Whether a qdisc may have filters: schedulers of bands, ingress, and queues with a share for each subscriber."""
    return (dumped.kind in ("ets", "ingress", "clsact")
            or (dumped.kind in ("htb", "hfsc") and tc_requests.is_scheduler_handle(dumped.handle))
            or (dumped.kind in ("fq_codel", "cake") and shared))


def of_spans(layout: Layout, whole: Readback, spans: Iterable[SpanPlan]) -> Readback:
    """What a readback says of the interfaces of these spans."""
    keys = {key for span in spans for end in (span.a, span.b)
            for key in (_key(layout.namespace(end), end.device), _key(PLANT, end.medium_device))}
    return {key: lines for key, lines in whole.items() if key in keys}


def beyond(wanted: Readback, reported: Readback) -> Readback:
    """What interfaces have beside what the blueprint says, such as the filters of traffic generators."""
    return {key: tuple((Counter(lines) - Counter(wanted.get(key, ()))).elements()) for key, lines in reported.items()}


def together(wanted: Readback, beside: Readback) -> Readback:
    """The configuration with what interfaces have beside it."""
    return {key: tuple(sorted((*lines, *beside.get(key, ())))) for key, lines in wanted.items()}


def compare(wanted: Readback, reported: Readback) -> None:
    """Raise EmulationError, showing both, where the configuration differs."""
    differing = deviations(wanted, reported)
    if differing:
        shown = [f"  {key}\n    expected: {'; '.join(expected) or 'nothing'}\n"
                 f"    actual:   {'; '.join(actual) or 'nothing'}"
                 for key, (expected, actual) in [*differing.items()][:MAX_SHOWN]]
        raise EmulationError(f"{len(differing)} interfaces differ from the blueprint:\n" + "\n".join(shown))


def deviations(wanted: Readback, reported: Readback) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The interfaces that differ, sorted, each as expected and as it is.

    Kernels before 6.6 cannot be given a seed for losses; where none is reported, none is expected.
    """
    if not any(line.startswith(SEED) for lines in reported.values() for line in lines):
        wanted = {key: tuple(line for line in lines if not line.startswith(SEED)) for key, lines in wanted.items()}
    pairs = {key: (wanted.get(key, ()), reported.get(key, ())) for key in sorted(wanted.keys() | reported.keys())}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _key(namespace: str, device: str) -> str:
    return f"{namespace or 'lab'} {device}"


def _interfaces(layout: Layout) -> dict[str, dict[int, str]]:
    """Names of the interfaces of the emulation, by namespace and index."""
    names: dict[str, dict[int, str]] = {PLANT: {index: name for name, index in layout.plant.items()}, ROOT: {}}
    for span in layout.blueprint.spans:
        for end in (span.a, span.b):
            names.setdefault(layout.namespace(end), {})[layout.index(end)] = end.device
    return names


def _shared(layout: Layout) -> dict[str, set[int]]:
    """The interfaces, by namespace and index, whose queues share between subscribers."""
    indices: dict[str, set[int]] = {namespace: set() for namespace in _interfaces(layout)}
    for span in layout.blueprint.spans:
        for end in (span.a, span.b):
            if end.scheduler is not None and end.scheduler.subscriber_queues is not None:
                indices[layout.namespace(end)].add(layout.index(end))
        if span.shared is not None and span.shared.scheduler.subscriber_queues is not None:
            indices[PLANT].add(layout.plant[span.shared.device])
    for cell in layout.blueprint.cells:
        if any(station.scheduler.subscriber_queues is not None for station in cell.stations):
            indices[PLANT].add(layout.plant[cell.device])
    return indices


def _requests(layout: Layout) -> Iterator[tuple[str, Iterable[Request]]]:
    """All requests that may hold filters, by namespace; file descriptors do not matter to them."""
    yield PLANT, netlink_requests.media(layout, 0, Time(0))
    yield ROOT, netlink_requests.ports(layout, 0, Time(0))
    for host in layout.blueprint.hosts:
        yield host.namespace, netlink_requests.host(layout, host, 0, Time(0))
        yield host.namespace, netlink_requests.host_up(layout, host, 0)


