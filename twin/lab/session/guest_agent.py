"""The agent in a running lab: answers requests of attached clients, and runs commands and shells in its nodes.

From the host come {"from": client, "message": M} and {"from": client, "disconnected": true}; to it go
{"to": client, "message": M}, client 0 meaning all; with "periodic": true where one who is slow may miss it, since a
newer one follows. M is one of:

    {"id": 1, "request": {...}}                      -> {"id": 1, "response": {...}}  or  {"id": 1, "error": "reason"}
    {"id": 2, "run": ["ping", "..."], "node": "n",   -> {"id": 2, "output": BASE64, "stream": 1 or 2}, any number, then
     "tty": [rows, columns] or null}                    {"id": 2, "exit_status": number}
    {"id": 2, "input": BASE64 or null for its end}      {"id": 2, "size": [rows, columns]}
    {"id": 2, "taken": bytes of output that the client has dealt with}
    {"end": true}                                    -> serve() returns; the caller cleans up and exits

An error is "refused": true where the request asked for what cannot be meant, such as a span that is not there.

Standard library only.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from twin.lab.session.json_stream import JsonStream, Message, StreamClosed

RequestHandler = Callable[[Message], Message]
"""Answers a request; a LookupError or ValueError goes back as {"error": ...}."""
Enter = Callable[[str, Sequence[str]], Sequence[str]]
"""From a node's name and a command to the command that runs it there; LookupError for an unknown node."""

MAX_BACKLOG = 2**18
"""Bytes waiting for the host above which no more output of commands is read."""
OUTPUT_WINDOW = 2**18
"""Bytes of output that a client has not taken yet above which no more of its command is read: the command waits."""
READ, WRITE = select.POLLIN, select.POLLOUT


@dataclass(slots=True)
class _Command:
    """A command that runs for a client: its process and its standard streams."""

    client: int
    id: int
    process: subprocess.Popen[bytes]
    pidfd: int
    """Descriptor that can be read when the process has ended."""
    stdin: int | None
    outputs: dict[int, int]
    """Descriptor of each output stream: 1 or 2, as in a shell."""
    pending_input: bytearray = field(default_factory=bytearray)
    """Input that the command has not taken yet."""
    input_ends: bool = False
    """Whether the input ends when all of it is taken."""
    untaken: int = 0
    """Bytes of output that were sent and that the client has not taken yet."""


class GuestAgent:
    """Serves the stream to the host, in the loop of `serve`."""

    def __init__(self, stream: JsonStream, handle_request: RequestHandler, enter: Enter) -> None:
        self._stream = stream
        self._handle_request = handle_request
        self._enter = enter
        self._commands: dict[tuple[int, int], _Command] = {}
        self._watched: dict[int, Callable[[], None]] = {}
        self._period_s, self._due_s, self._call = 0.0, 0.0, _nothing
        self._ending = False

    def send_event(self, event: Message, client: int = 0) -> None:
        """Send a message to a client, or to all (0)."""
        self._stream.send({"to": client, "message": event})

    def send_periodic(self, event: Message) -> None:
        """Send a message to all that a slow client may miss: a newer one follows."""
        self._stream.send({"to": 0, "message": event, "periodic": True})

    def watch(self, number: int, ready: Callable[[], None]) -> None:
        """Call `ready` from the loop whenever the descriptor can be read."""
        self._watched[number] = ready

    def unwatch(self, number: int) -> None:
        """No longer; nothing happens when it was not watched."""
        self._watched.pop(number, None)

    def end_commands(self) -> None:
        """Kill every command that runs in a node; its client gets the reason."""
        for command in self._commands.values():
            _kill(command)

    def call_every(self, period_s: float, call: Callable[[], None]) -> None:
        """Call from the loop that often; rounds that come too late are left out."""
        self._period_s, self._due_s, self._call = period_s, time.monotonic() + period_s, call

    def serve(self) -> None:
        """Serve until the host ends this, or is gone."""
        try:
            while not self._ending:
                self._poll_once()
        except StreamClosed:
            pass
        finally:
            for command in list(self._commands.values()):
                _kill(command)
                self._close(command)

    def _poll_once(self) -> None:
        """Wait for descriptors to be ready, and call the handler of each."""
        waits = [(number, READ, ready) for number, ready in self._watched.items()]
        for command in self._commands.values():
            waits.extend(self._command_waits(command))
        waits.append((self._stream.fileno(), READ, self._receive))
        if self._stream.wants_write:
            waits.append((self._stream.fileno(), WRITE, self._stream.flush))
        poll = select.poll()
        masks: dict[int, int] = {}
        for number, kind, _ in waits:
            masks[number] = masks.get(number, 0) | kind
        for number, kinds in masks.items():
            poll.register(number, kinds)
        happened = dict(poll.poll(self._milliseconds_left()))
        self._call_if_due()
        for number, kind, act in waits:
            if happened.get(number, 0) & (kind | select.POLLHUP | select.POLLERR):
                act()

    def _milliseconds_left(self) -> float | None:
        """Until the periodic call is due; None where there is none."""
        return max(0.0, self._due_s - time.monotonic()) * 1000 if self._period_s else None

    def _call_if_due(self) -> None:
        now = time.monotonic()
        if self._period_s and now >= self._due_s:
            self._due_s = max(self._due_s + self._period_s, now)
            self._call()

    def _command_waits(self, command: _Command) -> list[tuple[int, int, Callable[[], None]]]:
        """What to wait for on behalf of a command; only its end once it has ended, so that nothing comes after."""
        if select.select([command.pidfd], [], [], 0)[0]:
            return [(command.pidfd, READ, partial(self._finish, command))]
        waits: list[tuple[int, int, Callable[[], None]]] = [(command.pidfd, READ, lambda: None)]
        if self._stream.unsent < MAX_BACKLOG and command.untaken < OUTPUT_WINDOW:
            waits.extend((number, READ, partial(self._forward_output, command, number)) for number in command.outputs)
        if command.stdin is not None and command.pending_input:
            waits.append((command.stdin, WRITE, partial(_feed_input, command)))
        return waits

    def _receive(self) -> None:
        """Handle what the host has sent."""
        for message in self._stream.messages():
            client, fields = message.get("from"), message.get("message")
            if message.get("disconnected"):
                for command in [running for running in self._commands.values() if running.client == client]:
                    _kill(command)
            elif isinstance(fields, dict) and fields.get("end"):
                self._ending = True
            elif isinstance(client, int) and isinstance(fields, dict):
                self._handle(client, fields)

    def _handle(self, client: int, fields: dict[str, Any]) -> None:
        """Handle a client's message; failures go back as an error."""
        try:
            self._dispatch(client, int(fields.get("id", 0)), fields)
        except (LookupError, ValueError, TypeError, OSError) as fault:
            reason = fault.args[0] if isinstance(fault, LookupError) and fault.args else fault
            self.send_event({"id": fields.get("id", 0), "error": str(reason),
                             "refused": isinstance(fault, (LookupError, ValueError))}, client)

    def _dispatch(self, client: int, number: int, fields: dict[str, Any]) -> None:
        command = self._commands.get((client, number))
        if "request" in fields:
            self.send_event({"id": number, "response": self._handle_request(fields["request"])}, client)
        elif "run" in fields and command is None:
            argv = self._enter(str(fields["node"]), [str(word) for word in fields["run"]])
            self._commands[client, number] = _start(client, number, list(argv), fields.get("tty"))
        elif "input" in fields and command is not None:
            command.input_ends = fields["input"] is None
            command.pending_input += base64.b64decode(fields["input"] or "")
            _feed_input(command)
        elif "taken" in fields and command is not None:
            command.untaken -= int(fields["taken"])
        elif "size" in fields and command is not None and command.stdin is not None:
            _resize(command.stdin, fields["size"])

    def _forward_output(self, command: _Command, number: int) -> None:
        """Forward output of a command."""
        try:
            chunk = os.read(number, 16384)
        except OSError:
            chunk = b""
        if chunk:
            command.untaken += len(chunk)
            text = base64.b64encode(chunk).decode()
            self.send_event({"id": command.id, "output": text, "stream": command.outputs[number]}, command.client)
            return
        del command.outputs[number]
        if number == command.stdin:
            command.stdin = None
        os.close(number)

    def _finish(self, command: _Command) -> None:
        """Send the rest of the output and the exit status of a command that has ended."""
        for number in list(command.outputs):
            while number in command.outputs and select.select([number], [], [], 0)[0]:
                self._forward_output(command, number)
        code = command.process.wait()
        self.send_event({"id": command.id, "exit_status": code if code >= 0 else 128 - code}, command.client)
        self._close(command)

    def _close(self, command: _Command) -> None:
        """Close the descriptors of a command that has ended."""
        command.process.wait()
        for number in {command.pidfd, *command.outputs, *([] if command.stdin is None else [command.stdin])}:
            os.close(number)
        del self._commands[command.client, command.id]


def _nothing() -> None:
    """Do nothing."""


def _kill(command: _Command) -> None:
    """Kill a command and its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(command.process.pid, signal.SIGKILL)
    command.process.kill()


def _start(client: int, number: int, argv: list[str], tty: Any) -> _Command:
    """Start a command, on a terminal of the given size or on pipes."""
    if tty is None:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        assert process.stdin and process.stdout and process.stderr
        streams = (process.stdin, process.stdout, process.stderr)
        stdin, out, error = (os.dup(stream.fileno()) for stream in streams)
        for stream in streams:
            stream.close()
        os.set_blocking(stdin, False)
        return _Command(client, number, process, os.pidfd_open(process.pid), stdin, {out: 1, error: 2})
    master, slave = os.openpty()
    _resize(master, tty)
    process = subprocess.Popen(["setsid", "--ctty", *argv], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.set_blocking(master, False)
    return _Command(client, number, process, os.pidfd_open(process.pid), master, {master: 1})


def _resize(terminal: int, size: Any) -> None:
    """Tell a terminal how large the window is."""
    rows, columns = (max(1, min(int(side), 1000)) for side in size)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _feed_input(command: _Command) -> None:
    """Give a command as much of its input as it takes; close it at its end (a terminal stays open)."""
    if command.stdin is None:
        return
    try:
        while command.pending_input:
            del command.pending_input[: os.write(command.stdin, command.pending_input)]
    except BlockingIOError:
        return
    except OSError:
        command.pending_input.clear()
    if command.input_ends and command.stdin not in command.outputs:
        os.close(command.stdin)
        command.stdin = None
