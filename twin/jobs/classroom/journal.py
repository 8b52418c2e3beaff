"""The journal of a class: an event a line of a file, in a chain of hashes. The service and other commands add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twin.core.records import from_plain, to_plain
from twin.jobs.classroom.events import ClassEvent
from twin.jobs.classroom.seats import ClassState, class_state
from twin.jobs.training.hash_chain import HashChain

FILE = "events.jsonl"


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event, when it was (ISO 8601), and its hash in the chain."""

    at: str
    event: ClassEvent
    chain: str = ""


class ClassJournal:
    """The journal in the folder of a class."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._read: tuple[int, ClassState] = (-1, ClassState())

    def add(self, event: ClassEvent) -> None:
        """Write an event, to the disk before it returns."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        HashChain(self._path).add({"at": now, "event": to_plain(EventLine(now, event))["event"]})

    def lines(self) -> tuple[EventLine, ...]:
        """All events. Raises UsageError where the chain breaks."""
        return tuple(from_plain(EventLine, line) for line in HashChain(self._path).lines())

    def state(self) -> ClassState:
        """The class as it is now; read again only where something was added."""
        size = self._path.stat().st_size if self._path.exists() else 0
        if size != self._read[0]:
            self._read = size, class_state(line.event for line in self.lines())
        return self._read[1]
