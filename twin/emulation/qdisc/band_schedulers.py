"""Requests for the scheduler of bands, under the shaper of a port or in a station of a radio cell: ets, htb, hfsc.

The shaper asks for a packet when the one before has been serialized, so none of these needs to know the span's rate:
they only choose the next packet. That keeps the medium from ever holding more than the packet in service, also where
the tokens of several htb classes would let their packets go at once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from twin.core.rtnetlink import CREATE, EXCL, KIND, NEW_CLASS, OPTIONS, Request, attribute, nested, u8, u32, u64
from twin.core.units import NS_PER_S, Rate, Size, Time
from twin.emulation.qdisc.tc_requests import TICK, QdiscLocation, handle_text, qdisc, ratespec, tc
from twin.model import Scheduling
from twin.plan.blueprint import Band, Scheduler

ROOT_CLASS = 0xFFF0
"""The parent class of htb, 1:fff0, which lends to the others without limit."""
UNLIMITED_FACTOR = 16
"""The rate of an htb class that only the span limits, in multiples of the span's rate."""
CATCH_UP = Time(1_000_000_000)
"""The burst of an htb class that only the span limits, as time."""
STRICT, QUANTA, QUANTUM, PRIORITIES, PRIORITY = 2, 3, 4, 5, 6


def scheduler_requests(location: QdiscLocation, plan: Scheduler, full: int) -> Iterator[Request]:
    """The scheduler of several bands; band k is class (k+1) at `location`. full: cost of a full packet."""
    match plan.kind:
        case Scheduling.HTB:
            yield from _htb(location, plan, full)
        case Scheduling.HFSC:
            yield from _hfsc(location, plan)
        case _:
            yield ets(location, [band.quantum for band in plan.bands], plan.default)


def ets(location: QdiscLocation, quanta: Sequence[Size], default: int) -> Request:
    """Strict bands first (quantum 0), the others by deficit round robin; `default` takes what nothing leads."""
    strict = next((k for k, quantum in enumerate(quanta) if quantum), len(quanta))
    shares = [u32(QUANTUM, quantum) for quantum in quanta[strict:]]
    options = nested(OPTIONS, u8(1, len(quanta)), u8(STRICT, strict), *([nested(QUANTA, *shares)] if shares else []),
                     nested(PRIORITIES, *[u8(PRIORITY, default)] * 16))
    return qdisc(location, "ets", options, b"",
                 f" strict {strict} quanta {' '.join(map(str, quanta[strict:]))} default {default}")


def _htb(location: QdiscLocation, plan: Scheduler, full: int) -> Iterator[Request]:
    """Classes with their own rates under one that lends without limit."""
    options = nested(OPTIONS, attribute(2, struct.pack("=5I", 3, 10, plan.default + 1, 0, 0)), u32(5, 1000))
    yield qdisc(location, "htb", options, b"", f" default {plan.default + 1:x}")
    unlimited = Rate(UNLIMITED_FACTOR * plan.rate)
    root = location.handle | ROOT_CLASS
    yield htb_class(location, (location.handle, root), (unlimited, unlimited), (CATCH_UP, CATCH_UP), (full, 0))
    for k, band in enumerate(plan.bands):
        own = burst_time(band, plan, full)
        ceiling, slack = (band.ceiling, _serialization(full, band.ceiling)) if band.ceiling else (unlimited, CATCH_UP)
        yield htb_class(location, (root, location.handle | k + 1), (band.guarantee, ceiling), (own, slack),
                        (band.quantum, band.priority))


def burst_time(band: Band, plan: Scheduler, full: int) -> Time:
    """The burst of an htb class, as time: a packet of its own and one of each class, which it may have waited for."""
    return Time(_serialization(full, band.guarantee) + len(plan.bands) * _serialization(full, plan.rate))


def htb_class(location: QdiscLocation, place: tuple[int, int], rates: tuple[Rate, Rate], bursts: tuple[Time, Time],
              share: tuple[int, int]) -> Request:
    """A class of htb. place: parent and own handle; rates: its own and its ceiling; bursts: the tokens that it may
    keep of each, as time; turn: quantum and priority."""
    (parent, handle), (rate, ceiling), (quantum, priority) = place, rates, share
    buffers = [burst // TICK for burst in bursts]
    parameters = ratespec(rate) + ratespec(ceiling) + struct.pack("=5I", *buffers, quantum, 0, priority)
    wide = b"".join(u64(kind, one // 8) for kind, one in ((6, rate), (7, ceiling)) if one // 8 >= 2**32)
    options = nested(OPTIONS, attribute(1, parameters), wide)
    body = tc(location.index, parent, handle) + attribute(KIND, b"htb\0") + options
    summary = (f"class add dev {location.device} parent {parent >> 16:x}:{parent & 0xFFFF:x} classid "
            f"{handle >> 16:x}:{handle & 0xFFFF:x} htb rate {rate}bit ceil {ceiling}bit burst {bursts[0]}ns cburst "
            f"{bursts[1]}ns quantum {quantum} prio {priority}")
    return Request(NEW_CLASS, CREATE | EXCL, body, summary)


def _hfsc(location: QdiscLocation, plan: Scheduler) -> Iterator[Request]:
    """Classes that share by their guarantees; each has a real-time curve too, steep at first where it has a delay."""
    options = attribute(OPTIONS, struct.pack("=H", plan.default + 1))
    yield qdisc(location, "hfsc", options, b"", f" default {plan.default + 1:x}")
    for k, band in enumerate(plan.bands):
        real, link = real_time_curve(band), (0, 0, band.guarantee // 8)
        body = (tc(location.index, location.handle, location.handle | k + 1) + attribute(KIND, b"hfsc\0")
                + nested(OPTIONS, attribute(1, struct.pack("=3I", *real)), attribute(2, struct.pack("=3I", *link))))
        yield Request(NEW_CLASS, CREATE | EXCL, body,
                      f"class add dev {location.device} parent {handle_text(location.handle)} classid "
                      f"{handle_text(location.handle | k + 1)} hfsc rt m1 {real[0]}Bps d {real[1]}us "
                      f"m2 {real[2]}Bps ls m2 {link[2]}Bps")


def real_time_curve(band: Band) -> tuple[int, int, int]:
    """The real-time curve of a band as hfsc takes it: bytes/s at first, for how many µs, and bytes/s after."""
    long = band.guarantee // 8
    if not band.delay:
        return 0, 0, long
    first = -(-band.burst * NS_PER_S // band.delay)
    return (first, band.delay // 1000, long) if first > long else (0, 0, long)


def _serialization(size: int, rate: Rate) -> Time:
    """How long that many bytes take, ns."""
    return Time(-(-size * 8 * NS_PER_S // rate))
