"""Reads the meters of a switch by OpenFlow 1.3 itself, over its management socket: one message, and no process.

A meter is a line of text, in the same words for blueprint and switch.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from twin.core.errors import EmulationError
from twin.plan.blueprint import Meter

HELLO, MULTIPART_REQUEST, MULTIPART_REPLY = 0, 18, 19
METER_CONFIG, ALL_METERS, MORE = 10, 0xFFFFFFFF, 1
KBPS, PKTPS = 1, 2
_HEADER = struct.Struct("!BBHI")
_MULTIPART = struct.Struct("!HH4x")
_METER = struct.Struct("!HHI")
_BAND = struct.Struct("!HHII4x")
"""A drop band: type, length, rate, burst size (OpenFlow 1.3.5, 7.3.4.4)."""
PATIENCE_S = 60.0


def meter_line(meter: Meter) -> str:
    """A planned meter: whole kbit/s and kbit, rounded up, or packets."""
    if meter.packets:
        return _line(meter.number, PKTPS, meter.rate, meter.burst)
    return _line(meter.number, KBPS, -(-meter.rate // 1000), -(-meter.burst * 8 // 1000))


def meters(switch: Path) -> tuple[str, ...]:
    """The meters of a switch, sorted by number. switch: its management socket. Raises EmulationError."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(PATIENCE_S)
        link.connect(str(switch))
        request = _MULTIPART.pack(METER_CONFIG, 0) + struct.pack("!I4x", ALL_METERS)
        link.sendall(_HEADER.pack(4, HELLO, _HEADER.size, 1)
                     + _HEADER.pack(4, MULTIPART_REQUEST, _HEADER.size + len(request), 2) + request)
        return tuple(line for _, line in sorted(_parsed(_replies(link))))


def _replies(link: socket.socket) -> Iterator[bytes]:
    """The bodies of the reply, which may come in several messages."""
    more = True
    while more:
        _, kind, length, number = _HEADER.unpack(_exactly(link, _HEADER.size))
        body = _exactly(link, length - _HEADER.size)
        if kind == MULTIPART_REPLY and number == 2:
            more = bool(_MULTIPART.unpack_from(body)[1] & MORE)
            yield body[_MULTIPART.size:]
        elif kind != HELLO:
            raise EmulationError(f"a switch answered message {kind} where its meters were wanted")


def _parsed(bodies: Iterator[bytes]) -> Iterator[tuple[int, str]]:
    for body in bodies:
        while body:
            length, flags, number = _METER.unpack_from(body)
            _, _, rate, burst = _BAND.unpack_from(body, _METER.size)
            yield number, _line(number, flags & (KBPS | PKTPS), rate, burst)
            body = body[length:]


def _exactly(link: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = link.recv(size - len(received))
        if not part:
            raise EmulationError("a switch closed the connection while its meters were read")
        received += part
    return received


def _line(number: int, flags: int, rate: int, burst: int) -> str:
    unit, size = ("packets/s", "packets") if flags == PKTPS else ("kbit/s", "kbit")
    return f"meter {number}: {rate} {unit}, burst {burst} {size}"
