"""The air of a radio cell as the qdisc `dcf` of the lab kernel (twin/lab/sch_dcf.c): asked for, and read back; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from twin.emulation.queues import ROOT, Spot, qdisc
from twin.netlink import CREATE, EXCL, OPTIONS, REPLACE, Request, attribute, nested
from twin.plan.blueprint import Cell, Way
from twin.plan.counters import AirCount
from twin.units import PPM

AIR = 0x20000
"""The qdisc's handle, 2:; station s, from 1, is its class 2:s."""
_CELL, _WAYS = 1, 2
_CELL_OF = struct.Struct("=Q6I")
_WAY_OF = struct.Struct("=10I")
_TOLD = struct.Struct("=6Q")


def medium(index: int, cell: Cell, seed: int, *, change: bool = False) -> Request:
    """The medium of a cell, on the interface of that index. change: one that stands, whose ways cost another time."""
    options = nested(OPTIONS, *(attribute(kind, body) for kind, body in _options(cell, seed).items()))
    return qdisc(Spot(index, cell.device, ROOT, AIR), "dcf", options, b"",
                 f" stations {len(cell.stations)} ways {len(cell.ways)} seed {seed}",
                 REPLACE if change else CREATE | EXCL)


def planned(cell: Cell, seed: int) -> Iterator[str]:
    """What must stand of a cell, in words."""
    return said(_options(cell, seed))


def said(options: Mapping[int, bytes]) -> Iterator[str]:
    """The qdisc's options in words."""
    seed, *head = _CELL_OF.unpack(options[_CELL])
    yield "dcf stations {} slot {} difs {} windows {} {} retries {}".format(*head)
    yield f"seed {seed}"
    for number, way in enumerate(_WAY_OF.iter_unpack(options[_WAYS]), start=1):
        yield f"way {number}: {' '.join(map(str, way[:-1]))}"


def _options(cell: Cell, seed: int) -> dict[int, bytes]:
    head = _CELL_OF.pack(seed, len(cell.stations), cell.slot, cell.difs, cell.cw_min, cell.cw_max, cell.retries)
    return {_CELL: head, _WAYS: b"".join(map(_way, cell.ways))}


def _way(way: Way) -> bytes:
    air = way.airtime
    damaged = min(way.damaged * 2**32 // PPM, 2**32 - 1)
    return _WAY_OF.pack(way.station, air.overhead, air.before, air.symbol, air.half_bits, air.extra, air.after,
                        way.answer, damaged, 0)


def counted(cell: str, statistics: bytes) -> AirCount:
    """What a cell's air has carried so far, in the qdisc's own statistics."""
    return AirCount(cell, *_TOLD.unpack(statistics[:_TOLD.size]))
