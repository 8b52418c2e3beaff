"""Progress of long jobs: a bar on a terminal, a line a phase elsewhere; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 28


@dataclass(slots=True)
class Progress:
    """Shows phases and fractions as they come; says each only once."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    shown: str = ""

    def show(self, what: str, fraction: float | None = None) -> None:
        """Show that `what` goes on; fraction: how much of it is done, 0 to 1, if known."""
        if self.stream.isatty():
            self._redraw(f"{what:<28.28} {_bar(fraction)}" if fraction is not None else what)
        elif what != self.shown:
            print(what, file=self.stream, flush=True)
            self.shown = what

    def close(self) -> None:
        """Clear the bar."""
        if self.stream.isatty() and self.shown:
            self._redraw("")

    def _redraw(self, text: str) -> None:
        self.stream.write(f"\r{text:<{len(self.shown)}}\r{text}")
        self.stream.flush()
        self.shown = text


@contextmanager
def shown() -> Iterator[Callable[[str, float | None], None]]:
    """What shows progress while a block runs; the bar is gone after it."""
    progress = Progress()
    try:
        yield progress.show
    finally:
        progress.close()


def _bar(fraction: float) -> str:
    done = round(WIDTH * min(max(fraction, 0), 1))
    return f"[{'#' * done}{'.' * (WIDTH - done)}] {fraction:4.0%}"
