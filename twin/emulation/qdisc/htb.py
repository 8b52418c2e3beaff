"""Requests for htb: each band has a rate of its own and borrows what others leave, of its own parent first."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from twin.core.rtnetlink import CREATE, EXCL, KIND, NEW_CLASS, OPTIONS, Request, attribute, nested, u32, u64
from twin.core.units import NS_PER_S, Rate, Time
from twin.emulation.qdisc.tc_requests import FIRST_PARENT, TICK, QdiscLocation, qdisc, ratespec, tc
from twin.plan.blueprint import Band, ParentBand, Scheduler

ROOT_CLASS = 0xFFF0
"""The parent of all classes of htb, 1:fff0, which lends to the others without limit."""
UNLIMITED_FACTOR = 16
"""The rate of an htb class that only the span limits, in multiples of the span's rate."""
CATCH_UP = Time(1_000_000_000)
"""The burst of an htb class that only the span limits, as time."""


def htb(location: QdiscLocation, plan: Scheduler, full: int) -> Iterator[Request]:
    """Classes with their own rates under one that lends without limit."""
    options = nested(OPTIONS, attribute(2, struct.pack("=5I", 3, 10, plan.default + 1, 0, 0)), u32(5, 1000))
    yield qdisc(location, "htb", options, b"", f" default {plan.default + 1:x}")
    unlimited = Rate(UNLIMITED_FACTOR * plan.rate)
    root = location.handle | ROOT_CLASS
    yield htb_class(location, (location.handle, root), (unlimited, unlimited), (CATCH_UP, CATCH_UP), (full, 0))
    classes: list[tuple[Band | ParentBand, int, tuple[int, int]]] = [
        (parent, FIRST_PARENT - number, (full, 0)) for number, parent in enumerate(plan.parents)]
    classes += [(band, k, (band.quantum, band.priority)) for k, band in enumerate(plan.bands, start=1)]
    for band, minor, share in classes:
        own = burst_time(band, plan, full)
        ceiling, slack = (band.ceiling, _serialization(full, band.ceiling)) if band.ceiling else (unlimited, CATCH_UP)
        yield htb_class(location, (location.handle | parent_minor(band), location.handle | minor),
                        (band.guarantee, ceiling), (own, slack), share)


def parent_minor(band: Band | ParentBand) -> int:
    """The minor number of the class of htb from which a band, or a parent of bands, borrows."""
    return ROOT_CLASS if band.parent is None else FIRST_PARENT - band.parent


def burst_time(band: Band | ParentBand, plan: Scheduler, full: int) -> Time:
    """The burst of an htb class, as time: a packet of its own and one of each class, which it may have waited for."""
    return Time(_serialization(full, band.guarantee) + len(plan.bands) * _serialization(full, plan.rate))


def htb_class(location: QdiscLocation, place: tuple[int, int], rates: tuple[Rate, Rate], bursts: tuple[Time, Time],
              share: tuple[int, int]) -> Request:
    """A class of htb. place: parent and own handle; rates: its own and its ceiling; bursts: the tokens that it may
    keep of each, as time; share: quantum and priority."""
    (parent, handle), (rate, ceiling), (quantum, priority) = place, rates, share
    buffers = [burst // TICK for burst in bursts]
    parameters = ratespec(rate) + ratespec(ceiling) + struct.pack("=5I", *buffers, quantum, 0, priority)
    wide = b"".join(u64(kind, value // 8) for kind, value in ((6, rate), (7, ceiling)) if value // 8 >= 2**32)
    options = nested(OPTIONS, attribute(1, parameters), wide)
    body = tc(location.index, parent, handle) + attribute(KIND, b"htb\0") + options
    summary = (f"class add dev {location.device} parent {parent >> 16:x}:{parent & 0xFFFF:x} classid "
            f"{handle >> 16:x}:{handle & 0xFFFF:x} htb rate {rate}bit ceil {ceiling}bit burst {bursts[0]}ns cburst "
            f"{bursts[1]}ns quantum {quantum} prio {priority}")
    return Request(NEW_CLASS, CREATE | EXCL, body, summary)


def _serialization(size: int, rate: Rate) -> Time:
    """How long that many bytes take, ns."""
    return Time(-(-size * 8 * NS_PER_S // rate))
