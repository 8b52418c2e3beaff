"""What waits for one client of a running lab, in order: a client that does not read misses periodic messages, not more.

A program may hold a live twin and look at its events only now and then. Readings of counters, windows and printed lines
are then dropped, oldest first; answers and changes are kept.
"""

from __future__ import annotations

from collections import deque

from twin.lab.session.json_stream import JsonStream, Message, line_of

MAX_WAITING = 2**24
"""Bytes that may wait for a client; when more do, periodic messages are dropped until half of it is left."""
MAX_UNSENT = 2**16
"""Bytes that are handed to the stream before the client has read them; those are no longer dropped."""


class ClientQueue:
    """The messages of one client on their way to its stream."""

    def __init__(self, stream: JsonStream, max_waiting: int = MAX_WAITING) -> None:
        self.stream = stream
        self._max_waiting = max_waiting
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._size = 0

    @property
    def overfull(self) -> bool:
        """Whether more waits than may, periodic messages apart: the client asks and asks, and reads no answer."""
        return self._size > self._max_waiting

    def put(self, message: Message, *, periodic: bool) -> None:
        """Send a message, or keep it until there is room. Raises StreamClosed.

        periodic: a newer one follows; it is dropped where this client is too slow.
        """
        line = line_of(message)
        self._waiting.append((line, periodic))
        self._size += len(line)
        self.flush()
        if self.overfull:
            self._drop_periodic()

    def flush(self) -> None:
        """Write what waits, as far as the stream takes it. Raises StreamClosed."""
        self.stream.flush()
        while self._waiting and self.stream.unsent < MAX_UNSENT:
            line, _ = self._waiting.popleft()
            self._size -= len(line)
            self.stream.send_line(line)

    def _drop_periodic(self) -> None:
        """Drop the oldest periodic messages, down to half of what may wait: so it is seldom done."""
        kept: deque[tuple[bytes, bool]] = deque()
        for line, periodic in self._waiting:
            if periodic and self._size > self._max_waiting // 2:
                self._size -= len(line)
            else:
                kept.append((line, periodic))
        self._waiting = kept
