"""A shell in a node for a page: its output as it comes, what a page says of it, and its end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from twin.api.console.live_network import Attach, Shell
from twin.api.console.nodes.taken_as_it_comes import TakenAsItComes
from twin.core.errors import UsageError

LARGEST_SIDE = 1000
"""Rows or columns that a terminal may have."""
LARGEST_TAKEN = 2**31
"""Bytes that may be said to be shown at once."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The shell has ended, with this status."""

    exit_status: int


def size_of(rows: Any, columns: Any) -> tuple[int, int]:
    """The size that a page asks for. Raises UsageError where it is none."""
    try:
        size = int(rows), int(columns)
    except (TypeError, ValueError):
        size = 0, 0
    if not all(1 <= side <= LARGEST_SIDE for side in size):
        raise UsageError(f"a terminal has 1 to {LARGEST_SIDE} rows and columns")
    return size


class TerminalSession:
    """An attachment of its own with one shell, closed by `close`."""

    def __init__(self, attach: Attach, node: str, size: tuple[int, int]) -> None:
        with ExitStack() as stack:
            self._shell: Shell = stack.enter_context(attach()).terminal(node, size)
            self._attached = stack.pop_all()
        self._taken: TakenAsItComes[bytes | Ended] | None = None

    def close(self) -> None:
        """End the shell."""
        if self._taken is not None:
            self._taken.close()
        self._attached.close()

    def begin(self) -> AsyncIterator[bytes | Ended]:
        """Its output, then its end. Raises TwinError where there is no such node, or no twin any more."""
        self._taken = TakenAsItComes(self._shell.fileno(), self._read)
        return self._taken.items()

    def _read(self) -> Iterator[bytes | Ended]:
        yield from self._shell.read()
        if self._shell.exit_status is not None:
            yield Ended(self._shell.exit_status)

    def typed(self, keys: bytes) -> None:
        """Keys go to the shell."""
        self._shell.write(keys)

    def heed(self, text: str) -> None:
        """What a page says of its terminal: {"size": [rows, columns]}, or {"taken": bytes that it has shown}.

        Raises UsageError for anything else.
        """
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as fault:
            raise UsageError(f"this is not JSON: {fault}") from fault
        match message:
            case {"size": [rows, columns]}:
                self._shell.resize(size_of(rows, columns))
            case {"taken": int(size)} if type(size) is int and 0 <= size <= LARGEST_TAKEN:
                self._shell.take(size)
            case _:
                raise UsageError("this is nothing that a terminal is told")
