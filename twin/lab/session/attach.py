"""The host's side of a running lab: starts a twin that outlives the command, finds it and attaches to it.

A running lab is a runtime folder named run-NAME, with the daemon's socket in it; the daemon holds the folder's lock.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
import tty
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twin.core.errors import EmulationError, UsageError
from twin.lab import host_paths
from twin.lab.boundary.code_snapshot import PROJECT
from twin.lab.job import Job, Lab, OnLine
from twin.lab.session.json_stream import JsonStream, Message, StreamClosed

_PREFIX = "run-"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
"""What a twin may be called: a part of the name of a folder."""
REQUEST_FILE = "session.json"
"""What the daemon is started with, in the runtime folder."""
STDIN = 0


class RunningLab:
    """An attachment to a running lab. Close it to detach: the lab goes on."""

    def __init__(self, name: str, stream: JsonStream, out: Path) -> None:
        """`out`: the lab's folder on the host."""
        self.name, self.out = name, out
        self._stream = stream
        self._ids = 0
        self._events: deque[Message] = deque()

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
            raise EmulationError(_end_reason(self.name, message["lab_ended"]))
        return message

    def ask(self, question: Message, *, timeout_s: float = 60.0) -> Message:
        """Send a request to the agent; returns its response. Raises UsageError for one that cannot be meant,
        EmulationError for another error or no answer in time."""
        number = self._send_numbered({"request": question})
        deadline = time.monotonic() + timeout_s
        while (message := self.next(max(0.0, deadline - time.monotonic()))) is not None:
            if message.get("id") == number and "error" in message:
                raise (UsageError if message.get("refused") else EmulationError)(str(message["error"]))
            if message.get("id") == number and isinstance(message.get("response"), dict):
                response: Message = message["response"]
                return response
            if "id" not in message:
                self._events.append(message)
        raise EmulationError(f'the twin "{self.name}" did not answer within {timeout_s:g} s')

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

    def capture(self, node: str, argv: Sequence[str]) -> tuple[int, bytes, bytes]:
        """Run a command in a node without input; returns its exit status, output and error output."""
        number = self._send_numbered({"run": list(argv), "node": node, "tty": None})
        self._stream.send({"id": number, "input": None})
        parts: dict[bool, list[bytes]] = {True: [], False: []}
        while (message := self.next()) is None or message.get("id") != number or "exit_status" not in message:
            if message is not None and message.get("id") == number:
                if "error" in message:
                    raise UsageError(str(message["error"]))
                parts[message.get("stream") == 1].append(base64.b64decode(message.get("output", "")))
        return int(message["exit_status"]), b"".join(parts[True]), b"".join(parts[False])

    def end(self, *, timeout_s: float = 30.0) -> None:
        """End the lab, and wait until it has ended."""
        deadline = time.monotonic() + timeout_s
        try:
            self._stream.send({"end": True})
            while time.monotonic() < deadline:
                self._stream.wait(max(0.0, deadline - time.monotonic()))
        except StreamClosed:
            return
        raise EmulationError(f'the twin "{self.name}" did not end within {timeout_s:g} s')

    def hold(self, *, held: bool = True) -> None:
        """Make the lab end when this client disconnects, for whatever reason; or let it go on again."""
        self._stream.send({"hold": held})

    def _send_numbered(self, fields: dict[str, Any]) -> int:
        """Send a message with a new id; returns the id."""
        self._ids += 1
        try:
            self._stream.send({**fields, "id": self._ids})
        except StreamClosed:
            raise EmulationError(f'the twin "{self.name}" is gone') from None
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
                data = base64.b64encode(chunk).decode() if chunk else None
                self._stream.send({"id": number, "input": data})
                inputs = inputs if chunk else []
            while self._stream.fileno() in readable and (message := self.next(0)) is not None:
                if message.get("id") != number:
                    continue
                if "error" in message:
                    raise UsageError(str(message["error"]))
                if "output" in message:
                    _write(1 if message.get("stream") == 1 else 2, base64.b64decode(message["output"]))
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


def _end_reason(name: str, over: Message) -> str:
    """Why a lab has ended, for a message."""
    return f'the twin "{name}" ended: {over["reason"]}' if "reason" in over else \
        f'the twin "{name}" ended with status {over.get("status")}'


def running() -> tuple[str, ...]:
    """The names of the twins of this user that are up."""
    host_paths.remove_stale_folders()
    folders = sorted(host_paths.runtime_folder().glob(f"{_PREFIX}*/socket"))
    return tuple(path.parent.name.removeprefix(_PREFIX) for path in folders)


def require_free(name: str) -> None:
    """Raise UsageError for a name that a twin has already, or that would leave the folder of running labs."""
    if not NAME.fullmatch(name):
        raise UsageError(f'a twin cannot be called "{name}": use up to 60 letters, digits, ".", "_" and "-", '
                         "with a letter or digit first")
    if name in running():
        raise UsageError(f'a twin called "{name}" is up already; end it with: twin down {name}')


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
    folder = host_paths.runtime_folder() / f"{_PREFIX}{chosen}"
    end = socket.socket(socket.AF_UNIX)
    try:
        out = Path(json.loads((folder / REQUEST_FILE).read_text())["out"])
        end.connect(str(folder / "socket"))
    except (OSError, ValueError) as fault:
        end.close()
        raise EmulationError(f'the twin "{chosen}" does not answer: {fault}') from fault
    return RunningLab(chosen, JsonStream.on_socket(end), out)


def start(name: str, lab: Lab, job: Job, *, on_line: OnLine) -> RunningLab:
    """Start a lab that outlives this process, and wait until the agent sends {"ready": true}.

    Its output goes to `on_line` meanwhile. If this process dies before that, the lab ends.
    Raises UsageError when the name is taken, EmulationError when the lab ends instead.
    """
    lab.check_host(air=job.air)
    require_free(name)
    request = {"lab": lab.name, "argv": job.argv, "out": str(job.out), "memory": job.memory, "seed": job.seed,
            "env": job.env, "core": job.core, "packages": str(job.packages or "")}
    folder = host_paths.runtime_folder() / f"{_PREFIX}{name}"
    with host_paths.claim_folder(folder, name) as lock:
        (folder / REQUEST_FILE).write_text(json.dumps(request))
        attached = RunningLab(name, _start_daemon(folder, lock), job.out)
    try:
        _until_ready(attached, folder, on_line)
    except BaseException:
        with contextlib.suppress(EmulationError):
            attached.end()
        attached.close()
        raise
    return attached


def _start_daemon(folder: Path, lock: int) -> JsonStream:
    """Start the daemon, detached from our terminal, with the folder's lock and ourselves as its first client.

    Its output goes to a file in the folder. It is of the same code as ourselves, wherever another may be installed.
    """
    ours, theirs = socket.socketpair()
    with theirs, (folder / "daemon.log").open("wb") as log:
        arguments = (str(folder), str(lock), str(theirs.fileno()))
        command = (sys.executable, "-m", "twin.lab.session.session_daemon", *arguments)
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=PROJECT,
                         pass_fds=(lock, theirs.fileno()))
    return JsonStream.on_socket(ours)


def _until_ready(attached: RunningLab, folder: Path, on_line: Callable[[str], None]) -> None:
    """Wait until the command inside is ready, then let the lab go on without this client."""
    with (folder / "daemon.log").open(errors="replace") as log:
        try:
            while (message := attached.next()) is None or not message.get("ready"):
                if message is not None and "line" in message:
                    on_line(str(message["line"]))
        except EmulationError as fault:
            output = log.read().strip()
            raise EmulationError(f"{fault}\n{output}" if output else str(fault)) from None
    attached.hold(held=False)
