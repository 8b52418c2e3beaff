"""Messages over a byte stream: one JSON object a line, both ways; the same on either side of a lab's wall.

Reading and writing never block: what cannot be written yet is kept, and the owner's select loop says when to go on.
Standard library only, since it also runs inside labs.

Into a lab goes at most WINDOW bytes that the other end has not said it has read ({"read": bytes}): a serial line of
user mode Linux whose 4096 bytes of input have once been full is never read again (its driver does not re-arm).
"""

from __future__ import annotations

import json
import os
import select
import socket
import termios
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
"""What travels: a JSON object."""

CHANNEL = "TWIN_CHANNEL"
"""Environment variable that tells a command inside a lab where its channel to the host is."""
LONGEST = 2**20
"""Bytes of a line; a longer one is not a message of ours."""
WINDOW = 2048
"""Bytes on their way into a lab; half of what its line holds."""


class ChannelClosed(Exception):
    """The other end is gone."""


class Channel:
    """One end of a stream of messages over a file descriptor (a socket, or the serial line inside a lab).

    A `windowed` end waits for the other to say what it has read; an `admitting` end says so.
    """

    def __init__(
        self, number: int, close: Callable[[], None] | None = None, *, windowed: bool = False, admitting: bool = False
    ) -> None:
        os.set_blocking(number, False)
        self._number = number
        self._close = close or (lambda: os.close(number))
        self._rest = b""
        self._come: deque[Message] = deque()
        self._unsent = bytearray()
        self._windowed = windowed
        self._admitting = admitting
        self._on_their_way = 0
        self._read = 0

    @classmethod
    def on_socket(cls, end: socket.socket, *, windowed: bool = False) -> Channel:
        """A channel over a connected socket, which it then owns."""
        return cls(end.fileno(), end.close, windowed=windowed)

    def fileno(self) -> int:
        """The descriptor to select on."""
        return self._number

    def close(self) -> None:
        """Close the stream."""
        self._close()

    @property
    def unsent(self) -> int:
        """Bytes that wait to be written."""
        return len(self._unsent)

    @property
    def pushing(self) -> bool:
        """Whether to select for writing: there is something to write, and the other end has room."""
        return bool(self._unsent) and self._room() > 0

    def _room(self) -> int:
        return WINDOW - self._on_their_way if self._windowed else len(self._unsent)

    def send(self, message: Message) -> None:
        """Write a message, or as much as the stream takes now; `flush` writes the rest. Raises ChannelClosed."""
        self._unsent += json.dumps(message, separators=(",", ":")).encode() + b"\n"
        self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the stream takes it. Raises ChannelClosed."""
        while self.pushing:
            try:
                written = os.write(self._number, self._unsent[: self._room()])
            except BlockingIOError:
                return
            except OSError as fault:
                raise ChannelClosed from fault
            del self._unsent[:written]
            self._on_their_way += written

    def messages(self) -> list[Message]:
        """The messages that are there now. Raises ChannelClosed when there will be no more."""
        try:
            chunk = os.read(self._number, 65536)
        except BlockingIOError:
            return []
        except OSError as fault:
            raise ChannelClosed from fault
        if not chunk or len(self._rest) > LONGEST:
            raise ChannelClosed
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        messages = [message for line in lines if (message := _message(line)) is not None]
        if self._admitting:
            self.send({"read": len(chunk)})
        if not self._windowed:
            return messages
        self._on_their_way -= sum(int(message["read"]) for message in messages if "read" in message)
        self.flush()
        return [message for message in messages if "read" not in message]

    def wait(self, timeout_s: float | None = None) -> Message | None:
        """The next message, blocking; None when none came in time. Raises ChannelClosed."""
        while not self._come:
            writers = [self._number] if self.pushing else []
            readable, writable, _ = select.select([self._number], writers, [], timeout_s)
            if writable:
                self.flush()
            if readable:
                self._come.extend(self.messages())
            elif not writable:
                return None
        return self._come.popleft()


def _message(line: bytes) -> Message | None:
    """The JSON object of a line; None for anything else: the other end is not believed."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def to_host() -> Channel:
    """The channel to the host, for the command inside a lab that was started with one."""
    where = os.environ[CHANNEL]
    if where.isdecimal():
        return Channel(int(where), admitting=True)
    number = os.open(where, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    mode = termios.tcgetattr(number)
    mode[0] &= ~(termios.IGNBRK | termios.BRKINT | termios.ISTRIP | termios.INLCR | termios.IGNCR | termios.ICRNL
                 | termios.IXON)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(number, termios.TCSANOW, mode)
    return Channel(number, admitting=True)
