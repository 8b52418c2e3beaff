"""The effect of bpf(2): makes tables and loads programs, which live as long as their descriptors are open."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Mapping

from twin.errors import EmulationError

NUMBERS = {"x86_64": 321, "aarch64": 280}
"""The number of the system call."""
MAKE_TABLE, UPDATE, LOAD = 0, 2, 5
HASH, SCHED_CLS = 1, 3
ROOM = 2**16
"""Bytes for what the kernel says of a program that it refuses."""

_libc = ctypes.CDLL(None, use_errno=True)


def table(rows: Mapping[bytes, bytes]) -> int:
    """Make a table with `rows`, of which there is at least one; returns its descriptor."""
    key, value = next(iter(rows.items()))
    made = _call(MAKE_TABLE, struct.pack("=5I", HASH, len(key), len(value), len(rows), 0), "making a table")
    for key, value in rows.items():
        held = ctypes.create_string_buffer(key, len(key)), ctypes.create_string_buffer(value, len(value))
        _call(UPDATE, struct.pack("=IxxxxQQQ", made, *map(ctypes.addressof, held), 0), "filling a table")
    return made


def load(steps: bytes) -> int:
    """Load a program; returns its descriptor. Raises EmulationError, with the kernel's words, where it is refused."""
    code, licence = ctypes.create_string_buffer(steps, len(steps)), ctypes.create_string_buffer(b"MIT")
    said = ctypes.create_string_buffer(ROOM)
    request = struct.pack("=IIQQIIQII", SCHED_CLS, len(steps) // 8, ctypes.addressof(code),
                          ctypes.addressof(licence), 1, ROOM, ctypes.addressof(said), 0, 0)
    try:
        return _call(LOAD, request, "loading a program")
    except EmulationError as fault:
        raise EmulationError(f"{fault}: {said.value.decode(errors='replace')[-400:]}") from None


def _call(command: int, request: bytes, doing: str) -> int:
    room = ctypes.create_string_buffer(request.ljust(128, b"\0"), 128)
    number = NUMBERS.get(platform.machine())
    if number is None:
        raise EmulationError(f"{doing}: bpf(2) has no number known here for {platform.machine()}")
    result = int(_libc.syscall(number, command, ctypes.byref(room), 128))
    if result < 0:
        raise EmulationError(f"{doing}: {os.strerror(ctypes.get_errno())}")
    return result
