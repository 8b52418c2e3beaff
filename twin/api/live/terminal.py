"""A shell in a node of a live twin for a program that shows it, such as the console."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from twin.core.errors import UsageError
from twin.lab.session.running_lab import RunningLab

__all__ = ["Terminal"]

SHELL = ("env", "TERM=xterm-256color", "bash", "-i")
"""What a terminal runs; the name of what it understands is that of terminfo(5)."""


class Terminal:
    """A shell in a node, on a terminal of so many rows and columns. It waits while its output is not taken.

    It is the only user of its attachment, from one thread; closing that ends it.
    """

    def __init__(self, lab: RunningLab, node: str, size: tuple[int, int]) -> None:
        self._lab = lab
        self._number = lab.start_command(node, SHELL, size=size)
        self.exit_status: int | None = None
        """Of the shell, once it has ended."""

    def fileno(self) -> int:
        """What can be read when there is output."""
        return self._lab.fileno()

    def read(self) -> Iterator[bytes]:
        """The output that has come, without waiting. Raises UsageError for a node that is not there, EmulationError
        where the twin has ended."""
        while (message := self._lab.next(0)) is not None:
            if message.get("id") != self._number:
                continue
            if "error" in message:
                raise UsageError(str(message["error"]))
            self.exit_status = message.get("exit_status")
            if "output" in message:
                yield base64.b64decode(message["output"])

    def write(self, keys: bytes) -> None:
        """Give it what was typed."""
        self._lab.send_input(self._number, keys)

    def resize(self, size: tuple[int, int]) -> None:
        """Tell it its rows and columns."""
        self._lab.resize(self._number, size)

    def take(self, size: int) -> None:
        """Say that so many bytes of its output have been shown."""
        self._lab.take(self._number, size)
