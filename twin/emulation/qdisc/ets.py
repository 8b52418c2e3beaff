"""Requests for ets: strict bands, and bands that share by deficit round robin (policies strict and drr)."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.rtnetlink import OPTIONS, Request, nested, u8, u32
from twin.core.units import Size
from twin.emulation.qdisc.tc_requests import QdiscLocation, qdisc

STRICT, QUANTA, QUANTUM, PRIORITIES, PRIORITY = 2, 3, 4, 5, 6
"""Attributes of ets (linux/pkt_sched.h)."""


def ets(location: QdiscLocation, quanta: Sequence[Size], default: int) -> Request:
    """Strict bands first (quantum 0), the others by deficit round robin; `default` takes what nothing leads."""
    strict = next((k for k, quantum in enumerate(quanta) if quantum), len(quanta))
    shares = [u32(QUANTUM, quantum) for quantum in quanta[strict:]]
    options = nested(OPTIONS, u8(1, len(quanta)), u8(STRICT, strict), *([nested(QUANTA, *shares)] if shares else []),
                     nested(PRIORITIES, *[u8(PRIORITY, default)] * 16))
    return qdisc(location, "ets", options, b"",
                 f" strict {strict} quanta {' '.join(map(str, quanta[strict:]))} default {default}")
