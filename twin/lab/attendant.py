"""Inside a running lab: answers what attached people ask, and runs their commands and shells in its nodes.

Every message from the host is {"from": client, "say": SAID} or {"from": client, "left": true}; every message to it is
{"to": client, "say": SAID}, client 0 meaning all. What is said:

    {"id": 1, "ask": {...}}                          -> {"id": 1, "answer": {...}}  or  {"id": 1, "error": "why"}
    {"id": 2, "run": ["ping", "..."], "node": "n",   -> {"id": 2, "output": BASE64, "stream": 1 or 2}, any number, then
     "tty": [rows, columns] or null}                    {"id": 2, "ended": exit status}
    {"id": 2, "input": BASE64 or null for its end}      {"id": 2, "size": [rows, columns]}
    {"end": true}                                    -> serve() returns; the owner tidies up and exits

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from twin.lab.channel import Channel, ChannelClosed, Message

Answer = Callable[[Message], Message]
"""Answers a question; what it raises as LookupError or ValueError goes back as {"error": ...}."""
Enter = Callable[[str, Sequence[str]], Sequence[str]]
"""Turns a node's name and a command into the command that runs it there; LookupError for an unknown node."""

FULL = 2**18
"""Bytes waiting for the host above which no more output of commands is read."""
READ, WRITE = select.POLLIN, select.POLLOUT


@dataclass(slots=True)
class _Command:
    """A command that runs for somebody: its process, and the streams that connect it to them."""

    client: int
    id: int
    process: subprocess.Popen[bytes]
    over: int
    """Descriptor that can be read when the process has ended."""
    inlet: int | None
    outlets: dict[int, int]
    """Descriptor of each output stream: 1 or 2, as in a shell."""
    unfed: bytearray = field(default_factory=bytearray)
    """Input that the command has not taken yet."""
    fed_up: bool = False
    """Whether the input ends when all of it is taken."""


class Attendant:
    """Serves the channel to the host; everything that it does is done in the loop of `serve`."""

    def __init__(self, channel: Channel, answer: Answer, enter: Enter) -> None:
        self._channel = channel
        self._answer = answer
        self._enter = enter
        self._commands: dict[tuple[int, int], _Command] = {}
        self._watched: dict[int, Callable[[], None]] = {}
        self._ending = False

    def emit(self, event: Message, client: int = 0) -> None:
        """Say something to a client, or to all of them."""
        self._channel.send({"to": client, "say": event})

    def watch(self, number: int, ready: Callable[[], None]) -> None:
        """Call `ready` from the loop whenever the descriptor can be read."""
        self._watched[number] = ready

    def serve(self) -> None:
        """Serve until the host says that this ends, or is gone."""
        try:
            while not self._ending:
                self._turn()
        except ChannelClosed:
            pass
        finally:
            for command in list(self._commands.values()):
                _kill(command)
                self._forget(command)

    def _turn(self) -> None:
        """One turn of the loop: wait for anything, deal with one thing of each kind."""
        waits = [(number, READ, ready) for number, ready in self._watched.items()]
        for command in self._commands.values():
            waits.extend(self._waits(command))
        waits.append((self._channel.fileno(), READ, self._hear))
        if self._channel.pushing:
            waits.append((self._channel.fileno(), WRITE, self._channel.flush))
        poll = select.poll()
        wanted: dict[int, int] = {}
        for number, kind, _ in waits:
            wanted[number] = wanted.get(number, 0) | kind
        for number, kinds in wanted.items():
            poll.register(number, kinds)
        happened = dict(poll.poll())
        for number, kind, act in waits:
            if happened.get(number, 0) & (kind | select.POLLHUP | select.POLLERR):
                act()

    def _waits(self, command: _Command) -> list[tuple[int, int, Callable[[], None]]]:
        """What to wait for on behalf of a command; its end alone once it has ended, so that nothing comes after."""
        if select.select([command.over], [], [], 0)[0]:
            return [(command.over, READ, partial(self._finish, command))]
        waits: list[tuple[int, int, Callable[[], None]]] = [(command.over, READ, lambda: None)]
        if self._channel.unsent < FULL:
            waits.extend((number, READ, partial(self._forward, command, number)) for number in command.outlets)
        if command.inlet is not None and command.unfed:
            waits.append((command.inlet, WRITE, partial(_feed, command)))
        return waits

    def _hear(self) -> None:
        """Deal with what the host has sent."""
        for message in self._channel.messages():
            client, said = message.get("from"), message.get("say")
            if message.get("left"):
                for command in [one for one in self._commands.values() if one.client == client]:
                    _kill(command)
            elif isinstance(said, dict) and said.get("end"):
                self._ending = True
            elif isinstance(client, int) and isinstance(said, dict):
                self._try(client, said)

    def _try(self, client: int, said: dict[str, Any]) -> None:
        """Do what a client said; what cannot be done goes back as an error."""
        try:
            self._do(client, int(said.get("id", 0)), said)
        except (LookupError, ValueError, TypeError, OSError) as fault:
            words = fault.args[0] if isinstance(fault, LookupError) and fault.args else fault
            self.emit({"id": said.get("id", 0), "error": str(words)}, client)

    def _do(self, client: int, number: int, said: dict[str, Any]) -> None:
        command = self._commands.get((client, number))
        if "ask" in said:
            self.emit({"id": number, "answer": self._answer(said["ask"])}, client)
        elif "run" in said and command is None:
            argv = self._enter(str(said["node"]), [str(word) for word in said["run"]])
            self._commands[client, number] = _started(client, number, list(argv), said.get("tty"))
        elif "input" in said and command is not None:
            command.fed_up = said["input"] is None
            command.unfed += base64.b64decode(said["input"] or "")
            _feed(command)
        elif "size" in said and command is not None and command.inlet is not None:
            _resize(command.inlet, said["size"])

    def _forward(self, command: _Command, number: int) -> None:
        """Send on what the command wrote."""
        try:
            chunk = os.read(number, 16384)
        except OSError:
            chunk = b""
        if chunk:
            text = base64.b64encode(chunk).decode()
            self.emit({"id": command.id, "output": text, "stream": command.outlets[number]}, command.client)
            return
        del command.outlets[number]
        if number == command.inlet:
            command.inlet = None
        os.close(number)

    def _finish(self, command: _Command) -> None:
        """Send the rest of the output and the exit status of a command that has ended."""
        for number in list(command.outlets):
            while number in command.outlets and select.select([number], [], [], 0)[0]:
                self._forward(command, number)
        code = command.process.wait()
        self.emit({"id": command.id, "ended": code if code >= 0 else 128 - code}, command.client)
        self._forget(command)

    def _forget(self, command: _Command) -> None:
        """Close what connected a command that has ended."""
        command.process.wait()
        for number in {command.over, *command.outlets, *([] if command.inlet is None else [command.inlet])}:
            os.close(number)
        del self._commands[command.client, command.id]


def _kill(command: _Command) -> None:
    """Kill a command with all that it started in its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(command.process.pid, signal.SIGKILL)
    command.process.kill()


def _started(client: int, number: int, argv: list[str], tty: Any) -> _Command:
    """Start a command, on a terminal of the given size or on pipes."""
    if tty is None:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        assert process.stdin and process.stdout and process.stderr
        streams = (process.stdin, process.stdout, process.stderr)
        inlet, out, error = (os.dup(stream.fileno()) for stream in streams)
        for stream in streams:
            stream.close()
        os.set_blocking(inlet, False)
        return _Command(client, number, process, os.pidfd_open(process.pid), inlet, {out: 1, error: 2})
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


def _feed(command: _Command) -> None:
    """Give a command as much of its input as it takes; close it at its end (a terminal stays open)."""
    if command.inlet is None:
        return
    try:
        while command.unfed:
            del command.unfed[: os.write(command.inlet, command.unfed)]
    except BlockingIOError:
        return
    except OSError:
        command.unfed.clear()
    if command.fed_up and command.inlet not in command.outlets:
        os.close(command.inlet)
        command.inlet = None
