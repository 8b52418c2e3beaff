"""Holds a running lab for people who come and go: `python -m twin.lab.keeper FOLDER LOCK CLIENT`.

One process for each twin that is up, started by twin.lab.attach with two descriptors: the folder's lock, held as long
as it lives, and its first client, who holds the lab. It starts the lab, listens on FOLDER/socket, numbers whoever
attaches, and carries messages between them and the command inside (twin.lab.attendant says which). Its own words:

    {"line": "..."}             the lab printed a line
    {"over": {"status": 0}}     the lab has ended; {"over": {"why": "..."}} when it died
    {"hold": true} (from one)   end the lab if this client goes away before it says {"hold": false}
    {"end": true} (from one)    end the lab: the command inside tidies up, or is killed after GRACE_S

The lab dies with this process, however that ends.
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

from twin.errors import TwinError
from twin.lab import run
from twin.lab.channel import Channel, ChannelClosed, Message
from twin.lab.job import Job, Lab
from twin.lab.makes import lab_named

GRACE_S = 15.0
"""Seconds that the command inside has for tidying up."""
LAGGARD = 2**24
"""Bytes that may wait for a client that does not read; with more it is dropped."""


@dataclass(slots=True)
class _Client:
    """Somebody who is attached."""

    number: int
    channel: Channel
    holds: bool = False


class Keeper:
    """The loop between the lab and its clients."""

    def __init__(self, running: run.Running, inside: Channel, door: socket.socket, first: Channel) -> None:
        self._running = running
        self._inside = inside
        self._door = door
        self._clients = {1: _Client(1, first, holds=True)}
        self._count = 1
        self._deadline: float | None = None
        self._ready = False

    def serve(self) -> None:
        """Carry messages until the lab is over."""
        over = False
        while not over:
            over = self._turn()
        self._tell_all({"over": self._outcome()})
        for client in list(self._clients.values()):
            self._last_words(client)

    def end(self) -> None:
        """Ask the command inside to end, and give it some time; none if it never was ready, for it may not listen."""
        if self._deadline is None:
            self._deadline = time.monotonic() + (GRACE_S if self._ready else 0.0)
            self._say_inside({"from": 0, "say": {"end": True}})

    def _turn(self) -> bool:
        """Wait for anything and deal with it; True when the lab's output has ended."""
        acts: dict[int, Callable[[], None]] = {self._door.fileno(): self._welcome}
        poll = select.poll()
        poll.register(self._door.fileno(), select.POLLIN)
        poll.register(self._running.output.fileno(), select.POLLIN)
        for channel, act in self._channels():
            acts[channel.fileno()] = act
            poll.register(channel.fileno(), select.POLLIN | (select.POLLOUT if channel.pushing else 0))
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
            self._tell_all({"line": line})
        return lines is None

    def _channels(self) -> list[tuple[Channel, Callable[[], None]]]:
        """Every channel with what to do when it is ready."""
        clients = [(client.channel, partial(self._from_client, client)) for client in self._clients.values()]
        return [*clients, (self._inside, self._from_inside)]

    def _welcome(self) -> None:
        """Let somebody in."""
        end, _ = self._door.accept()
        self._count += 1
        self._clients[self._count] = _Client(self._count, Channel.on_socket(end))

    def _from_client(self, client: _Client) -> None:
        """Take what a client says: for us, or for the command inside."""
        try:
            client.channel.flush()
            messages = client.channel.messages()
        except ChannelClosed:
            self._part(client)
            return
        for message in messages:
            if "hold" in message:
                client.holds = bool(message["hold"])
            elif message.get("end"):
                self.end()
            else:
                self._say_inside({"from": client.number, "say": message})

    def _from_inside(self) -> None:
        """Take what the command inside says: for one client, or for all (0)."""
        with contextlib.suppress(ChannelClosed):
            self._inside.flush()
            for message in self._inside.messages():
                to, said = message.get("to"), message.get("say")
                if not isinstance(said, dict):
                    continue
                self._ready = self._ready or bool(said.get("ready"))
                for client in list(self._clients.values()):
                    if to in (0, client.number):
                        self._tell(client, said)

    def _say_inside(self, message: Message) -> None:
        with contextlib.suppress(ChannelClosed):
            self._inside.send(message)

    def _tell_all(self, message: Message) -> None:
        for client in list(self._clients.values()):
            self._tell(client, message)

    def _tell(self, client: _Client, message: Message) -> None:
        try:
            client.channel.send(message)
        except ChannelClosed:
            self._part(client)
            return
        if client.channel.unsent > LAGGARD:
            self._part(client)

    def _part(self, client: _Client) -> None:
        """Forget a client who is gone; its commands inside end, and the lab too if it held it."""
        if self._clients.pop(client.number, None) is None:
            return
        client.channel.close()
        self._say_inside({"from": client.number, "left": True})
        if client.holds:
            self.end()

    def _outcome(self) -> Message:
        """How the lab ended."""
        try:
            return {"status": self._running.result().status}
        except TwinError as fault:
            return {"why": str(fault)}

    def _last_words(self, client: _Client) -> None:
        """Give a client a moment to read what still waits for it; it sees the end when our process is gone."""
        deadline = time.monotonic() + 1.0
        with contextlib.suppress(ChannelClosed):
            while client.channel.unsent and time.monotonic() < deadline:
                select.select([], [client.channel], [], 0.1)
                client.channel.flush()


def keep(folder: Path, first: Channel, lab: Lab, job: Job) -> None:
    """Start the lab and hold it until it is over."""
    with socket.socket(socket.AF_UNIX) as door, run.cores_for((job,)) as (core,):
        ours, theirs = socket.socketpair()
        with theirs:
            running = run.start(lab, job, core, folder, theirs.fileno())
        try:
            door.bind(str(folder / "socket"))
            door.listen()
            keeper = Keeper(running, Channel.on_socket(ours, windowed=True), door, first)
            signal.signal(signal.SIGTERM, lambda *_: keeper.end())
            keeper.serve()
        finally:
            running.end()


def main(folder: Path, first: Channel) -> None:
    """Read FOLDER/keep.json, as twin.lab.attach wrote it, and keep that lab; the folder is gone at the end."""
    wish = json.loads((folder / "keep.json").read_text())
    job = Job(argv=tuple(wish["argv"]), out=Path(wish["out"]), memory=wish["memory"], seed=wish["seed"],
              core=wish["core"], env=tuple((name, value) for name, value in wish["env"]),
              packages=Path(wish["packages"]) if wish["packages"] else None)
    try:
        keep(folder, first, lab_named(wish["lab"]), job)
    except TwinError as fault:
        print(fault, file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.umask(0o077)
    for inherited in sys.argv[2:4]:
        os.set_inheritable(int(inherited), False)
    main(Path(sys.argv[1]), Channel(int(sys.argv[3])))
