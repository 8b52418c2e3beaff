"""Packets of a pcap file that grows, in order of their time stamps. Pure: bytes in, bytes out.

The kernel stamps a packet when it comes, and tcpdump gets it when it is dealt with: on a busy machine one that was sent
meanwhile is written before it (both directions of one interface).
"""

from __future__ import annotations

import struct
from heapq import heappop, heappush

HEADER = struct.Struct("=IHHiIII")
RECORD = struct.Struct("=IIII")
"""Of the file and of each packet, in the byte order of this machine, whose lab wrote them (pcap-savefile(5))."""
NS_PER_S = 1_000_000_000
LATEST = NS_PER_S // 10
"""By how much a packet may be stamped before one that is written before it, ns."""


class PcapOrder:
    """Takes a file in any pieces, and returns its packets once no earlier one is to come."""

    def __init__(self) -> None:
        self._rest, self._begun, self._count, self._newest = b"", False, 0, 0
        self._waiting: list[tuple[int, int, bytes]] = []

    def take(self, chunk: bytes) -> bytes:
        """The next piece of the file; returns what is in order by now."""
        content, place, ordered = self._rest + chunk, 0, b""
        if not self._begun and len(content) >= HEADER.size:
            place, ordered, self._begun = HEADER.size, content[:HEADER.size], True
        while self._begun and len(content) >= place + RECORD.size:
            seconds, nanoseconds, held, _ = RECORD.unpack_from(content, place)
            end = place + RECORD.size + held
            if len(content) < end:
                break
            self._wait(seconds * NS_PER_S + nanoseconds, content[place:end])
            place = end
        self._rest = content[place:]
        return ordered + self._until(self._newest - LATEST)

    def flush(self) -> bytes:
        """All packets that wait: for some time nothing has come."""
        return self._until(self._newest)

    def _wait(self, at: int, record: bytes) -> None:
        heappush(self._waiting, (at, self._count, record))
        self._count, self._newest = self._count + 1, max(self._newest, at)

    def _until(self, moment: int) -> bytes:
        ready = []
        while self._waiting and self._waiting[0][0] <= moment:
            ready.append(heappop(self._waiting)[2])
        return b"".join(ready)
