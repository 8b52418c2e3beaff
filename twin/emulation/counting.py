"""How much each queue has carried and dropped, and what was lost where nothing may be: from dumps to counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from twin.emulation import air, dumps
from twin.emulation.dumps import Standing
from twin.emulation.faults import spans_of
from twin.emulation.layout import PLANT, ROOT, Layout
from twin.emulation.queues import queue_at
from twin.emulation.seam import Kernel
from twin.errors import Unparsable
from twin.plan.blueprint import Carrier
from twin.plan.counters import AirCount, Carried, QueueCount

LEAVES = ("bfifo", "fq_codel", "cake")
"""The kinds of qdisc that hold the packets of a band."""
PROTOCOLS = Path("/proc/thread-self/net/snmp")
DISCARDED = (("Ip:", "InDiscards"), ("Udp:", "RcvbufErrors"), ("Udp:", "MemErrors"), ("Udp:", "InCsumErrors"))
"""What a host may lose on its own; what its CPE's queue drops counts as SndbufErrors and OutDiscards, and is no loss
outside the model."""


@dataclass(frozen=True, slots=True)
class Counts:
    """All counters at one moment. media: drops of each medium; links: drops of each interface of the lab's own
    namespace and the plant; hosts: packets that each host's own stack discarded; upcalls: packets that Open vSwitch
    lost on the way to its daemon."""

    queues: tuple[QueueCount, ...]
    media: Mapping[str, int]
    links: Mapping[str, int]
    hosts: Mapping[str, int]
    upcalls: int


def carried(kernel: Kernel, layout: Layout) -> Carried:
    """What every queue and the air of every radio cell has carried so far; two system calls a namespace."""
    stand = _stand(kernel, layout)
    return Carried(_counted(layout, stand), tuple(_aired(layout, stand[PLANT])))


def count(kernel: Kernel, layout: Layout) -> Counts:
    """Take all counters."""
    stand = _stand(kernel, layout)
    media = {one.index: one.drops for one in stand[PLANT] if one.kind == "netem"}
    dropped = [dumps.dropped(kernel.dump(namespace, dumps.links())) for namespace in (ROOT, PLANT)]
    return Counts(
        _counted(layout, stand),
        {name: media.get(index, 0) for name, index in layout.plant.items()},
        dropped[0] | dropped[1],
        {host.name: discarded(kernel.contents(host.namespace, PROTOCOLS)) for host in layout.blueprint.hosts},
        lost_upcalls(kernel.run("ovs-appctl", "dpctl/show")),
    )


def _stand(kernel: Kernel, layout: Layout) -> dict[str, tuple[Standing, ...]]:
    """The qdiscs of each namespace that has queues."""
    return {namespace: tuple(dumps.standing(kernel.dump(namespace, dumps.qdiscs())))
            for namespace in (ROOT, PLANT, *(host.namespace for host in layout.blueprint.hosts))}


def _counted(layout: Layout, stand: Mapping[str, Iterable[Standing]]) -> tuple[QueueCount, ...]:
    return tuple(sorted(_queues(layout, stand), key=lambda c: (c.span, c.forth, c.band)))


def strays(layout: Layout, before: Counts, after: Counts) -> dict[str, int]:
    """Packets lost outside the model between two moments, by where; a medium may drop only if it is lossy, and a
    span that breaks in the run may lose what was under way."""
    lossy = {name for span in layout.blueprint.spans for name, carrier in _media(layout, span.name) if carrier.loss}
    broken = [span for fault in layout.blueprint.faults for span in spans_of(layout.blueprint, fault)]
    cut = {name for span in broken for end in (span.a, span.b) for name in (end.device, end.medium_device)}
    found = {f"medium {name}": after.media[name] - before.media.get(name, 0)
             for name in after.media if name not in lossy | cut}
    found |= {f"interface {name}": drops - before.links.get(name, 0)
              for name, drops in after.links.items() if name not in cut}
    found |= {f"host {name}": packets - before.hosts.get(name, 0) for name, packets in after.hosts.items()}
    found["upcalls"] = after.upcalls - before.upcalls
    return {where: packets for where, packets in found.items() if packets}


def discarded(said: str) -> int:
    """The packets that /proc/net/snmp says a host's stack discarded: no room for them, or damaged (RFC 1213)."""
    rows = [line.split() for line in said.splitlines()]
    named = {(head[0], name): value for head, values in zip(rows[::2], rows[1::2], strict=False)
             for name, value in zip(head[1:], values[1:], strict=False)}
    try:
        return sum(int(named[place]) for place in DISCARDED)
    except (KeyError, ValueError) as fault:
        raise Unparsable("/proc/net/snmp", said) from fault


def lost_upcalls(said: str) -> int:
    """The packets that `ovs-appctl dpctl/show` reports as lost, over all datapaths."""
    found = re.findall(r"lookups: hit:\d+ missed:\d+ lost:(\d+)", said)
    if not found:
        raise Unparsable("ovs-appctl dpctl/show", said)
    return sum(map(int, found))


def _queues(layout: Layout, stand: Mapping[str, Iterable[Standing]]) -> Iterable[QueueCount]:
    places = _places(layout)
    for namespace, several in stand.items():
        for one in several:
            station, band = queue_at(one.handle)
            place = places.get((namespace, one.index, station))
            if place is not None and one.kind in LEAVES and band >= 0:
                yield QueueCount(*place, band, one.size, one.packets, one.drops)


def _aired(layout: Layout, stand: Iterable[Standing]) -> Iterator[AirCount]:
    """The counts of the air of each cell."""
    told = {one.index: one.own for one in stand if one.handle == air.AIR}
    for cell in layout.blueprint.cells:
        yield air.counted(cell.name, told[layout.plant[cell.device]])


def _places(layout: Layout) -> dict[tuple[str, int, int], tuple[str, bool]]:
    """The span and direction of all queues, by namespace, interface and station (0 where there is no radio cell)."""
    found = {}
    for span in layout.blueprint.spans:
        for end, forth in ((span.a, True), (span.b, False)):
            if end.scheduler is not None:
                found[layout.namespace(end), layout.index(end), 0] = (span.name, forth)
        if span.shared is not None:
            found[PLANT, layout.plant[span.shared.device], 0] = (span.name, True)
    for cell in layout.blueprint.cells:
        for number in range(len(cell.stations)):
            found[PLANT, layout.plant[cell.device], number + 1] = cell.queues_of(number)
    return found


def _media(layout: Layout, span: str) -> tuple[tuple[str, Carrier], ...]:
    """The interfaces of a span's medium, each with what carries packets out of it."""
    one = layout.spans[span]
    return (one.b.medium_device, one.forth), (one.a.medium_device, one.back)
