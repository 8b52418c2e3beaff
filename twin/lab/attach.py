"""Brings a twin up that outlives the command, and finds it again: the host's side of a running lab.

A running lab is a folder of this user named run-NAME, with the keeper's socket in it; whoever holds its lock is alive.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twin.errors import EmulationError, UsageError
from twin.lab import place
from twin.lab.channel import Channel, ChannelClosed, Message
from twin.lab.job import Job, Lab, OnLine

_PREFIX = "run-"
STDIN = 0


class RunningLab:
    """An attachment to a running lab. Close it to detach: the lab goes on."""

    def __init__(self, name: str, channel: Channel) -> None:
        self.name = name
        self._channel = channel
        self._ids = 0

    def __enter__(self) -> RunningLab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Detach."""
        self._channel.close()

    def next(self, timeout_s: float | None = None) -> Message | None:
        """The next thing that the lab says to us or to all; None when nothing came in time.

        Raises EmulationError when the lab is over.
        """
        try:
            message = self._channel.wait(timeout_s)
        except ChannelClosed:
            raise EmulationError(f'the twin "{self.name}" is gone') from None
        if message is not None and "over" in message:
            raise EmulationError(_epitaph(self.name, message["over"]))
        return message

    def ask(self, question: Message, *, timeout_s: float = 60.0) -> Message:
        """Ask the command inside; returns its answer, raises EmulationError when it refuses or does not answer."""
        number = self._say({"ask": question})
        deadline = time.monotonic() + timeout_s
        while (message := self.next(max(0.0, deadline - time.monotonic()))) is not None:
            if message.get("id") == number and "error" in message:
                raise EmulationError(str(message["error"]))
            if message.get("id") == number and isinstance(message.get("answer"), dict):
                answer: Message = message["answer"]
                return answer
        raise EmulationError(f'the twin "{self.name}" did not answer within {timeout_s:g} s')

    def run(self, node: str, argv: Sequence[str], *, terminal: bool) -> int:
        """Run a command in a node with our standard streams; returns its exit status.

        With `terminal` it gets a terminal of its own and ours is passed through, as for a shell.
        """
        size = list(shutil.get_terminal_size()[::-1]) if terminal else None
        number = self._say({"run": list(argv), "node": node, "tty": size})
        with _raw(STDIN) if terminal else contextlib.nullcontext(), self._resizing(number, terminal):
            return self._pump(number)

    def capture(self, node: str, argv: Sequence[str]) -> tuple[int, bytes, bytes]:
        """Run a command in a node without input; returns its exit status, output and error output."""
        number = self._say({"run": list(argv), "node": node, "tty": None})
        self._channel.send({"id": number, "input": None})
        parts: dict[bool, list[bytes]] = {True: [], False: []}
        while (message := self.next()) is None or message.get("id") != number or "ended" not in message:
            if message is not None and message.get("id") == number:
                if "error" in message:
                    raise UsageError(str(message["error"]))
                parts[message.get("stream") == 1].append(base64.b64decode(message.get("output", "")))
        return int(message["ended"]), b"".join(parts[True]), b"".join(parts[False])

    def end(self, *, timeout_s: float = 30.0) -> None:
        """End the lab, and wait until it is gone."""
        deadline = time.monotonic() + timeout_s
        try:
            self._channel.send({"end": True})
            while time.monotonic() < deadline:
                self._channel.wait(max(0.0, deadline - time.monotonic()))
        except ChannelClosed:
            return
        raise EmulationError(f'the twin "{self.name}" did not end within {timeout_s:g} s')

    def hold(self, *, held: bool = True) -> None:
        """Make the lab end when we go away, however that happens; or let it go on without us again."""
        self._channel.send({"hold": held})

    def _say(self, said: dict[str, Any]) -> int:
        """Send something under a new number; returns the number."""
        self._ids += 1
        try:
            self._channel.send({**said, "id": self._ids})
        except ChannelClosed:
            raise EmulationError(f'the twin "{self.name}" is gone') from None
        return self._ids

    def _pump(self, number: int) -> int:
        """Carry our input in and the command's output out until it has ended."""
        listening = [STDIN]
        while True:
            writers = [self._channel] if self._channel.pushing else []
            heard, ready, _ = select.select([self._channel.fileno(), *listening], writers, [])
            if ready:
                self._channel.flush()
            if listening and listening[0] in heard:
                chunk = os.read(listening[0], 16384)
                said = base64.b64encode(chunk).decode() if chunk else None
                self._channel.send({"id": number, "input": said})
                listening = listening if chunk else []
            while self._channel.fileno() in heard and (message := self.next(0)) is not None:
                if message.get("id") != number:
                    continue
                if "error" in message:
                    raise UsageError(str(message["error"]))
                if "output" in message:
                    _write(1 if message.get("stream") == 1 else 2, base64.b64decode(message["output"]))
                if "ended" in message:
                    return int(message["ended"])

    @contextlib.contextmanager
    def _resizing(self, number: int, wanted: bool) -> Any:
        """Tell the command whenever our window changes its size."""
        if not wanted:
            yield
            return

        def tell(*_: object) -> None:
            self._channel.send({"id": number, "size": list(shutil.get_terminal_size()[::-1])})

        before = signal.signal(signal.SIGWINCH, tell)
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


def _epitaph(name: str, over: Message) -> str:
    """Why a lab is over, in words."""
    return f'the twin "{name}" ended: {over["why"]}' if "why" in over else \
        f'the twin "{name}" ended with status {over.get("status")}'


def running() -> tuple[str, ...]:
    """The names of the twins of this user that are up."""
    place.sweep()
    folders = sorted(place.desk().glob(f"{_PREFIX}*/socket"))
    return tuple(path.parent.name.removeprefix(_PREFIX) for path in folders)


def attach(name: str | None = None) -> RunningLab:
    """Attach to the twin called `name`, or to the only one; raises UsageError naming the choices."""
    up = running()
    if not up:
        raise UsageError("no twin is up; bring one up with: twin up FILE")
    if name is None and len(up) > 1:
        raise UsageError(f"several twins are up, say which: {', '.join(up)}")
    chosen = name or up[0]
    if chosen not in up:
        raise UsageError(f'no twin called "{chosen}" is up; up: {", ".join(up)}')
    end = socket.socket(socket.AF_UNIX)
    try:
        end.connect(str(place.desk() / f"{_PREFIX}{chosen}" / "socket"))
    except OSError as fault:
        end.close()
        raise EmulationError(f'the twin "{chosen}" does not answer: {fault.strerror}') from fault
    return RunningLab(chosen, Channel.on_socket(end))


def start(name: str, lab: Lab, job: Job, *, on_line: OnLine) -> RunningLab:
    """Bring a lab up that outlives this process, and wait until the command inside says {"ready": true}.

    Its printed lines go to `on_line` meanwhile. If this process dies before that, the lab ends.
    Raises UsageError when the name is taken, EmulationError when the lab ends instead.
    """
    lab.ready(air=job.air)
    if name in running():
        raise UsageError(f'a twin called "{name}" is up already; end it with: twin down {name}')
    wish = {"lab": lab.name, "argv": job.argv, "out": str(job.out), "memory": job.memory, "seed": job.seed,
            "env": job.env, "core": job.core, "packages": str(job.packages or "")}
    folder = place.desk() / f"{_PREFIX}{name}"
    with place.claimed(folder, name) as lock:
        (folder / "keep.json").write_text(json.dumps(wish))
        attached = RunningLab(name, _keeper(folder, lock))
    try:
        _until_ready(attached, folder, on_line)
    except BaseException:
        with contextlib.suppress(EmulationError):
            attached.end()
        attached.close()
        raise
    return attached


def _keeper(folder: Path, lock: int) -> Channel:
    """Start the keeper, detached from our terminal, with the folder's lock and ourselves as its first client.

    What it has to complain about goes to a file in the folder.
    """
    ours, theirs = socket.socketpair()
    with theirs, (folder / "keeper.log").open("wb") as log:
        command = (sys.executable, "-m", "twin.lab.keeper", str(folder), str(lock), str(theirs.fileno()))
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
                         pass_fds=(lock, theirs.fileno()))
    return Channel.on_socket(ours)


def _until_ready(attached: RunningLab, folder: Path, on_line: Callable[[str], None]) -> None:
    """Wait until the command inside is ready, then let the lab stand on its own."""
    with (folder / "keeper.log").open(errors="replace") as complaint:
        try:
            while (message := attached.next()) is None or not message.get("ready"):
                if message is not None and "line" in message:
                    on_line(str(message["line"]))
        except EmulationError as fault:
            words = complaint.read().strip()
            raise EmulationError(f"{fault}\n{words}" if words else str(fault)) from None
    attached.hold(held=False)
