"""Requests for hfsc: each band has a rate of its own, and may have a delay for its bursts."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from twin.core.rtnetlink import CREATE, EXCL, KIND, NEW_CLASS, OPTIONS, Request, attribute, nested
from twin.core.units import NS_PER_S
from twin.emulation.qdisc.tc_requests import QdiscLocation, handle_text, qdisc, tc
from twin.plan.blueprint import Band, Scheduler


def hfsc(location: QdiscLocation, plan: Scheduler) -> Iterator[Request]:
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
