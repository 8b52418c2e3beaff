"""A live twin without a lab, for tests of the console: it shows given views, and records what it is asked to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType

from twin.core.errors import UsageError
from twin.core.units import Time
from twin.jobs.live.channel import TwinState
from twin.judge.live.view import View
from twin.model import Network, Policy
from twin.plan.blueprint import Blueprint


@dataclass
class FakeCapture:
    """Two chunks, and the end once it is stopped."""

    chunks: list[bytes] = field(default_factory=lambda: [b"first", b"second"])
    stopped: bool = False
    closed: bool = False

    def __enter__(self) -> FakeCapture:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.closed = True

    def read(self) -> bytes | None:
        """The next chunk, or nothing."""
        if self.chunks:
            return self.chunks.pop(0)
        return None if self.stopped else b""

    def stop(self) -> None:
        """The end comes after what is left."""
        self.stopped = True


@dataclass
class FakeShell:
    """It says back what is typed; "exit" ends it. sizes: of its window. taken: bytes shown. typed: all that was."""

    sizes: list[tuple[int, int]]
    taken: int = 0
    typed: bytes = b""
    exit_status: int | None = None
    _ends: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def fileno(self) -> int:
        """Of the end that is read."""
        return self._ends[0].fileno()

    def read(self) -> Iterator[bytes]:
        """What was typed since."""
        self._ends[0].setblocking(False)
        try:
            typed = self._ends[0].recv(2**20)
        except BlockingIOError:
            return
        self.typed += typed
        if b"exit" in self.typed:
            self.exit_status = 7
        yield typed

    def write(self, keys: bytes) -> None:
        """Keys come back as output."""
        self._ends[1].sendall(keys)

    def resize(self, size: tuple[int, int]) -> None:
        """Takes note of it."""
        self.sizes.append(size)

    def take(self, size: int) -> None:
        """Counts them."""
        self.taken += size


@dataclass
class FakeTrace:
    """Counts that are given once, then nothing."""

    counts: list[dict[str, tuple[int, int]]]
    closed: bool = False
    _ends: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def __enter__(self) -> FakeTrace:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.closed = True

    def fileno(self) -> int:
        """Of an end on which nothing comes."""
        return self._ends[0].fileno()

    def read(self, timeout_s: float) -> dict[str, tuple[int, int]] | None:
        """The next counts."""
        return self.counts.pop(0) if self.counts else None


@dataclass
class FakeLiveNetwork:
    """A twin without a lab. views: what is seen next, an error ends the twin. commands: what it was asked to do."""

    described: Network
    plan: Blueprint
    views: SimpleQueue[View | Exception] = field(default_factory=SimpleQueue)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    broken: tuple[str, ...] = ()
    watched: int = 0
    captures: list[FakeCapture] = field(default_factory=list)
    shells: list[FakeShell] = field(default_factory=list)
    traces: list[FakeTrace] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What stands at each place, for `inspect`."""
    name: str = "fake"

    def __enter__(self) -> FakeLiveNetwork:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        return None

    def network(self) -> Network:
        """The description that it was made with."""
        return self.described

    def blueprint(self) -> Blueprint:
        """The blueprint that it was made with."""
        return self.plan

    def status(self) -> TwinState:
        """The state after all commands."""
        spans = tuple(str(span.name) for span in self.plan.spans)
        return TwinState(self.described.name, self.plan.policy.name, (), (), spans, broken=self.broken)

    def watch(self, seconds: float = 10.0, *, every_reading: bool = False) -> Iterator[View]:
        """Whatever is put into `views`."""
        self.watched += 1
        while not isinstance(view := self.views.get(), Exception):
            yield view
        raise view

    def capture(self, place: str, expression: str = "") -> FakeCapture:
        """Refuses a span that is not there, as the real one."""
        if place not in self.status().spans:
            raise UsageError(f'there is no span or node "{place}"')
        self.commands.append(("capture", place, expression))
        self.captures.append(FakeCapture())
        return self.captures[-1]

    def terminal(self, node: str, size: tuple[int, int] = (24, 80)) -> FakeShell:
        """Refuses a node that is not there, as the real one."""
        if node not in {host.name for host in self.plan.hosts} | {switch.name for switch in self.plan.switches}:
            raise UsageError(f'there is no node "{node}"; see: twin status')
        self.shells.append(FakeShell([size]))
        return self.shells[-1]

    def trace(self, expression: str) -> FakeTrace:
        """Three packets on one span and back, of whatever filter; it is refused where it has a semicolon."""
        if ";" in expression:
            raise UsageError("nothing can be traced: tcpdump: can't parse filter expression: syntax error")
        self.commands.append(("trace", expression))
        self.traces.append(FakeTrace([{"north-east": (3, 3)}]))
        return self.traces[-1]

    def inspect(self, place: str) -> dict[str, str]:
        """What it was given for the place, else nothing."""
        if place not in {*self.status().spans, *(switch.name for switch in self.plan.switches)}:
            raise UsageError(f'there is no span or switch "{place}"')
        return self.texts.get(place, {})

    def cut(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Refuses a span that is not there or broken already, as the real one."""
        if not node and name not in self.status().spans:
            raise UsageError(f'there is no span "{name}"')
        if name in self.broken:
            raise UsageError(f'the span "{name}" is broken already; restore it first')
        return self._do("cut", name, *["node"] * node, broken=(*self.broken, name))

    def restore(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Takes it out of what is broken."""
        return self._do("restore", name, *["node"] * node, broken=tuple(set(self.broken) - {name}))

    def degrade(self, span: str, **written: str) -> tuple[str, ...]:
        """Counts it as broken."""
        return self._do("degrade", span, *(f"{name} {text}" for name, text in written.items()),
                        broken=(*self.broken, span))

    def change_profile(self, name: str, profile: str) -> Time:
        """Takes note of it; what it is sold as does not change."""
        self._do("change-profile", name, profile, broken=self.broken)
        return Time(0)

    def start_load(self, *names: str) -> tuple[str, ...]:
        """Takes note of it."""
        return self._do("start-load", *names, broken=self.broken)

    def stop_load(self, *names: str) -> tuple[str, ...]:
        """Takes note of it."""
        return self._do("stop-load", *names, broken=self.broken)

    def use_policy(self, policy: Policy) -> Time:
        """Takes note of it."""
        self._do("use-policy", policy.name, broken=self.broken)
        return Time(0)

    def reset(self) -> Time:
        """Nothing is broken then."""
        self._do("reset", broken=())
        return Time(0)

    def _do(self, *command: str, broken: tuple[str, ...]) -> tuple[str, ...]:
        self.commands.append(command)
        self.broken = broken
        return broken
