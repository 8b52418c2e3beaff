"""The qdisc `dcf`, the shared medium of a radio cell (twin/lab/kernel/sch_dcf.c): request and read-back; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from twin.core.rtnetlink import CREATE, EXCL, OPTIONS, REPLACE, Request, attribute, nested
from twin.core.units import PPM
from twin.emulation.qdisc.tc_requests import ROOT, QdiscLocation, qdisc
from twin.plan.blueprint import RadioCellPlan, RadioHopDirection
from twin.plan.queue_and_airtime_counters import AirtimeCounters

DCF_HANDLE = 0x20000
"""The qdisc's handle, 2:; station s, from 1, is its class 2:s."""
_CELL, _WAYS = 1, 2
_CELL_OPTIONS = struct.Struct("=Q6I")
_WAY_OPTIONS = struct.Struct("=10I")
_STATISTICS = struct.Struct("=6Q")


def medium(index: int, cell: RadioCellPlan, seed: int, *, change: bool = False) -> Request:
    """The medium of a cell, on the interface of that index. change: an existing one, whose airtimes change."""
    options = nested(OPTIONS, *(attribute(kind, body) for kind, body in _options(cell, seed).items()))
    return qdisc(QdiscLocation(index, cell.device, ROOT, DCF_HANDLE), "dcf", options, b"",
                 f" stations {len(cell.stations)} ways {len(cell.hop_directions)} seed {seed}",
                 REPLACE if change else CREATE | EXCL)


def expected_text(cell: RadioCellPlan, seed: int) -> Iterator[str]:
    """The qdisc of a cell as the blueprint has it, as text."""
    return actual_text(_options(cell, seed))


def actual_text(options: Mapping[int, bytes]) -> Iterator[str]:
    """The qdisc's options as text."""
    seed, *head = _CELL_OPTIONS.unpack(options[_CELL])
    yield "dcf stations {} slot {} difs {} windows {} {} retries {}".format(*head)
    yield f"dcf seed {seed}"
    for number, way in enumerate(_WAY_OPTIONS.iter_unpack(options[_WAYS]), start=1):
        yield f"way {number}: {' '.join(map(str, way[:-1]))}"


def _options(cell: RadioCellPlan, seed: int) -> dict[int, bytes]:
    head = _CELL_OPTIONS.pack(seed, len(cell.stations), cell.slot, cell.difs, cell.cw_min, cell.cw_max, cell.retries)
    return {_CELL: head, _WAYS: b"".join(map(_way, cell.hop_directions))}


def _way(way: RadioHopDirection) -> bytes:
    air = way.airtime
    damaged = min(way.frame_errors * 2**32 // PPM, 2**32 - 1)
    return _WAY_OPTIONS.pack(way.station, air.overhead, air.before, air.symbol, air.half_bits, air.extra, air.after,
                        way.ack_time, damaged, 0)


def parse_statistics(cell: str, statistics: bytes) -> AirtimeCounters:
    """A cell's counters from the qdisc's own statistics."""
    return AirtimeCounters(cell, *_STATISTICS.unpack(statistics[:_STATISTICS.size]))
