"""An attachment to a running lab: requests, commands and terminals in its nodes, and what it reports by itself."""

from __future__ import annotations

import base64
import contextlib
import os
import select
import shutil
import signal
import termios
import time
import tty
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from twin.core.errors import EmulationError, UsageError
from twin.lab.session.json_stream import JsonStream, Message, StreamClosed
from twin.lab.watchdog import SAMPLES, ActivitySample, hang_reason, sample_activity

STDIN = 0
EVENTS = 2000
"""How many events are kept for later while a command is waited for, the newest."""
CUT_SHORT = 124
"""The exit status of a command that was not listened to until its end, as of timeout(1)."""
TOLD = 2**16
"""Bytes of output that are dealt with before the lab is told."""


class RunningLab:
    """An attachment to a running lab. Close it to detach: the lab goes on."""

    def __init__(self, name: str, stream: JsonStream, out: Path, daemon: int) -> None:
        """`out`: the lab's folder on the host; `daemon`: the process that runs the lab."""
        self.name, self.out, self._daemon = name, out, daemon
        self._stream = stream
        self._ids, self._last_line = 0, ""
        self._events: deque[Message] = deque(maxlen=EVENTS)
        self._untold: dict[int, int] = {}

    def __enter__(self) -> RunningLab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Detach."""
        self._stream.close()

    def next(self, timeout_s: float | None = None) -> Message | None:
        """The next message of the lab for this client or for all; None when nothing came in time.

        Raises EmulationError when the lab has ended.
        """
        try:
            message = self._stream.wait(timeout_s)
        except StreamClosed:
            raise EmulationError(f'the twin "{self.name}" is gone') from None
        if message is not None and "lab_ended" in message:
            raise EmulationError(_end_reason(self.name, message["lab_ended"], self._last_line))
        if message is not None and "line" in message:
            self._last_line = str(message["line"])
        return message

    def ask(self, question: Message, *, patience_s: float = 60.0) -> Message:
        """Send a request to the agent; returns its response, waited for while the lab makes progress. Raises UsageError
        for one that cannot be meant, EmulationError for another error, or where the lab is hung."""
        number = self._send_numbered({"request": question})
        for message in self._until_hung(self.next, patience_s, "did not answer"):
            if message.get("id") == number and "error" in message:
                raise (UsageError if message.get("refused") else EmulationError)(str(message["error"]))
            if message.get("id") == number and isinstance(message.get("response"), dict):
                response: Message = message["response"]
                return response
            if "id" not in message:
                self._events.append(message)
        raise AssertionError("it ends by an answer or an error")

    def _until_hung(self, wait: Callable[[float], Message | None], patience_s: float, fault: str) -> Iterator[Message]:
        """Every message; raises EmulationError when the lab makes no progress for its patience (twin.lab.watchdog)."""
        samples: list[ActivitySample] = []
        while (reason := hang_reason(samples, patience_s)) is None:
            look = time.monotonic() + patience_s / SAMPLES
            while (message := wait(max(0.0, look - time.monotonic()))) is not None:
                yield message
            samples.append(sample_activity(self._daemon))
        raise EmulationError(f'the twin "{self.name}" {fault}: its lab {reason}')

    def events_wait(self) -> bool:
        """Whether a message that answers nobody has come already."""
        while (message := self.next(0)) is not None:
            if "id" not in message:
                self._events.append(message)
        return bool(self._events)

    def next_event(self, timeout_s: float | None = None) -> Message | None:
        """The next message that is not a reply; None when none came in time. Raises EmulationError as `next`."""
        if self._events:
            return self._events.popleft()
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while (message := self.next(None if deadline is None else max(0.0, deadline - time.monotonic()))) is not None:
            if "id" not in message:
                return message
        return None

    def run(self, node: str, argv: Sequence[str], *, terminal: bool) -> int:
        """Run a command in a node with our standard streams; returns its exit status.

        With `terminal` it gets a terminal of its own and ours is passed through, as for a shell.
        """
        size = list(shutil.get_terminal_size()[::-1]) if terminal else None
        number = self._send_numbered({"run": list(argv), "node": node, "tty": size})
        with _raw(STDIN) if terminal else contextlib.nullcontext(), self._resizing(number, terminal):
            return self._relay(number)

    def start_command(self, node: str, argv: Sequence[str], *, size: tuple[int, int] | None = None) -> int:
        """Start a command in a node; returns its number. It ends with this client, if not before.

        size: rows and columns of its terminal; None: it has none.
        """
        return self._send_numbered({"run": list(argv), "node": node, "tty": size})

    def fileno(self) -> int:
        """What can be read when there are messages."""
        return self._stream.fileno()

    def send_input(self, number: int, content: bytes) -> None:
        """Give a command something to read."""
        self._tell(number, input=base64.b64encode(content).decode())

    def end_input(self, number: int) -> None:
        """Close the standard input of a command."""
        self._tell(number, input=None)

    def resize(self, number: int, size: tuple[int, int]) -> None:
        """Tell a command the rows and columns of its terminal."""
        self._tell(number, size=size)

    def take(self, number: int, size: int) -> None:
        """Say that so many bytes of a command's output have been dealt with: it waits while many have not."""
        untold = self._untold.get(number, 0) + size
        if untold >= TOLD:
            self._tell(number, taken=untold)
            untold = 0
        self._untold[number] = untold

    def _tell(self, number: int, **fields: Any) -> None:
        try:
            self._stream.send({"id": number, **fields})
        except StreamClosed:
            raise EmulationError(f'the twin "{self.name}" is gone') from None

    def command_message(self, number: int, timeout_s: float) -> Message | None:
        """The next message of a command: output, its exit status, or an error; None when none came in time."""
        while (message := self.next(timeout_s)) is not None:
            if message.get("id") == number:
                return message
            if "id" not in message:
                self._events.append(message)
        return None

    def capture(self, node: str, argv: Sequence[str], *, seconds: float | None = None, most: int | None = None
                ) -> tuple[int, bytes, bytes]:
        """Run a command in a node without input; returns its exit status, output and error output.

        seconds, most: after that time, or that many bytes, it is no longer listened to, and ends with this client; its
        status is CUT_SHORT then.
        """
        number = self._send_numbered({"run": list(argv), "node": node, "tty": None})
        self._stream.send({"id": number, "input": None})
        parts: dict[bool, list[bytes]] = {True: [], False: []}
        status, left, end = CUT_SHORT, most, None if seconds is None else time.monotonic() + seconds
        while (end is None or time.monotonic() < end) and (left is None or left > 0):
            message = self.next(None if end is None else max(0.0, end - time.monotonic()))
            if message is None or message.get("id") != number:
                continue
            if "error" in message:
                raise UsageError(str(message["error"]))
            if "exit_status" in message:
                status = int(message["exit_status"])
                break
            output = base64.b64decode(message.get("output", ""))
            parts[message.get("stream") == 1].append(output)
            self.take(number, len(output))
            left = None if left is None else left - len(output)
        return status, b"".join(parts[True]), b"".join(parts[False])

    def end(self, *, patience_s: float = 30.0) -> None:
        """End the lab, and wait until it has ended. Raises EmulationError where it is hung."""
        with contextlib.suppress(StreamClosed):
            self._stream.send({"end": True})
            for _ in self._until_hung(self._stream.wait, patience_s, "did not end"):
                pass

    def hold(self, *, held: bool = True) -> None:
        """Make the lab end when this client disconnects, for whatever reason; or let it go on again."""
        self._stream.send({"hold": held})

    def _send_numbered(self, fields: dict[str, Any]) -> int:
        """Send a message with a new id; returns the id."""
        self._ids += 1
        self._tell(self._ids, **fields)
        return self._ids

    def _relay(self, number: int) -> int:
        """Relay our input and the command's output until it has ended."""
        inputs = [STDIN]
        while True:
            writers = [self._stream] if self._stream.wants_write else []
            readable, writable, _ = select.select([self._stream.fileno(), *inputs], writers, [])
            if writable:
                self._stream.flush()
            if inputs and inputs[0] in readable:
                chunk = os.read(inputs[0], 16384)
                self._tell(number, input=base64.b64encode(chunk).decode() if chunk else None)
                inputs = inputs if chunk else []
            while self._stream.fileno() in readable and (message := self.next(0)) is not None:
                if message.get("id") != number:
                    continue
                if "error" in message:
                    raise UsageError(str(message["error"]))
                if "output" in message:
                    chunk = base64.b64decode(message["output"])
                    _write(1 if message.get("stream") == 1 else 2, chunk)
                    self.take(number, len(chunk))
                if "exit_status" in message:
                    return int(message["exit_status"])

    @contextlib.contextmanager
    def _resizing(self, number: int, wanted: bool) -> Any:
        """Send the size of our window whenever it changes."""
        if not wanted:
            yield
            return

        def send_size(*_: object) -> None:
            self._stream.send({"id": number, "size": list(shutil.get_terminal_size()[::-1])})

        before = signal.signal(signal.SIGWINCH, send_size)
        try:
            yield
        finally:
            signal.signal(signal.SIGWINCH, before)


def _write(number: int, chunk: bytes) -> None:
    """Write all of it."""
    while chunk:
        chunk = chunk[os.write(number, chunk):]


@contextlib.contextmanager
def _raw(terminal: int) -> Any:
    """Our terminal passed through: keys go in as they are pressed."""
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _end_reason(name: str, over: Message, last_line: str) -> str:
    """Why a lab has ended, for a message: how it died, or what its command said at last."""
    if "reason" in over:
        return f'the twin "{name}" ended: {over["reason"]}'
    return f'the twin "{name}" ended with status {over.get("status")}' + (f": {last_line}" if last_line else "")
