"""Starts commands in nodes for programs of the sandbox, as Mininet's command line (twin.lab.session.node_client)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from twin.lab.session.guest_agent import GuestAgent
from twin.lab.session.node_client import SOCKET

REQUEST_BYTES, STREAMS = 65536, 3
PATIENCE_S = 1.0
"""Seconds for a client to say what it wants, once it has connected."""
Enter = Callable[[str, Sequence[str]], Sequence[str]]
"""From a node's name and a command to the command that runs it there; LookupError for an unknown node."""


class NodeService:
    """Listens on a socket of the sandbox, in the loop of the lab's agent."""

    def __init__(self, agent: GuestAgent, enter: Enter) -> None:
        self._agent, self._enter = agent, enter
        Path(SOCKET).unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(SOCKET)
        self._listener.listen()
        agent.watch(self._listener.fileno(), self._accept)

    def _accept(self) -> None:
        """Start what a client wants; tell it why not."""
        client, _ = self._listener.accept()
        client.settimeout(PATIENCE_S)
        try:
            process = self._start(client)
        except (LookupError, ValueError, TypeError, OSError) as fault:
            _answer(client, {"error": str(fault.args[-1] if fault.args else fault)})
            return
        ended = os.pidfd_open(process.pid)
        self._agent.watch(ended, partial(self._finish, client, process, ended))
        self._agent.watch(client.fileno(), partial(self._hung_up, client, process))

    def _start(self, client: socket.socket) -> subprocess.Popen[bytes]:
        text, streams, _, _ = socket.recv_fds(client, REQUEST_BYTES, STREAMS)
        try:
            request = json.loads(text)
            command = self._enter(str(request["node"]), [str(word) for word in request["run"]])
            stdin, stdout, stderr = streams
            return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True,
                                    env={str(name): str(value) for name, value in request["environment"].items()})
        finally:
            for number in streams:
                os.close(number)

    def _hung_up(self, client: socket.socket, process: subprocess.Popen[bytes]) -> None:
        """The client is gone: its command ends."""
        self._agent.unwatch(client.fileno())
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def _finish(self, client: socket.socket, process: subprocess.Popen[bytes], ended: int) -> None:
        """The command has ended: so may its client."""
        self._agent.unwatch(ended)
        self._agent.unwatch(client.fileno())
        os.close(ended)
        code = process.wait()
        _answer(client, {"exit_status": code if code >= 0 else 128 - code})


def _answer(client: socket.socket, message: dict[str, object]) -> None:
    with client, contextlib.suppress(OSError):
        client.send(json.dumps(message).encode())
