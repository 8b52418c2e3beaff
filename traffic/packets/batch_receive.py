"""Takes many packets from the kernel in one call, with the kernel's own time of arrival; shared by all receivers."""

from __future__ import annotations

import ctypes
import sys
from array import array
from collections.abc import Iterator

from traffic.engine.syscalls import IoVec, MmsgHdr, receive_many

BATCH_SIZE = 1024
"""Packets in one call."""
_SLOT, _CONTROL = 64, 64
"""Bytes kept of each packet, and of its control message."""
_WORD = 8
_MARK = 48
"""Offset of the TOS byte in the control message, behind its time of arrival and a head of 16 bytes each."""


class BatchReceiver:
    """Buffers for packets whose stamp is at one offset; reads sequence, departure, arrival and length."""

    def __init__(self, stamp: int) -> None:
        """Lay out the buffers so that the stamp falls on whole words, where it can be read for many packets at once."""
        shift = -stamp % _WORD
        self._stamp = (stamp + shift) // _WORD
        self._words = (ctypes.c_uint64 * (BATCH_SIZE * _SLOT // _WORD))()
        self._control = (ctypes.c_uint64 * (BATCH_SIZE * _CONTROL // _WORD))()
        self._parts = (IoVec * BATCH_SIZE)()
        self._messages = (MmsgHdr * BATCH_SIZE)()
        words, control, parts = (ctypes.addressof(buffer) for buffer in (self._words, self._control, self._parts))
        for slot, envelope in enumerate(self._messages):
            message = envelope.message
            self._parts[slot] = IoVec(words + slot * _SLOT + shift, _SLOT - shift)
            message.parts, message.part_count = parts + slot * ctypes.sizeof(IoVec), 1
            message.control, message.control_length = control + slot * _CONTROL, _CONTROL
        self._pristine = bytes(self._messages)
        self._packet_words = memoryview(self._words).cast("B").cast("Q")
        self._control_bytes = memoryview(self._control).cast("B")
        self._control_words = memoryview(self._control).cast("B").cast("Q")
        self._lengths = memoryview(self._messages).cast("B").cast("I")

    def receive(self, descriptor: int) -> Iterator[tuple[int, int, int, int]]:
        """All packets that wait: sequence, scheduled departure, arrival (both ns since 1970), length of the payload.

        A packet too short for a stamp has the stamp of whatever was there before: check the length first.
        """
        while True:
            count = receive_many(descriptor, ctypes.addressof(self._messages), BATCH_SIZE)
            yield from self._read(count)
            ctypes.memmove(self._messages, self._pristine, count * ctypes.sizeof(MmsgHdr))
            if count < BATCH_SIZE:
                return

    def receive_marked(self, descriptor: int) -> Iterator[tuple[tuple[int, int, int, int], int]]:
        """The same, each with its DSCP; the socket must have IP_RECVTOS set."""
        while True:
            count = receive_many(descriptor, ctypes.addressof(self._messages), BATCH_SIZE)
            marks = self._control_bytes[_MARK:count * _CONTROL:_CONTROL].tolist()
            yield from zip(self._read(count), (mark >> 2 for mark in marks), strict=True)
            ctypes.memmove(self._messages, self._pristine, count * ctypes.sizeof(MmsgHdr))
            if count < BATCH_SIZE:
                return

    def _read(self, count: int) -> Iterator[tuple[int, int, int, int]]:
        stride, control_stride = _SLOT // _WORD, _CONTROL // _WORD
        message = ctypes.sizeof(MmsgHdr) // 4
        stop, control_stop = count * stride, count * control_stride
        seconds, rest = (self._control_words[k:control_stop:control_stride].tolist() for k in (2, 3))
        return zip(
            _native(self._packet_words[self._stamp:stop:stride]),
            _native(self._packet_words[self._stamp + 1:stop:stride]),
            (second * 10**9 + part for second, part in zip(seconds, rest, strict=True)),
            self._lengths[MmsgHdr.length.offset // 4:count * message:message].tolist(),
            strict=True,
        )


def _native(words: memoryview) -> array[int]:
    """Words in network order as numbers."""
    numbers = array("Q", words.tolist())
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
