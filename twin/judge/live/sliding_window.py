"""The last seconds of the flows of a live twin, joined from its windows. Pure bookkeeping: windows in, samples out."""

from __future__ import annotations

from collections import deque
from dataclasses import fields
from itertools import chain

from traffic.live.window import FlowWindow, Window
from traffic.sample_files import LOST, Bytes, Calls, Packets, Samples, Transactions, Viewed
from twin.core.units import NS_PER_S

_MOMENTS = frozenset({"sent", "received", "joined", "started", "ended", "at", "dialled", "rung", "answered"})
"""Fields of samples that hold times."""


class SlidingWindow:
    """Windows as they come; those that are older than `seconds` are forgotten."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._windows: deque[Window] = deque()

    @property
    def end(self) -> int:
        """Up to which moment it reaches, ns since 1970; 0 while there is nothing."""
        return self._windows[-1].until if self._windows else 0

    @property
    def begin(self) -> int:
        """From which moment on."""
        return self.end - round(self.seconds * NS_PER_S)

    @property
    def lateness(self) -> int:
        """Of the latest timer of the generators in all that time, ns."""
        return max((window.lateness for window in self._windows), default=0)

    def add(self, window: Window) -> None:
        """Take the next window."""
        self._windows.append(window)
        while self._windows[0].until <= self.begin:
            self._windows.popleft()

    def flows(self) -> dict[str, Samples]:
        """What became of each flow, times after `begin`; of a flow that was started again, since then."""
        running = self._windows[-1].flows if self._windows else {}
        return {name: samples for name, last in running.items()
                if (samples := self._joined(name, last.origin)) is not None}

    def _joined(self, name: str, origin: int) -> Samples | None:
        parts = [flow.samples for window in self._windows
                 if (flow := window.flows.get(name, _NOTHING)).origin == origin and flow.samples is not None]
        return joined(parts, origin - self.begin) if parts else None


_NOTHING = FlowWindow(-1, None)


def joined(parts: list[Samples], shift: int) -> Samples:
    """Samples of one kind one after the other, their times later by `shift` ns; of progress, what was added since."""
    first = parts[0]
    columns = {field.name: tuple(chain.from_iterable(getattr(part, field.name) for part in parts))
               for field in fields(first) if isinstance(getattr(first, field.name), tuple)}
    columns = {name: _later(column, shift) if name in _MOMENTS else column for name, column in columns.items()}
    match first:
        case Packets():
            return Packets(columns["sent"], columns["received"], first.size, columns["marks"])
        case Viewed():
            return Viewed(**columns, size=first.size)
        case Transactions():
            return Transactions(**columns)
        case Calls():
            return Calls(**columns)
        case Bytes():
            base = columns["total"][0] if columns["total"] else 0
            return Bytes(columns["at"], tuple(total - base for total in columns["total"]))


def _later(column: tuple[int, ...], shift: int) -> tuple[int, ...]:
    if LOST not in column:
        return tuple(map(shift.__add__, column))
    return tuple(at if at == LOST else at + shift for at in column)
