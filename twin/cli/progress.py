"""Progress of long jobs on standard error: share done and time left; a bar on a terminal, a line a step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from twin.core.progress import listening

WIDTH = 28
TENTHS = 10
"""How often a share is printed where there is no terminal: each tenth."""
PATIENCE = 2.0
"""Seconds until a job that is mostly quick says anything where there is no terminal."""
LEAST = 1.0
"""Seconds of progress from which on the time left is estimated."""


@dataclass(slots=True)
class Progress:
    """Shows phases and shares as they come; says each only once. silent: for how many seconds it says nothing where
    there is no terminal. clock: in seconds."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.monotonic
    silent: float = 0.0
    shown: str = ""
    began: float | None = None
    origin: tuple[float, float] | None = None
    """When the share began to grow, and from what."""
    doing: str = ""
    """What the share is of."""
    computing: float | None = None
    """Since when nothing but computations have been told of."""

    def show_computation(self, what: str, fraction: float | None = None) -> None:
        """Show how far a computation is (twin.core.progress), of which there is none to show while it is quick."""
        now = self.clock()
        self.computing = now if self.computing is None else self.computing
        if now - self.computing >= PATIENCE:
            self._display(what, fraction, now)

    def show(self, what: str, fraction: float | None = None) -> None:
        """Show that `what` goes on; fraction: how much of the whole is done, 0 to 1, if known."""
        self.computing = None
        self._display(what, fraction, self.clock())

    def _display(self, what: str, fraction: float | None, now: float) -> None:
        self.began = now if self.began is None else self.began
        left = self._left(what, now, fraction)
        if self.stream.isatty():
            self._redraw(what if fraction is None else f"{what:<28} {_bar(fraction)} {left}".rstrip())
        elif now - self.began >= self.silent:
            self._say(what, fraction, left)

    def close(self) -> None:
        """Clear the bar."""
        if self.stream.isatty() and self.shown:
            self._redraw("")

    def _left(self, what: str, now: float, fraction: float | None) -> str:
        """The time left in words, at the rate since the share began to grow; "" where that is not known yet."""
        if fraction is None or self.origin is None or fraction < self.origin[1] or what != self.doing:
            self.doing = what
            self.origin = None if fraction is None else (now, fraction)
            return ""
        passed, grown = now - self.origin[0], fraction - self.origin[1]
        return f"{duration(passed / grown * (1 - fraction))} left" if passed >= LEAST and grown > 0 else ""

    def _say(self, what: str, fraction: float | None, left: str) -> None:
        """A line for each new phase and each tenth of it."""
        tenth = f"{what} {int((fraction or 0) * TENTHS)}"
        if tenth != self.shown:
            share = f", {fraction:.0%}" if fraction else ""
            print(f"{what}{share}{', ' if left else ''}{left}", file=self.stream, flush=True)
            self.shown = tenth

    def _redraw(self, text: str) -> None:
        self.stream.write(f"\r{text:<{len(self.shown)}}\r{text}")
        self.stream.flush()
        self.shown = text


@contextmanager
def shown(silent: float = 0.0) -> Iterator[Callable[[str, float | None], None]]:
    """What shows progress while a block runs, and how far long computations in it are; the bar is gone after it."""
    progress = Progress(silent=silent)
    try:
        with listening(progress.show_computation):
            yield progress.show
    finally:
        progress.close()


def duration(seconds: float) -> str:
    """A time as clocks show it: duration(75) == "1:15", duration(3675) == "1:01:15"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _bar(fraction: float) -> str:
    done = round(WIDTH * min(max(fraction, 0), 1))
    return f"[{'#' * done}{'.' * (WIDTH - done)}] {fraction:4.0%}"
