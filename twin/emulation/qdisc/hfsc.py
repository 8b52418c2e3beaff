"""Requests for hfsc: each band has a rate of its own, may have a delay for its bursts, and shares with its siblings."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from twin.core.rtnetlink import CREATE, EXCL, KIND, NEW_CLASS, OPTIONS, Request, attribute, nested
from twin.core.units import NS_PER_S
from twin.emulation.qdisc.tc_requests import FIRST_PARENT, QdiscLocation, handle_text, qdisc, tc
from twin.plan.blueprint import Band, ParentBand, Scheduler

Curve = tuple[int, int, int]
"""A service curve of two pieces: bytes/s of the first, how many µs it lasts, bytes/s of the second."""


def hfsc(location: QdiscLocation, plan: Scheduler) -> Iterator[Request]:
    """Classes that share by their link-sharing curves; each band has a real-time curve too, steep at first where it has
    a delay. Only what shares beyond the real-time curve keeps to an upper limit, which is the ceiling."""
    options = attribute(OPTIONS, struct.pack("=H", plan.default + 1))
    yield qdisc(location, "hfsc", options, b"", f" default {plan.default + 1:x}")
    for number, parent in enumerate(plan.parents):
        yield _class(location, parent, FIRST_PARENT - number)
    for k, band in enumerate(plan.bands):
        yield _class(location, band, k + 1)


def _class(location: QdiscLocation, band: Band | ParentBand, minor: int) -> Request:
    curves = {number: curve for number, (_, curve) in enumerate(curves_of(band), start=1) if curve is not None}
    handle, above = location.handle | minor, location.handle | parent_minor(band)
    body = (tc(location.index, above, handle) + attribute(KIND, b"hfsc\0")
            + nested(OPTIONS, *(attribute(number, struct.pack("=3I", *curve)) for number, curve in curves.items())))
    shown = " ".join(f"{name} m1 {curve[0]}Bps d {curve[1]}us m2 {curve[2]}Bps" for name, curve in curves_of(band)
                     if curve is not None)
    return Request(NEW_CLASS, CREATE | EXCL, body, f"class add dev {location.device} parent {handle_text(above)} "
                   f"classid {handle_text(handle)} hfsc {shown}")


def parent_minor(band: Band | ParentBand) -> int:
    """The minor number of the class of hfsc that a band, or a parent of bands, is under; 0: the qdisc's own."""
    return 0 if band.parent is None else FIRST_PARENT - band.parent


def curves_of(band: Band | ParentBand) -> tuple[tuple[str, Curve | None], ...]:
    """The curves of a class by their names in tc-hfsc(8), in the order of hfsc's attributes; None where it has none.
    Parents have no real-time curve: the kernel looks at those of leaves alone."""
    real = real_time_curve(band) if isinstance(band, Band) else None
    share = band.link_share or band.guarantee if isinstance(band, Band) else band.guarantee
    return (("rt", real), ("ls", (0, 0, share // 8)), ("ul", (0, 0, band.ceiling // 8) if band.ceiling else None))


def real_time_curve(band: Band) -> Curve:
    """The real-time curve of a band as hfsc takes it: bytes/s at first, for how many µs, and bytes/s after."""
    long = band.guarantee // 8
    if not band.delay:
        return 0, 0, long
    first = -(-band.burst * NS_PER_S // band.delay)
    return (first, band.delay // 1000, long) if first > long else (0, 0, long)
