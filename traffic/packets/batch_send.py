"""Hands many packets to the kernel in one call, each with its time of departure; shared by all flows of one shape."""

from __future__ import annotations

import ctypes
import errno
import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from traffic.engine.syscalls import SCM_TXTIME, IoVec, MmsgHdr, send_many
from traffic.packets.payloads import Shape, Writer

BATCH_SIZE = 1024
"""Packets in one call: the most that the kernel takes, and more than there are tails."""
_SOL_SOCKET = 1
_TIMED = struct.Struct("=QiiQ")
_SOFT = frozenset({errno.ECONNREFUSED})
"""Errors that tell of an earlier packet (ICMP) and not of this one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive packets of one flow, from number `first` on, and when each departs, ns since 1970."""

    first: int
    departures: Sequence[int]

    @property
    def stop(self) -> int:
        """The number after the last one."""
        return self.first + len(self.departures)

    def after(self, count: int) -> Batch:
        """The same packets, numbered after `count` others."""
        return Batch(self.first + count, self.departures)


class DepartureSchedule:
    """Which packets of a flow are to be handed over next."""

    def __init__(self, departures: Sequence[int]) -> None:
        """`departures`: of all packets, in order, ns since 1970."""
        self._departures = departures
        self._next = 0

    def take(self, until: int) -> Batch | None:
        """The packets that depart before `until` and were not taken yet; None where there are none."""
        first = self._next
        self._next = bisect_left(self._departures, until, first)
        return Batch(first, self._departures[first:self._next]) if self._next > first else None


class BatchSender:
    """Ready-made messages for packets of one shape: only their heads and times are rewritten."""

    def __init__(self, shape: Shape) -> None:
        """Lay out the messages: each has a head of its own and, after it, the tail that its place calls for."""
        self._head = shape.head
        self._heads = bytearray(shape.head * BATCH_SIZE)
        self._times = bytearray(_TIMED.size * BATCH_SIZE)
        self._tails = [ctypes.create_string_buffer(tail, max(1, len(tail))) for tail in shape.tails]
        self._parts = (IoVec * (2 * BATCH_SIZE))()
        self._messages = (MmsgHdr * BATCH_SIZE)()
        self._keep = [(ctypes.c_char * len(buffer)).from_buffer(buffer) for buffer in (self._heads, self._times)]
        heads, times = (ctypes.addressof(buffer) for buffer in self._keep)
        parts = ctypes.addressof(self._parts)
        for slot, envelope in enumerate(self._messages):
            message = envelope.message
            tail = slot % len(self._tails)
            self._parts[2 * slot] = IoVec(heads + slot * shape.head, shape.head)
            self._parts[2 * slot + 1] = IoVec(ctypes.addressof(self._tails[tail]), len(shape.tails[tail]))
            message.parts, message.part_count = parts + 2 * slot * ctypes.sizeof(IoVec), 2
            message.control, message.control_length = times + slot * _TIMED.size, _TIMED.size

    def send(self, descriptor: int, writer: Writer, batch: Batch, ahead: int) -> int:
        """Hand consecutive packets to the socket; `ahead`: of CLOCK_REALTIME before CLOCK_MONOTONIC, ns.

        Returns how often the socket reported a refusal. Raises OSError when it takes no more.
        """
        refusals = 0
        first = batch.first
        while first < batch.stop:
            slot = first % len(self._tails)
            count = min(BATCH_SIZE - slot, batch.stop - first)
            self._fill(writer, batch, first, count, ahead)
            refusals += self._send_slots(descriptor, slot, count)
            first += count
        return refusals

    def _fill(self, writer: Writer, batch: Batch, first: int, count: int, ahead: int) -> None:
        slot = first % len(self._tails)
        skipped = first - batch.first
        for sequence, departure in enumerate(batch.departures[skipped:skipped + count], first):
            writer.write(self._heads, slot * self._head, sequence, departure)
            _TIMED.pack_into(self._times, slot * _TIMED.size, _TIMED.size, _SOL_SOCKET, SCM_TXTIME, departure - ahead)
            slot += 1

    def _send_slots(self, descriptor: int, slot: int, count: int) -> int:
        refusals = 0
        messages = ctypes.addressof(self._messages)
        stop = slot + count
        while slot < stop:
            try:
                slot += send_many(descriptor, messages + slot * ctypes.sizeof(MmsgHdr), stop - slot)
            except OSError as fault:
                refusals += 1
                if fault.errno not in _SOFT or refusals > BATCH_SIZE:
                    raise
        return refusals
