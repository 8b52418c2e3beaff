"""Requests for qdiscs, classes and filters (linux/pkt_sched.h, linux/pkt_cls.h); knows the kernel, not the blueprint.

Sizes are what `Layer.cost` says, exactly: each root qdisc carries a size table with an entry for every length, so that
shaper, queues and medium count the same bytes, also where a frame costs less than its length or whole ATM cells.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from functools import cache

from twin.core.rtnetlink import (
    CREATE,
    DEL_QDISC,
    EXCL,
    KIND,
    NEW_CLASS,
    NEW_FILTER,
    NEW_QDISC,
    OPTIONS,
    TC,
    Request,
    attribute,
    nested,
    u32,
    u64,
)
from twin.core.units import Rate, Size, Time
from twin.plan.blueprint import FULL_FRAME, LinkLayer, full_packets

TABLE = 8
ROOT, INGRESS, INGRESS_HANDLE = 0xFFFFFFFF, 0xFFFFFFF1, 0xFFFF0000
SHAPER, SHAPED, BANDS = 0x90000, 0x90001, 0x10000
"""Handles: the shaper 9:, its one class 9:1, and the bands 1:, which is where `set_queue` points."""
FIRST_LEAF = 0x10
"""Band k has the qdisc with handle (0x10 + k):."""
FIRST_PARENT, LAST_PARENT = 0xFFEF, 0xF000
"""Parents in a hierarchy of classes of htb or hfsc have the minor numbers from the first downwards."""
STATION = 0x100
"""Station s of a radio cell, from 1, has its bands at (0x100 s): and their queues from (0x100 s + 0x10): on."""
TABLE_SIZE = 2048
TICK = 64
"""ns in a tick of the packet scheduler's clock."""
ALL, IP = 0x0003, 0x0800
FLOWS = 256
"""Queues of fq_codel that shares between flows: 17 kB of memory a qdisc; enough for a subscriber."""
CAKE_BEST_EFFORT, CAKE_FLOWS = 3, 4
SKB_TRUESIZE = 2304
"""Bytes of memory that a full packet takes in the kernel."""
STOLEN, PIPE = 4, 3
ETHERNET, ATM = 1, 2
"""Link layers of a size table."""


@dataclass(frozen=True, slots=True)
class QdiscLocation:
    """The location of a qdisc: the interface, its parent and its own handle."""

    index: int
    device: str
    parent: int
    handle: int

    def __str__(self) -> str:
        place = "root" if self.parent == ROOT else f"parent {handle_text(self.parent)}"
        return f"dev {self.device} {place} handle {handle_text(self.handle)}"


def handle_text(handle: int) -> str:
    """A handle as `tc` writes it: "9:1"."""
    return f"{handle >> 16:x}:{handle & 0xFFFF:x}" if handle & 0xFFFF else f"{handle >> 16:x}:"


def queue_at(handle: int) -> tuple[int, int]:
    """The station (0: none) and the band of a queue's handle; negative where it is no queue's."""
    station, leaf = divmod(handle >> 16, STATION)
    return station, leaf - FIRST_LEAF


def is_scheduler_handle(handle: int) -> bool:
    """Whether a handle is that of a scheduler of bands."""
    return handle == BANDS or (handle >> 16 >= STATION and not handle >> 16 & (STATION - 1))


def tc(index: int, parent: int, handle: int, extra: int = 0) -> bytes:
    """The head of every message of the packet scheduler (struct tcmsg)."""
    return TC.pack(socket.AF_UNSPEC, index, handle, parent, extra)


def qdisc(
    location: QdiscLocation, kind: str, options: bytes, table: bytes, summary: str, flags: int = CREATE | EXCL
) -> Request:
    """A qdisc of that kind; says: its options as text."""
    head = tc(location.index, location.parent, location.handle)
    body = head + attribute(KIND, kind.encode() + b"\0") + options + table
    return Request(NEW_QDISC, flags, body, f"qdisc add {location} {kind}{summary}")


@cache
def size_table(layer: LinkLayer) -> bytes:
    """The size table (tc-stab(8)) of a layer: entry n is the cost of n bytes, the overhead already in n."""
    if layer.plain:
        return b""
    entries = TABLE_SIZE if layer.min_size or layer.atm else 0
    linklayer = ATM if layer.atm else ETHERNET
    base = struct.pack("=BBhiIIII", 0, 0, 0, layer.overhead, linklayer, layer.min_size, TABLE_SIZE - 1, entries)
    costs = struct.pack(f"={entries}H", *(layer.cost(n - layer.overhead) for n in range(entries)))
    return nested(TABLE, attribute(1, base), *([attribute(2, costs)] if entries else []))


def ratespec(rate: Rate) -> bytes:
    """A rate as htb takes it (struct tc_ratespec)."""
    return struct.pack("=BBHhHI", 0, 1, 0, 0, 0, min(rate // 8, 2**32 - 1))


def shaper(index: int, device: str, rate: Rate, layer: LinkLayer, slack: Time) -> tuple[Request, Request]:
    """htb with one class: the next packet leaves when the one before has been serialized.

    slack: what may be caught up after a late timer, ns; in virtual time timers are not late.
    """
    location = QdiscLocation(index, device, ROOT, SHAPER)
    options = nested(OPTIONS, attribute(2, struct.pack("=5I", 3, 10, SHAPED & 0xFFFF, 0, 0)), u32(5, 1000))
    ticks = slack // TICK
    parameters = ratespec(rate) * 2 + struct.pack("=5I", ticks, ticks, FULL_FRAME, 0, 0)
    wide = u64(6, rate // 8) + u64(7, rate // 8) if rate // 8 >= 2**32 else b""
    body = (tc(index, SHAPER, SHAPED) + attribute(KIND, b"htb\0")
            + nested(OPTIONS, attribute(1, parameters), wide))
    summary = f"class add dev {device} parent 9: classid 9:1 htb rate {rate}bit burst {slack}ns"
    return (qdisc(location, "htb", options, size_table(layer), f" default 1 stab overhead {layer.overhead} "
                   f"mpu {layer.min_size}{' linklayer atm' if layer.atm else ''}"),
            Request(NEW_CLASS, CREATE | EXCL, body, summary))


def shaper_deletion(index: int, device: str) -> Request:
    """Delete the shaper of an interface with all below it; the packets in its queues are lost."""
    return Request(DEL_QDISC, 0, tc(index, ROOT, SHAPER), f"qdisc del dev {device} root handle {handle_text(SHAPER)}")


def fifo(location: QdiscLocation, limit: Size) -> Request:
    """A queue of at most `limit` bytes."""
    return qdisc(location, "bfifo", attribute(OPTIONS, struct.pack("=I", limit)), b"", f" limit {limit}")


def codel_limits(limit: Size, full: int) -> tuple[int, int]:
    """What fq_codel may hold for a queue of `limit` bytes: packets, and bytes of memory, which is what counts."""
    return max(1, limit // 64), full_packets(limit, full) * SKB_TRUESIZE


def fq_codel(
    location: QdiscLocation, limit: Size, target: Time, interval: Time, full: int, flows: int = FLOWS
) -> Request:
    """fq_codel (RFC 8290), with one packet dropped at a time; full: cost of a full packet, which is the quantum;
    flows: queues."""
    packets, memory = codel_limits(limit, full)
    options = nested(OPTIONS, u32(1, target // 1000), u32(2, packets), u32(3, interval // 1000), u32(5, flows),
                     u32(6, full), u32(8, 1), u32(9, memory))
    return qdisc(location, "fq_codel", options, b"", f" limit {packets} memory_limit {memory} target {target}ns "
                 f"interval {interval}ns flows {flows} quantum {full} drop_batch 1")


def cake(location: QdiscLocation, limit: Size, target: Time, interval: Time) -> Request:
    """CAKE (tc-cake(8)) without shaper and DSCP tins: fair queueing of flows, each with CoDel-like delay control."""
    options = nested(OPTIONS, u64(2, 0), u32(3, CAKE_BEST_EFFORT), u32(5, CAKE_FLOWS), u32(7, interval // 1000),
                     u32(8, target // 1000), u32(10, limit))
    return qdisc(location, "cake", options, b"", f" unlimited besteffort flows rtt {interval}ns target {target}ns "
                 f"memlimit {limit}")


def ingress_qdisc(index: int, device: str) -> Request:
    """The ingress qdisc of an interface, for filters on what arrives."""
    return qdisc(QdiscLocation(index, device, INGRESS, INGRESS_HANDLE), "ingress", b"", b"", "")


def _action(order: int, kind: str, *attributes: bytes) -> bytes:
    return nested(order, attribute(1, kind.encode() + b"\0"), nested(2, *attributes))


def _mirred(order: int, target: int) -> bytes:
    return _action(order, "mirred", attribute(2, struct.pack("=IIiiiiI", 0, 0, STOLEN, 0, 0, 1, target)))


def _mark(order: int, mark: int) -> bytes:
    return _action(order, "skbedit", attribute(2, struct.pack("=IIiii", 0, 0, PIPE, 0, 0)), u32(5, mark))


def filter_request(index: int, parent: int, handle: int, place: tuple[int, int], kind: str, options: bytes,
                   summary: str) -> Request:
    """A filter; place: its preference and Ethernet protocol."""
    preference, protocol = place
    body = tc(index, parent, handle, preference << 16 | network_order(protocol))
    return Request(NEW_FILTER, CREATE | EXCL, body + attribute(KIND, kind.encode() + b"\0") + options, summary)


def network_order(protocol: int) -> int:
    """An Ethernet protocol as filters have it."""
    return socket.htons(protocol)


def redirect(index: int, device: str, target: int, target_device: str, mark: int = 0, preference: int = 1) -> Request:
    """Everything that arrives on `device` leaves by `target`, with a mark for what comes behind it; preference: above 1
    where another filter comes first."""
    actions = [_mark(1, mark), _mirred(2, target)] if mark else [_mirred(1, target)]
    options = nested(OPTIONS, nested(2, *actions))
    marked = f" action skbedit mark {mark}" if mark else ""
    return filter_request(index, INGRESS_HANDLE, 0, (preference, ALL), "matchall", options,
                          f"filter add dev {device} ingress pref {preference} matchall{marked} "
                          f"action mirred egress redirect dev {target_device}")


def redirect_marked(index: int, device: str, mark: int, target: int, target_device: str) -> Request:
    """What arrives on `device` with `mark` leaves by `target`."""
    options = nested(OPTIONS, nested(4, _mirred(1, target)))
    return filter_request(index, INGRESS_HANDLE, mark, (1, ALL), "fw", options,
                          f"filter add dev {device} ingress pref 1 handle {mark} fw "
                          f"action mirred egress redirect dev {target_device}")
