"""The packets of a filter by span, for a page that lights them on its map."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

from twin.api.console.live_network import Attach, PacketTrace
from twin.api.console.nodes.taken_as_it_comes import TakenAsItComes

Counts = dict[str, tuple[int, int]]
"""Packets since the counts before, by span: from its first end, and from its second."""


class OpenTrace:
    """An attachment of its own with one trace, closed by `close`."""

    def __init__(self, attach: Attach, expression: str) -> None:
        with ExitStack() as stack:
            twin = stack.enter_context(attach())
            self._trace: PacketTrace = stack.enter_context(twin.trace(expression))
            self._attached = stack.pop_all()
        self._taken: TakenAsItComes[Counts] | None = None

    def close(self) -> None:
        """Count no more."""
        if self._taken is not None:
            self._taken.close()
        self._attached.close()

    def begin(self) -> AsyncIterator[Counts]:
        """The counts, the newest for whoever is slow. Raises TwinError where the filter is none, or the twin ends."""
        self._taken = TakenAsItComes(self._trace.fileno(), self._read, most=1)
        return self._taken.items()

    def _read(self) -> Iterator[Counts]:
        while (counts := self._trace.read(0)) is not None:
            yield counts
