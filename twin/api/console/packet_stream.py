"""The packets of a span or node as a stream for a browser: a capture that ends after a time, or with its reader."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass

from twin.api.console.in_thread import in_thread
from twin.api.console.live_network import Attach, Packets
from twin.core.errors import TwinError, UsageError

MEDIA_TYPE = "application/vnd.tcpdump.pcap"
"""Of pcap files (IANA)."""
LONGEST = 600
"""How long a capture may last, s."""
PATIENCE_S = 10.0
"""Within which the head of a file comes."""


@dataclass
class PacketStream:
    """An open capture. first: what it has begun with; deadline: when it ends, of the monotonic clock, s."""

    open: ExitStack
    packets: Packets
    first: bytes
    deadline: float

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it; whatever ends the reading ends the capture."""
        try:
            yield self.first
            while (chunk := await in_thread(self._next)) is not None:
                if chunk:
                    yield chunk
        finally:
            threading.Thread(target=self.open.close, daemon=True).start()  # Whoever left does not wait for it.

    def _next(self) -> bytes | None:
        if time.monotonic() >= self.deadline:
            self.packets.stop()
        try:
            return self.packets.read()
        except TwinError:  # The twin has ended: so does the file.
            return None


def seconds_of(written: str) -> int:
    """How long a capture lasts. Raises UsageError where that is no number of seconds, or too many."""
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= LONGEST):
        raise UsageError(f"a capture lasts 1 to {LONGEST} s")
    return int(written)


def open_packets(attach: Attach, place: str, expression: str, seconds: int) -> PacketStream:
    """Begin to capture. Raises UsageError where place or filter are none, before anything is sent."""
    with ExitStack() as stack:
        twin = stack.enter_context(attach())
        packets = stack.enter_context(twin.capture(place, expression))
        first = _beginning(packets)
        return PacketStream(stack.pop_all(), packets, first, time.monotonic() + seconds)


def _beginning(packets: Packets) -> bytes:
    """The first that comes of it, the head of the file; by then the filter has been understood."""
    until = time.monotonic() + PATIENCE_S
    while (chunk := packets.read()) == b"" and time.monotonic() < until:
        pass
    return chunk or b""
