"""Two instruments for one figure: what ours and another say, and whether they agree within what is stated. Pure.

The other is a program that is not ours (irtt for one-way delay, iperf3 for goodput) or the kernel's own count before
the port of a switch. Where the two disagree, neither is believed.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance
from typing import NamedTuple

from traffic.sample_files import Bytes, Samples
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.judge.verdict import CrossCheck
from twin.model import FaultKind
from twin.plan.blueprint import Blueprint, Flow, Host, RtpCall, RtpStream, SpanPlan, UdpFlood
from twin.plan.forwarding.paths import flow_paths, host_paths
from twin.plan.queue_and_airtime_counters import QueueCounters

DELAY_TOLERANCE = 0.001
"""For least delays over the same way; beside it, `GRAIN` for each span."""
GRAIN = 1_000
"""ns: a span has two timers, and a program looks at the clock before it sends, which moves it by 256 ns."""
CHANCE = 4.5
"""Standard errors by which two samples of one queue may differ: once in a hundred thousand times they do."""
GOODPUT_TOLERANCE, BLOCKS = 0.01, 4
"""For goodput, beside so many packets: programs take two at a time."""
Counted = RtpCall | RtpStream | UdpFlood
"""Traffic whose packets are all ours and are all counted where they arrive."""
OPENING = 1
"""The empty datagram by which a sender makes its way known."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a flow's receiver counted: packets that came, and those that came again."""

    received: int
    duplicates: int


def least_delay(what: str, ours: Sequence[int], theirs: Sequence[int], spans: int) -> CrossCheck:
    """The least one-way delay of two senders over the same way of `spans` spans, ns."""
    mine, other = min(ours, default=None), min(theirs, default=None)
    allowed = DELAY_TOLERANCE + (GRAIN * spans / mine if mine else 0.0)
    return _cross_check(what, "irtt", _scaled(mine, NS_PER_MS), _scaled(other, NS_PER_MS), "ms", allowed)


class Delays(NamedTuple):
    """One-way delays of packets, and when each was sent, ns, in order of time."""

    sent: Sequence[int]
    delays: Sequence[int]


def mean_delay(what: str, ours: Delays, theirs: Delays, spans: int) -> CrossCheck:
    """The mean one-way delay of two senders over the same way at the same time, ns: as near as chance lets two samples
    of one queue be.

    Each packet of theirs is compared with ours just before and after it, between which the queue is interpolated. On
    average the two are equal whatever the queue does; and as both see the same bursts, the differences vary much less
    than the delays (paired differences: Law, Simulation Modeling and Analysis, 10.2).
    """
    mine, other = (fmean(delays.delays) if delays.delays else None for delays in (ours, theirs))
    pairs = list(_pairs(ours, theirs))
    apart = [there - here for here, there in pairs]
    if len(pairs) > 1:
        mine, other = fmean(here for here, _ in pairs), fmean(there for _, there in pairs)
    chance = CHANCE * sqrt(variance(apart) / len(apart)) if len(apart) > 1 else 0.0
    room = DELAY_TOLERANCE + ((GRAIN * spans + chance) / mine if mine else 0.0)
    return _cross_check(what, "irtt", _scaled(mine, NS_PER_MS), _scaled(other, NS_PER_MS), "ms", room)


def _pairs(ours: Delays, theirs: Delays) -> Iterator[tuple[float, int]]:
    """Our delay at the moment of each packet of theirs, where ours were sent before and after it, and theirs."""
    for moment, delay in zip(*theirs, strict=True):
        after = bisect(ours.sent, moment)
        if 0 < after < len(ours.sent):
            begin, end = ours.sent[after - 1], ours.sent[after]
            part = (moment - begin) / (end - begin)
            yield ours.delays[after - 1] * (1 - part) + ours.delays[after] * part, delay


def goodputs(what: str, ours: Samples | None, theirs: Samples | None, window: tuple[int, int],
             packet: int) -> CrossCheck:
    """Goodput of two downloads that had the same line one after the other, each from and to some moment (ns) of its
    own: as near as blocks of packets of `packet` bytes let two programs count."""
    mine, other = (steady_goodput(samples, *window) if isinstance(samples, Bytes) else None
                   for samples in (ours, theirs))
    allowed = _allowed(mine, window, packet)
    return _cross_check(what, "iperf3", _scaled(mine, 1000), _scaled(other, 1000), "kbit/s", allowed)


def explained_goodput(what: str, progress: Samples | None, window: tuple[int, int], packet: int,
                      bounds: Sequence[float]) -> CrossCheck:
    """Goodput of a download beside the least and the most, bit/s, that its own acknowledgements explain."""
    mine, middle = steady_goodput(progress, *window) if isinstance(progress, Bytes) else None, sum(bounds) / 2
    allowed = _allowed(mine, window, packet) + ((bounds[1] - bounds[0]) / 2 / mine if mine else 0.0)
    return _cross_check(what, "theory", _scaled(mine, 1000), middle / 1000, "kbit/s", allowed)


def _allowed(mine: float | None, window: tuple[int, int], packet: int) -> float:
    """By how much goodputs may differ: each count, of both instruments, is by a block of two packets too small at the
    most, beside what is not known."""
    return GOODPUT_TOLERANCE + (BLOCKS * packet * 8 * NS_PER_S / mine / (window[1] - window[0]) if mine else 0.0)


def steady_goodput(progress: Bytes, begin: int, end: int) -> float | None:
    """Goodput between the first and the last count within two moments, bit/s; None without two."""
    counts = [(at, total) for at, total in zip(progress.at, progress.total, strict=True) if begin <= at <= end]
    if len(counts) < 2 or counts[-1][0] == counts[0][0]:
        return None
    return (counts[-1][1] - counts[0][1]) * 8 * NS_PER_S / (counts[-1][0] - counts[0][0])


def deliveries(
    blueprint: Blueprint, arrived: Mapping[str, Arrived], before: Iterable[QueueCounters],
    after: Iterable[QueueCounters]
) -> tuple[CrossCheck, ...]:
    """What the last queue before each host let through, held against what the host's receivers counted: to the packet.

    A row for each class, and one for each host that differs. Only where all packets are ours: classes of which a host
    has nothing but constant-rate flows, but for the default one, in which ARP travels; media that lose nothing and copy
    nothing.
    """
    through, unsure, twice = _let_through(before, after), _unsure(blueprint), copied(blueprint, blueprint.flows)
    rows: dict[str, list[_Row]] = {}
    for host, service_class, names in _countable(blueprint):
        key = host.span, True, blueprint.classes.index(service_class)
        known = [arrived[name] for name in names if name in arrived]
        if key in through and len(known) == len(names) and not twice.intersection(names):
            count = sum(flow.received + flow.duplicates + OPENING for flow in known)
            doubt = len(unsure.intersection(names))
            rows.setdefault(service_class, []).append(_Row(host.name, count, through[key], doubt))
    return tuple(_delivered(rows))


class _Row(NamedTuple):
    """What the receivers of a host counted, and the queue before it; doubt: openings that may have been lost."""

    host: str
    counted: int
    through: int
    doubt: int


def _unsure(blueprint: Blueprint) -> frozenset[str]:
    """The flows whose opening may have been lost on its way to the last queue."""
    lossy = {span.name for span in blueprint.spans if span.forward.lossy or span.reverse.lossy or span.reverse.queue}
    lossy |= {way.span for cell in blueprint.cells for way in cell.hop_directions if way.frame_errors}
    paths = flow_paths(blueprint) if lossy or blueprint.faults else {}
    return frozenset(name for name, path in paths.items() if blueprint.faults or lossy & {hop.span for hop in path})


def copied(blueprint: Blueprint, flows: Iterable[Flow]) -> frozenset[str]:
    """The flows some of whose packets may arrive twice; all, where paths change during the run."""
    copying = {span.name for span in blueprint.spans
               if span.forward.impairments.duplicate or span.reverse.impairments.duplicate}
    copying |= {fault.name for fault in blueprint.faults if fault.impairments and fault.impairments.duplicate}
    if not copying:
        return frozenset()
    known = tuple(flows)
    paths = host_paths(blueprint, [(flow.source, flow.sink) for flow in known])
    moving = any(fault.kind is FaultKind.CUT for fault in blueprint.faults)
    return frozenset(flow.name for flow in known
                     if moving or copying & {hop.span for hop in paths[flow.source, flow.sink]})


def _delivered(rows: Mapping[str, Sequence[_Row]]) -> Iterator[CrossCheck]:
    for service_class, hosts in rows.items():
        where = f"{len(hosts)} host{'s' if len(hosts) > 1 else ''}"
        whole = _Row(where, sum(row.counted for row in hosts), sum(row.through for row in hosts),
                     sum(row.doubt for row in hosts))
        yield _delivery(service_class, whole, "switch ports")
        yield from (_delivery(service_class, row, "switch port") for row in hosts
                    if not row.counted - row.doubt <= row.through <= row.counted)


def _delivery(service_class: str, row: _Row, instrument: str) -> CrossCheck:
    allowed = row.doubt / row.counted if row.through <= row.counted else 0.0
    what = f"packets of class {service_class} at {row.host}"
    return _cross_check(what, instrument, row.counted, row.through, "", allowed)


def _let_through(before: Iterable[QueueCounters], after: Iterable[QueueCounters]) -> dict[tuple[str, bool, int], int]:
    began = {(c.span, c.forward, c.band): c.packets for c in before}
    return {(c.span, c.forward, c.band): c.packets - began.get((c.span, c.forward, c.band), 0) for c in after}


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
    return (span.b.node == host.name and span.shared is None and not span.forward.lossy and order is not None
            and service_class in {band.service_class for band in order.bands})


def _cross_check(what: str, instrument: str, ours: float | None, theirs: float | None, unit: str,
               tolerance: float) -> CrossCheck:
    holds = ours is not None and theirs is not None and abs(ours - theirs) <= tolerance * abs(ours)
    return CrossCheck(
        what=what, instrument=instrument, ours=ours, theirs=theirs, unit=unit, tolerance=tolerance, holds=holds)


def _scaled(value: float | None, base: float) -> float | None:
    return None if value is None else value / base


