"""Messages over a byte stream, one JSON object a line, both ways: between host and guest, and daemon and clients.

Reading and writing never block: what cannot be written yet is kept until the owner's select loop calls `flush`.
Runs inside labs too: standard library, and values of twin.lab.job.

A window limits the bytes on their way into a lab that it has not acknowledged ({"read": bytes}): a serial line of user
mode Linux whose 4096 bytes of input have once been full is never read again (its driver does not re-arm).
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

from twin.lab.job import CONTROL_VARIABLE

Message = Mapping[str, Any]
"""What travels: a JSON object."""

MAX_LINE = 2**20
"""Bytes of a line; a longer one is not a message of ours."""
WINDOW = 2048
"""Bytes on their way into a lab; half of what its line holds."""


class StreamClosed(Exception):
    """The other end is gone."""


class JsonStream:
    """One end of a stream of messages over a file descriptor (a socket, or the serial line inside a lab).

    A `windowed` end waits for acknowledgements; an `acknowledging` end sends them.
    """

    def __init__(
        self, number: int, close: Callable[[], None] | None = None, *, windowed: bool = False,
        acknowledging: bool = False,
    ) -> None:
        os.set_blocking(number, False)
        self._number = number
        self._close = close or (lambda: os.close(number))
        self._partial_line = b""
        self._received: deque[Message] = deque()
        self._unsent = bytearray()
        self._windowed = windowed
        self._acknowledging = acknowledging
        self._unacknowledged = 0
        self._read = 0

    @classmethod
    def on_socket(cls, end: socket.socket, *, windowed: bool = False) -> JsonStream:
        """A stream over a connected socket, which it then owns."""
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
    def wants_write(self) -> bool:
        """Whether to select for writing: there is something to write, and the other end has room."""
        return bool(self._unsent) and self._window_left() > 0

    def _window_left(self) -> int:
        return WINDOW - self._unacknowledged if self._windowed else len(self._unsent)

    def send(self, message: Message) -> None:
        """Write a message, or as much as the stream takes now; `flush` writes the rest. Raises StreamClosed."""
        self.send_line(line_of(message))

    def send_line(self, line: bytes) -> None:
        """Write a message that is a line already."""
        self._unsent += line
        self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the stream takes it. Raises StreamClosed."""
        while self.wants_write:
            try:
                written = os.write(self._number, self._unsent[: self._window_left()])
            except BlockingIOError:
                return
            except OSError as fault:
                raise StreamClosed from fault
            del self._unsent[:written]
            self._unacknowledged += written

    def messages(self) -> list[Message]:
        """The messages that are there now. Raises StreamClosed when there will be no more."""
        try:
            chunk = os.read(self._number, 65536)
        except BlockingIOError:
            return []
        except OSError as fault:
            raise StreamClosed from fault
        if not chunk or len(self._partial_line) > MAX_LINE:
            raise StreamClosed
        *lines, self._partial_line = (self._partial_line + chunk).split(b"\n")
        messages = [message for line in lines if (message := _message(line)) is not None]
        if self._acknowledging:
            self.send({"read": len(chunk)})
        if not self._windowed:
            return messages
        self._unacknowledged -= sum(int(message["read"]) for message in messages if "read" in message)
        self.flush()
        return [message for message in messages if "read" not in message]

    def wait(self, timeout_s: float | None = None) -> Message | None:
        """The next message, blocking; None when none came in time. Raises StreamClosed."""
        while not self._received:
            writers = [self._number] if self.wants_write else []
            readable, writable, _ = select.select([self._number], writers, [], timeout_s)
            if writable:
                self.flush()
            if readable:
                self._received.extend(self.messages())
            elif not writable:
                return None
        return self._received.popleft()


def line_of(message: Message) -> bytes:
    """A message as it travels."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def _message(line: bytes) -> Message | None:
    """The JSON object of a line; None for anything else: the other end is not trusted."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def open_host_stream() -> JsonStream:
    """The stream to the host, for the command inside a lab that was started with one."""
    where = os.environ[CONTROL_VARIABLE]
    if where.isdecimal():
        return JsonStream(int(where), acknowledging=True)
    number = os.open(where, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    mode = termios.tcgetattr(number)
    mode[0] &= ~(termios.IGNBRK | termios.BRKINT | termios.ISTRIP | termios.INLCR | termios.IGNCR | termios.ICRNL
                 | termios.IXON)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(number, termios.TCSANOW, mode)
    return JsonStream(number, acknowledging=True)
