"""Runs a lab that outlives the command: `python -m twin.lab.session.session_daemon FOLDER LOCK CLIENT`.

One daemon for each running twin, started by `attach` with two descriptors: the folder's lock, held for the daemon's
lifetime, and its first client. It starts the lab, listens on FOLDER/socket, numbers its clients, and relays messages
between them and the agent in the guest (see `guest_agent`). Messages of its own:

    {"line": "..."}               to all clients: a line of the lab's output
    {"lab_ended": {"status": 0}}  to all clients: the lab has ended; {"lab_ended": {"reason": "..."}} if it died
    {"hold": true}                from a client: end the lab if this client disconnects before {"hold": false}
    {"end": true}                 from a client: end the lab; the command inside cleans up, or is killed after GRACE_S

The lab ends with this process, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from twin.core.errors import TwinError
from twin.lab import job_runner
from twin.lab.boundary.host_access import take_back
from twin.lab.job import Job, Lab
from twin.lab.lab_types import lab_named
from twin.lab.session.client_queue import ClientQueue
from twin.lab.session.json_stream import JsonStream, Message, StreamClosed

GRACE_S = 15.0
"""Seconds that the command inside has for cleaning up."""


@dataclass(slots=True)
class _Client:
    """A client that is attached. holds: whether the lab ends when it disconnects."""

    number: int
    queue: ClientQueue
    holds: bool = False

    @property
    def stream(self) -> JsonStream:
        """Its end of the connection."""
        return self.queue.stream


class SessionDaemon:
    """The loop between the lab and its clients."""

    def __init__(
        self, running: job_runner.RunningJob, guest: JsonStream, listener: socket.socket, first: JsonStream
    ) -> None:
        self._running = running
        self._guest = guest
        self._listener = listener
        self._clients = {1: _Client(1, ClientQueue(first), holds=True)}
        self._count = 1
        self._deadline: float | None = None
        self._ready = False

    def serve(self) -> None:
        """Carry messages until the lab is over."""
        over = False
        while not over:
            over = self._poll_once()
        self._broadcast({"lab_ended": self._result()}, periodic=False)
        for client in list(self._clients.values()):
            self._drain(client)

    def end(self) -> None:
        """Ask the command inside to end, and give it some time; none before it is ready, when it may not listen."""
        if self._deadline is None:
            self._deadline = time.monotonic() + (GRACE_S if self._ready else 0.0)
            self._send_to_guest({"from": 0, "message": {"end": True}})

    def _poll_once(self) -> bool:
        """Wait for anything and deal with it; True when the lab's output has ended."""
        acts: dict[int, Callable[[], None]] = {self._listener.fileno(): self._accept}
        poll = select.poll()
        poll.register(self._listener.fileno(), select.POLLIN)
        poll.register(self._running.output.fileno(), select.POLLIN)
        for stream, act in self._streams():
            acts[stream.fileno()] = act
            poll.register(stream.fileno(), select.POLLIN | (select.POLLOUT if stream.wants_write else 0))
        left_s = None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
        ready = {number for number, _ in poll.poll(None if left_s is None else left_s * 1000)}
        if left_s == 0.0:
            self._running.process.kill()
        for number in ready & acts.keys():
            acts[number]()
        if self._running.output.fileno() not in ready:
            return False
        lines = self._running.lines()
        for line in lines or ():
            self._broadcast({"line": line}, periodic=True)
        return lines is None

    def _streams(self) -> list[tuple[JsonStream, Callable[[], None]]]:
        """Every stream, with its handler."""
        clients = [(client.stream, partial(self._receive_from_client, client)) for client in self._clients.values()]
        return [*clients, (self._guest, self._receive_from_guest)]

    def _accept(self) -> None:
        """Accept a client."""
        end, _ = self._listener.accept()
        self._count += 1
        self._clients[self._count] = _Client(self._count, ClientQueue(JsonStream.on_socket(end)))

    def _receive_from_client(self, client: _Client) -> None:
        """Handle what a client sends: for the daemon, or for the agent in the guest."""
        try:
            client.queue.flush()
            messages = client.stream.messages()
        except StreamClosed:
            self._disconnect(client)
            return
        for message in messages:
            if "hold" in message:
                client.holds = bool(message["hold"])
            elif message.get("end"):
                self.end()
            else:
                self._send_to_guest({"from": client.number, "message": message})

    def _receive_from_guest(self) -> None:
        """Relay what the agent sends: to one client, or to all (0)."""
        with contextlib.suppress(StreamClosed):
            self._guest.flush()
            for message in self._guest.messages():
                to, content = message.get("to"), message.get("message")
                if not isinstance(content, dict):
                    continue
                self._ready = self._ready or bool(content.get("ready"))
                for client in list(self._clients.values()):
                    if to in (0, client.number):
                        self._send(client, content, periodic=bool(message.get("periodic")))

    def _send_to_guest(self, message: Message) -> None:
        with contextlib.suppress(StreamClosed):
            self._guest.send(message)

    def _broadcast(self, message: Message, *, periodic: bool) -> None:
        for client in list(self._clients.values()):
            self._send(client, message, periodic=periodic)

    def _send(self, client: _Client, message: Message, *, periodic: bool) -> None:
        try:
            client.queue.put(message, periodic=periodic)
        except StreamClosed:
            self._disconnect(client)
            return
        if client.queue.overfull:
            self._disconnect(client)

    def _disconnect(self, client: _Client) -> None:
        """Forget a client that is gone; its commands inside end, and the lab too if it held it."""
        if self._clients.pop(client.number, None) is None:
            return
        client.stream.close()
        self._send_to_guest({"from": client.number, "disconnected": True})
        if client.holds:
            self.end()

    def _result(self) -> Message:
        """How the lab ended."""
        try:
            return {"status": self._running.result().status}
        except TwinError as fault:
            return {"reason": str(fault)}

    def _drain(self, client: _Client) -> None:
        """Give a client a moment to read what still waits for it, before this process ends."""
        deadline = time.monotonic() + 1.0
        with contextlib.suppress(StreamClosed):
            while client.stream.unsent and time.monotonic() < deadline:
                select.select([], [client.stream], [], 0.1)
                client.queue.flush()


def run_session(folder: Path, first: JsonStream, lab: Lab, job: Job) -> None:
    """Start the lab and serve its clients until it has ended."""
    with socket.socket(socket.AF_UNIX) as listener, job_runner.cores_for((job,)) as (core,):
        ours, theirs = socket.socketpair()
        with theirs:
            running = job_runner.start(lab, job, core, folder, theirs.fileno())
        try:
            listener.bind(str(folder / "socket"))
            listener.listen()
            daemon = SessionDaemon(running, JsonStream.on_socket(ours, windowed=True), listener, first)
            signal.signal(signal.SIGTERM, lambda *_: daemon.end())
            daemon.serve()
        finally:
            running.end()
            take_back([job.out])


def main(folder: Path, first: JsonStream) -> None:
    """Read FOLDER/session.json, written by `attach`, and run that lab; the folder is removed at the end."""
    request = json.loads((folder / "session.json").read_text())
    job = Job(argv=tuple(request["argv"]), out=Path(request["out"]), memory=request["memory"], seed=request["seed"],
              core=request["core"], env=tuple((name, value) for name, value in request["env"]),
              packages=Path(request["packages"]) if request["packages"] else None)
    try:
        run_session(folder, first, lab_named(request["lab"]), job)
    except TwinError as fault:
        print(fault, file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.umask(0o077)
    for inherited in sys.argv[2:4]:
        os.set_inheritable(int(inherited), False)
    main(Path(sys.argv[1]), JsonStream(int(sys.argv[3])))
