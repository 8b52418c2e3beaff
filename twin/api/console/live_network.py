"""What the console needs of a live twin: an interface that LiveTwin has (a fake for tests is in fake_live_network)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

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


class Shell(Protocol):
    """A terminal; each method as that of twin.api.live.terminal.Terminal."""

    exit_status: int | None

    def fileno(self) -> int:
        """What can be read when there is output."""

    def read(self) -> Iterator[bytes]:
        """The output that has come."""

    def write(self, keys: bytes) -> None:
        """Give it what was typed."""

    def resize(self, size: tuple[int, int]) -> None:
        """Tell it its rows and columns."""

    def take(self, size: int) -> None:
        """Say that so many bytes have been shown."""


class PacketTrace(Protocol):
    """A trace; each method as that of twin.api.live.trace.Trace."""

    def fileno(self) -> int:
        """What can be read when there are counts."""

    def read(self, timeout_s: float) -> dict[str, tuple[int, int]] | None:
        """Packets since the last reading, by span and way."""


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

    def terminal(self, node: str, size: tuple[int, int] = ...) -> Shell:
        """A shell in a node."""

    def trace(self, expression: str) -> AbstractContextManager[PacketTrace]:
        """Count the packets of a filter on every span."""

    def inspect(self, place: str) -> dict[str, str]:
        """What stands in the kernel at a span or switch."""

    def cut(self, name: str, *, node: bool = ...) -> tuple[str, ...]:
        """Cut a span or node."""

    def restore(self, name: str, *, node: bool = ...) -> tuple[str, ...]:
        """Restore it."""

    def degrade(self, span: str, **written: str) -> tuple[str, ...]:
        """Degrade a span or line."""

    def change_profile(self, name: str, profile: str) -> Time:
        """Sell a line as another profile."""

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
