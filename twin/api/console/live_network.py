"""What the console needs of a live twin: an interface that LiveTwin has, and a fake of it for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol

from twin.core.errors import EmulationError, UsageError
from twin.core.units import Time
from twin.jobs.live.channel import TwinState
from twin.judge.live.view import View
from twin.model import Network, Policy
from twin.plan.blueprint import Blueprint


class Packets(Protocol):
    """A capture; each method as that of twin.api.live.capture.Capture."""

    def read(self) -> bytes | None:
        """What has come since, None at the end."""

    def stop(self) -> None:
        """Let it end."""


class LiveNetwork(Protocol):
    """An attachment to a live twin; each method as that of twin.api.LiveTwin."""

    @property
    def name(self) -> str:
        """What the twin is called."""

    def network(self) -> Network:
        """The description."""

    def blueprint(self) -> Blueprint:
        """What stands now."""

    def status(self) -> TwinState:
        """The state."""

    def watch(self, seconds: float = ..., *, every_reading: bool = ...) -> Iterator[View]:
        """What is seen, without end. Raises EmulationError when the twin has ended."""

    def capture(self, place: str, expression: str = ...) -> AbstractContextManager[Packets]:
        """Capture the packets of a span or node."""

    def cut(self, name: str, *, node: bool = ...) -> tuple[str, ...]:
        """Cut a span or node."""

    def restore(self, name: str, *, node: bool = ...) -> tuple[str, ...]:
        """Restore it."""

    def degrade(self, span: str, *, rate: str = ..., up: str = ..., loss: str = ...) -> tuple[str, ...]:
        """Degrade a span."""

    def start_load(self, *names: str) -> tuple[str, ...]:
        """Start flows."""

    def stop_load(self, *names: str) -> tuple[str, ...]:
        """Stop flows."""

    def use_policy(self, policy: Policy) -> Time:
        """Build under another policy."""

    def reset(self) -> Time:
        """Build by the description."""


Attach = Callable[[], AbstractContextManager[LiveNetwork]]
"""Opens another attachment to one twin."""


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
class FakeLiveNetwork:
    """A twin without a lab. views: what is seen next, an error ends the twin. commands: what it was asked to do."""

    described: Network
    plan: Blueprint
    views: SimpleQueue[View | EmulationError] = field(default_factory=SimpleQueue)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    broken: tuple[str, ...] = ()
    watched: int = 0
    captures: list[FakeCapture] = field(default_factory=list)
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
        while not isinstance(view := self.views.get(), EmulationError):
            yield view
        raise view

    def capture(self, place: str, expression: str = "") -> FakeCapture:
        """Refuses a span that is not there, as the real one."""
        if place not in self.status().spans:
            raise UsageError(f'there is no span or node "{place}"')
        self.commands.append(("capture", place, expression))
        self.captures.append(FakeCapture())
        return self.captures[-1]

    def cut(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Refuses a span that is not there, as the real one."""
        if not node and name not in self.status().spans:
            raise UsageError(f'there is no span "{name}"')
        return self._do("cut", name, *["node"] * node, broken=(*self.broken, name))

    def restore(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Takes it out of what is broken."""
        return self._do("restore", name, *["node"] * node, broken=tuple(set(self.broken) - {name}))

    def degrade(self, span: str, *, rate: str = "", up: str = "", loss: str = "") -> tuple[str, ...]:
        """Counts it as broken."""
        return self._do("degrade", span, rate, up, loss, broken=(*self.broken, span))

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
