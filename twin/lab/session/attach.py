"""Starts a lab that outlives the command, finds those that run, and attaches to them.

A running lab is a runtime folder named run-NAME, with the daemon's socket in it; the daemon holds the folder's lock.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from twin.core.errors import EmulationError, UsageError
from twin.lab import host_paths
from twin.lab.boundary.code_snapshot import PROJECT
from twin.lab.job import Job, Lab, OnLine
from twin.lab.session.json_stream import JsonStream
from twin.lab.session.running_lab import RunningLab

_PREFIX = "run-"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
"""What a twin may be called: a part of the name of a folder."""
REQUEST_FILE = "session.json"
"""What the daemon is started with, in the runtime folder."""
DAEMON_LOG = "daemon.log"
"""What it prints, beside it."""


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
    folder = _folder(chosen)
    end = socket.socket(socket.AF_UNIX)
    try:
        out = Path(json.loads((folder / REQUEST_FILE).read_text())["out"])
        end.connect(str(folder / "socket"))
    except (OSError, ValueError) as fault:
        end.close()
        raise EmulationError(f'the twin "{chosen}" does not answer: {fault}') from fault
    return RunningLab(chosen, JsonStream.on_socket(end), out, listening_process(end))


def start(name: str, lab: Lab, job: Job, *, on_line: OnLine) -> RunningLab:
    """Start a lab that outlives this process, and wait until the agent sends {"ready": true}.

    Its output goes to `on_line` meanwhile. If this process dies before that, the lab ends.
    Raises UsageError when the name is taken, EmulationError when the lab ends instead.
    """
    lab.check_host(air=job.air)
    require_free(name)
    request = {"lab": lab.name, "argv": job.argv, "out": str(job.out), "memory": job.memory, "seed": job.seed,
            "env": job.env, "core": job.core, "packages": str(job.packages or "")}
    folder = _folder(name)
    with host_paths.claim_folder(folder, name) as lock:
        (folder / REQUEST_FILE).write_text(json.dumps(request))
        attached = _start_daemon(name, folder, lock, job.out)
    try:
        _until_ready(attached, folder, on_line)
    except BaseException:
        with contextlib.suppress(EmulationError):
            attached.end()
        attached.close()
        raise
    return attached


def daemon_log(name: str) -> Path:
    """The file with what the daemon of a running lab prints."""
    return _folder(name) / DAEMON_LOG


def _folder(name: str) -> Path:
    return host_paths.runtime_folder() / f"{_PREFIX}{name}"


def _start_daemon(name: str, folder: Path, lock: int, out: Path) -> RunningLab:
    """Start the daemon, detached from our terminal, with the folder's lock and ourselves as its first client.

    Its output goes to a file in the folder. It is of the same code as ourselves, wherever another may be installed.
    """
    ours, theirs = socket.socketpair()
    with theirs, (folder / DAEMON_LOG).open("wb") as log:
        arguments = (str(folder), str(lock), str(theirs.fileno()))
        command = (sys.executable, "-m", "twin.lab.session.session_daemon", *arguments)
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                  cwd=PROJECT, pass_fds=(lock, theirs.fileno()))
    return RunningLab(name, JsonStream.on_socket(ours), out, daemon.pid)


def listening_process(end: socket.socket) -> int:
    """The process that listens at the other end (SO_PEERCRED of unix(7): process, user, group)."""
    process: int = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    return process


def _until_ready(attached: RunningLab, folder: Path, on_line: Callable[[str], None]) -> None:
    """Wait until the command inside is ready, then let the lab go on without this client."""
    with (folder / DAEMON_LOG).open(errors="replace") as log:
        try:
            while (message := attached.next()) is None or not message.get("ready"):
                if message is not None and "line" in message:
                    on_line(str(message["line"]))
        except EmulationError as fault:
            output = log.read().strip()
            raise EmulationError(f"{fault}\n{output}" if output else str(fault)) from None
    attached.hold(held=False)
