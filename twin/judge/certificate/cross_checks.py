"""Two instruments for one figure: what ours and another say, and whether they agree within what is stated. Pure.

The other is a program that is not ours (irtt for one-way delay, iperf3 for goodput) or the kernel's own count before
the port of a switch. Where the two disagree, neither is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean, variance

from traffic.sample_files import Bytes, Samples
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.judge.verdict import Witnessed
from twin.plan.blueprint import Blueprint, Flow, Host, RtpCall, RtpStream, SpanPlan, UdpFlood
from twin.plan.counters import QueueCount

DELAY_TOLERANCE = 0.001
"""For least delays over the same way; beside it, `GRAIN` for each span."""
GRAIN = 1_000
"""ns: a span has two timers, and a program looks at the clock before it sends, which moves it by 256 ns."""
CHANCE = 4.5
"""Standard errors by which two samples of one queue may differ: once in a hundred thousand times they do."""
GOODPUT_TOLERANCE, AIR_TOLERANCE = 0.01, 0.03
"""For goodput, beside a packet: what early drops may leave a line idle for a moment, and what backoffs of a radio cell
add that are drawn anew for each download."""
Counted = RtpCall | RtpStream | UdpFlood
"""Traffic whose packets are all ours and are all counted where they arrive."""
OPENING = 1
"""The empty datagram by which a sender makes its way known."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a flow's receiver counted: packets that came, and those that came again."""

    received: int
    duplicates: int


def least_delay(what: str, ours: Sequence[int], theirs: Sequence[int], spans: int) -> Witnessed:
    """The least one-way delay of two senders over the same way of `spans` spans, ns."""
    mine, other = min(ours, default=None), min(theirs, default=None)
    room = DELAY_TOLERANCE + (GRAIN * spans / mine if mine else 0.0)
    return _witnessed(what, "irtt", _scaled(mine, NS_PER_MS), _scaled(other, NS_PER_MS), "ms", room)


def mean_delay(what: str, ours: Sequence[int], theirs: Sequence[int], spans: int) -> Witnessed:
    """The mean one-way delay of two senders over the same way at the same time, ns: as near as chance lets two samples
    of one queue be."""
    mine, other = (fmean(delays) if delays else None for delays in (ours, theirs))
    chance = CHANCE * sqrt(sum(variance(delays) / len(delays) for delays in (ours, theirs) if len(delays) > 1))
    room = DELAY_TOLERANCE + ((GRAIN * spans + chance) / mine if mine else 0.0)
    return _witnessed(what, "irtt", _scaled(mine, NS_PER_MS), _scaled(other, NS_PER_MS), "ms", room)


def goodputs(what: str, ours: Samples | None, theirs: Samples | None, windows: Sequence[tuple[int, int]],
             packet: int, air: bool = False) -> Witnessed:
    """Goodput of two downloads that had the same line one after the other, each in its window (ns): as near as a packet
    of `packet` bytes more or less makes them; air: and as the backoffs of a radio cell."""
    mine, other = (whole_goodput(samples, *window) if isinstance(samples, Bytes) else None
                   for samples, window in zip((ours, theirs), windows, strict=True))
    window = windows[0][1] - windows[0][0]
    room = GOODPUT_TOLERANCE + AIR_TOLERANCE * air + (packet * 8 * NS_PER_S / mine / window if mine else 0.0)
    return _witnessed(what, "iperf3", _scaled(mine, 1000), _scaled(other, 1000), "kbit/s", room)


def whole_goodput(progress: Bytes, begin: int, end: int) -> float | None:
    """Goodput between two moments at which nothing that has come waits for what was lost, bit/s; None without samples.

    A line that is never idle brings bytes at one pace, and a gap holds some of them back until it is filled: progress
    never leaves a straight line upwards. So it is taken from the edge of its upper hull that spans the middle.
    """
    hull: list[tuple[int, int]] = []
    for at, total in zip(progress.at, progress.total, strict=True):
        if begin <= at <= end:
            while len(hull) > 1 and _rises(hull[-2], hull[-1], (at, total)):
                hull.pop()
            hull.append((at, total))
    for (t0, b0), (t1, b1) in pairwise(hull):
        if t1 >= (begin + end) / 2:
            return (b1 - b0) * 8 * NS_PER_S / (t1 - t0)
    return None


def _rises(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Whether b lies on or below the straight line from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])


def deliveries(
    blueprint: Blueprint, arrived: Mapping[str, Arrived], before: Iterable[QueueCount], after: Iterable[QueueCount]
) -> tuple[Witnessed, ...]:
    """What the last queue before each host let through, held against what the host's receivers counted: to the packet.

    A row for each class, and one for each host that differs. Only where all packets are ours: classes of which a host
    has nothing but constant-rate flows, but for the default one, in which ARP travels; media that lose nothing.
    """
    through = _let_through(before, after)
    rows: dict[str, list[tuple[str, int, int]]] = {}
    for host, service_class, names in _countable(blueprint):
        key = host.span, True, blueprint.classes.index(service_class)
        known = [arrived[name] for name in names if name in arrived]
        if key in through and len(known) == len(names):
            count = sum(one.received + one.duplicates + OPENING for one in known)
            rows.setdefault(service_class, []).append((host.name, count, through[key]))
    return tuple(_delivered(rows))


def _delivered(rows: Mapping[str, list[tuple[str, int, int]]]) -> Iterator[Witnessed]:
    for service_class, hosts in rows.items():
        ours, theirs = sum(count for _, count, _ in hosts), sum(count for _, _, count in hosts)
        where = f"{len(hosts)} host{'s' if len(hosts) > 1 else ''}"
        yield _witnessed(f"packets of class {service_class} at {where}", "switch ports", ours, theirs, "", 0.0)
        yield from (_witnessed(f"packets of class {service_class} at {name}", "switch port", count, counted, "", 0.0)
                    for name, count, counted in hosts if count != counted)


def _let_through(before: Iterable[QueueCount], after: Iterable[QueueCount]) -> dict[tuple[str, bool, int], int]:
    began = {(c.span, c.forth, c.band): c.packets for c in before}
    return {(c.span, c.forth, c.band): c.packets - began.get((c.span, c.forth, c.band), 0) for c in after}


def _countable(blueprint: Blueprint) -> Iterator[tuple[Host, str, tuple[str, ...]]]:
    """Each host with a class of which it gets nothing but packets that are counted, and the flows that bring them."""
    spans = {span.name: span for span in blueprint.spans}
    touching: dict[tuple[str, str], list[Flow]] = {}
    for flow in blueprint.flows:
        for end in (flow.source, flow.sink):
            touching.setdefault((end, flow.service_class), []).append(flow)
    for host in blueprint.hosts:
        for service_class in blueprint.classes[:-1]:
            flows = touching.get((host.name, service_class), ())
            names = tuple(flow.name for flow in flows if flow.sink == host.name)
            counted = all(isinstance(flow.traffic, Counted) for flow in flows)
            if names and counted and _counts(spans[host.span], host, service_class):
                yield host, service_class, names


def _counts(span: SpanPlan, host: Host, service_class: str) -> bool:
    """Whether a queue of this class alone stands before the host, and nothing is lost behind it."""
    order = span.a.scheduler
    return (span.b.node == host.name and span.shared is None and not span.forth.lossy and order is not None
            and service_class in {band.service_class for band in order.bands})


def _witnessed(what: str, instrument: str, ours: float | None, theirs: float | None, unit: str,
               tolerance: float) -> Witnessed:
    holds = ours is not None and theirs is not None and abs(ours - theirs) <= tolerance * abs(ours)
    return Witnessed(
        what=what, instrument=instrument, ours=ours, theirs=theirs, unit=unit, tolerance=tolerance, holds=holds)


def _scaled(value: float | None, base: float) -> float | None:
    return None if value is None else value / base


