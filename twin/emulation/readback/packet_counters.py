"""Packet counters: what each queue has sent and dropped, and losses outside the model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import Unparsable
from twin.emulation import ovs
from twin.emulation.fault_injection import affected_spans
from twin.emulation.interface_layout import PLANT, ROOT, Layout
from twin.emulation.kernel_protocol import Kernel
from twin.emulation.qdisc import dcf_qdisc
from twin.emulation.qdisc.tc_requests import ROOT as ROOT_QDISC
from twin.emulation.qdisc.tc_requests import queue_at
from twin.emulation.readback import netlink_dumps
from twin.emulation.readback.netlink_dumps import DumpedQdisc
from twin.plan.blueprint import FaultPlan, LinkDirection
from twin.plan.queue_and_airtime_counters import AirtimeCounters, NetworkCounters, QueueCounters

QUEUE_KINDS = ("bfifo", "fq_codel", "cake")
"""The kinds of qdisc that hold the packets of a band."""
PROC_SNMP = Path("/proc/thread-self/net/snmp")
DISCARD_COUNTERS = (("Ip:", "InDiscards"), ("Udp:", "RcvbufErrors"), ("Udp:", "MemErrors"), ("Udp:", "InCsumErrors"))
"""Discards by a host's own stack; what its CPE's queue drops counts as SndbufErrors and OutDiscards, and is no loss
outside the model."""


@dataclass(frozen=True, slots=True)
class Counts:
    """All counters at one moment. media: drops of each medium; links: drops of each interface of the lab's own
    namespace and the plant; hosts: packets that each host's own stack discarded; upcalls: packets that Open vSwitch
    lost on the way to its daemon."""

    queues: tuple[QueueCounters, ...]
    media: Mapping[str, int]
    links: Mapping[str, int]
    hosts: Mapping[str, int]
    upcalls: int


def queue_counters(kernel: Kernel, layout: Layout) -> NetworkCounters:
    """Counters of all queues and radio cells so far; two system calls a namespace."""
    dumped = _dump_qdiscs(kernel, layout)
    return NetworkCounters(_queue_counts(layout, dumped), tuple(_air_counts(layout, dumped[PLANT])))


def all_counters(kernel: Kernel, layout: Layout) -> Counts:
    """Take all counters."""
    dumped = _dump_qdiscs(kernel, layout)
    media = {qdisc.index: qdisc.drops for qdisc in dumped[PLANT]
             if qdisc.kind == "netem" and qdisc.parent == ROOT_QDISC}
    dropped = [netlink_dumps.interface_drops(kernel.dump(namespace, netlink_dumps.links()))
               for namespace in (ROOT, PLANT)]
    return Counts(
        _queue_counts(layout, dumped),
        {name: media.get(index, 0) for name, index in layout.plant.items()},
        dropped[0] | dropped[1],
        {host.name: discarded(kernel.read_file(host.namespace, PROC_SNMP)) for host in layout.blueprint.hosts},
        lost_upcalls(kernel.command(ovs.SWITCH_DAEMON, "dpctl/show")),
    )


def _dump_qdiscs(kernel: Kernel, layout: Layout) -> dict[str, tuple[DumpedQdisc, ...]]:
    """The qdiscs of each namespace that has queues."""
    return {namespace: tuple(netlink_dumps.parse_qdiscs(kernel.dump(namespace, netlink_dumps.qdiscs())))
            for namespace in (ROOT, PLANT, *(host.namespace for host in layout.blueprint.hosts))}


def _queue_counts(layout: Layout, dumped: Mapping[str, Iterable[DumpedQdisc]]) -> tuple[QueueCounters, ...]:
    return tuple(sorted(_queues(layout, dumped), key=lambda c: (c.span, c.forward, c.band)))


def unmodelled_losses(layout: Layout, before: Counts, after: Counts, faults: Iterable[FaultPlan] = ()
                      ) -> dict[str, int]:
    """Packets lost outside the model between two moments, by place; a medium may drop only if it is lossy, the queue of
    a modem, or that of a head-end's own interface, and a span that is cut in the run, or by one of `faults`, may lose
    packets in flight."""
    lossy = {name for span in layout.blueprint.spans for name, carrier in _media(layout, span.name)
             if carrier.impairments.loss_probability or carrier.queue}
    broken = [span for fault in (*layout.blueprint.faults, *faults)
              for span in affected_spans(layout.blueprint, fault)]
    cut = {name for span in broken for end in (span.a, span.b) for name in (end.device, end.medium_device)}
    fed = {end.medium_device for span in layout.blueprint.spans if span.shared is None and span.cell is None
           for end, other in ((span.a, span.b), (span.b, span.a)) if other.scheduler is None}
    losses = {f"medium {name}": after.media[name] - before.media.get(name, 0)
             for name in after.media if name not in lossy | cut | fed}
    losses |= {f"interface {name}": drops - before.links.get(name, 0)
              for name, drops in after.links.items() if name not in cut}
    losses |= {f"host {name}": packets - before.hosts.get(name, 0) for name, packets in after.hosts.items()}
    losses["upcalls"] = after.upcalls - before.upcalls
    return {where: packets for where, packets in losses.items() if packets}


def discarded(text: str) -> int:
    """The packets that /proc/net/snmp says a host's stack discarded: no room for them, or damaged (RFC 1213)."""
    return sum(_named(text, DISCARD_COUNTERS))


def segments(text: str) -> int:
    """The segments of TCP that /proc/net/snmp says have arrived at a host (RFC 4022)."""
    (arrived,) = _named(text, (("Tcp:", "InSegs"),))
    return arrived


def _named(text: str, places: Iterable[tuple[str, str]]) -> list[int]:
    """Counters of /proc/net/snmp by protocol and name."""
    rows = [line.split() for line in text.splitlines()]
    named = {(head[0], name): value for head, values in zip(rows[::2], rows[1::2], strict=False)
             for name, value in zip(head[1:], values[1:], strict=False)}
    try:
        return [int(named[place]) for place in places]
    except (KeyError, ValueError) as fault:
        raise Unparsable("/proc/net/snmp", text) from fault


def lost_upcalls(text: str) -> int:
    """The packets that the switch daemon's command `dpctl/show` reports as lost, over all datapaths."""
    counts = re.findall(r"lookups: hit:\d+ missed:\d+ lost:(\d+)", text)
    if not counts:
        raise Unparsable(f"{ovs.SWITCH_DAEMON} dpctl/show", text)
    return sum(map(int, counts))


def _queues(layout: Layout, dumped: Mapping[str, Iterable[DumpedQdisc]]) -> Iterable[QueueCounters]:
    queue_spans = _queue_spans(layout)
    for namespace, several in dumped.items():
        for qdisc in several:
            station, band = queue_at(qdisc.handle)
            place = queue_spans.get((namespace, qdisc.index, station))
            if place is not None and qdisc.kind in QUEUE_KINDS and band >= 0:
                yield QueueCounters(*place, band, qdisc.size, qdisc.packets, qdisc.drops, qdisc.backlog)


def _air_counts(layout: Layout, dumped: Iterable[DumpedQdisc]) -> Iterator[AirtimeCounters]:
    """The counts of the air of each cell."""
    statistics = {qdisc.index: qdisc.own for qdisc in dumped if qdisc.handle == dcf_qdisc.DCF_HANDLE}
    for cell in layout.blueprint.cells:
        yield dcf_qdisc.parse_statistics(cell.name, statistics[layout.plant[cell.device]])


def _queue_spans(layout: Layout) -> dict[tuple[str, int, int], tuple[str, bool]]:
    """The span and direction of all queues, by namespace, interface and station (0 where there is no radio cell)."""
    directions = {}
    for span in layout.blueprint.spans:
        for end, forward in ((span.a, True), (span.b, False)):
            if end.scheduler is not None:
                directions[layout.namespace(end), layout.index(end), 0] = (span.name, forward)
        if span.shared is not None:
            directions[PLANT, layout.plant[span.shared.device], 0] = (span.name, True)
    for cell in layout.blueprint.cells:
        for number in range(len(cell.stations)):
            directions[PLANT, layout.plant[cell.device], number + 1] = cell.queues_of(number)
    return directions


def _media(layout: Layout, span: str) -> tuple[tuple[str, LinkDirection], ...]:
    """The interfaces of a span's medium, each with what carries packets out of it."""
    plan = layout.spans[span]
    return (plan.b.medium_device, plan.forward), (plan.a.medium_device, plan.reverse)
