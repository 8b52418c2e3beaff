"""Creates BPF maps and loads BPF programs by bpf(2); they live as long as their descriptors are open."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Mapping

from twin.core.errors import EmulationError

SYSCALL_NUMBERS = {"x86_64": 321, "aarch64": 280}
"""The number of the system call."""
MAP_CREATE, MAP_UPDATE_ELEM, PROG_LOAD = 0, 2, 5
HASH, SCHED_CLS = 1, 3
LOG_SIZE = 2**16
"""Bytes for the verifier's log."""

_libc = ctypes.CDLL(None, use_errno=True)


def create_map(entries: Mapping[bytes, bytes]) -> int:
    """Create a map with `entries`, at least one; returns its descriptor."""
    key, value = next(iter(entries.items()))
    map_fd = _call(MAP_CREATE, struct.pack("=5I", HASH, len(key), len(value), len(entries), 0), "creating a BPF map")
    for key, value in entries.items():
        buffers = ctypes.create_string_buffer(key, len(key)), ctypes.create_string_buffer(value, len(value))
        update = struct.pack("=IxxxxQQQ", map_fd, *map(ctypes.addressof, buffers), 0)
        _call(MAP_UPDATE_ELEM, update, "filling a BPF map")
    return map_fd


def load_program(instructions: bytes) -> int:
    """Load a program; returns its descriptor. Raises EmulationError, with the verifier's log, where it is refused."""
    code, licence = ctypes.create_string_buffer(instructions, len(instructions)), ctypes.create_string_buffer(b"MIT")
    verifier_log = ctypes.create_string_buffer(LOG_SIZE)
    request = struct.pack("=IIQQIIQII", SCHED_CLS, len(instructions) // 8, ctypes.addressof(code),
                          ctypes.addressof(licence), 1, LOG_SIZE, ctypes.addressof(verifier_log), 0, 0)
    try:
        return _call(PROG_LOAD, request, "loading a BPF program")
    except EmulationError as fault:
        raise EmulationError(f"{fault}: {verifier_log.value.decode(errors='replace')[-400:]}") from None


def _call(command: int, request: bytes, doing: str) -> int:
    buffer = ctypes.create_string_buffer(request.ljust(128, b"\0"), 128)
    number = SYSCALL_NUMBERS.get(platform.machine())
    if number is None:
        raise EmulationError(f"{doing}: bpf(2) has no number known here for {platform.machine()}")
    result = int(_libc.syscall(number, command, ctypes.byref(buffer), 128))
    if result < 0:
        raise EmulationError(f"{doing}: {os.strerror(ctypes.get_errno())}")
    return result
