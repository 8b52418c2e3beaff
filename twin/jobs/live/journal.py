"""The journal of a live twin: what was asked of it and what happened, one JSON object a line of a file in its folder.

Readings of counters and windows of the load, which come every second, are not in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from twin.core.records import from_plain, to_plain
from twin.core.units import Time
from twin.jobs.live.channel import Command, CountersChanged, Event, ReadCounters, ReadDeviations, ReadState, WindowReady

FILE = "journal.jsonl"
"""In the twin's folder."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A command, or an event. at: ns since 1970. refused: why the command was not carried out, "" where it was."""

    at: Time
    command: Command | None = None
    event: Event | None = None
    refused: str = ""


def worth_noting(entry: JournalEntry) -> bool:
    """Whether it says anything of what was done and what happened."""
    return not isinstance(entry.command or entry.event,
                          ReadState | ReadCounters | ReadDeviations | CountersChanged | WindowReady)


def line(entry: JournalEntry) -> str:
    """The line of an entry, without what is empty."""
    return json.dumps({key: value for key, value in to_plain(entry).items() if value not in (None, "")})


class JournalFile:
    """The file, as its writer and as its readers see it; each reader takes every line once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._offset = 0

    def begin(self) -> None:
        """Forget what is there of a twin before."""
        self._path.unlink(missing_ok=True)

    def add(self, entry: JournalEntry) -> None:
        """Write an entry, where it is worth noting."""
        if worth_noting(entry):
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line(entry) + "\n")

    def new(self) -> tuple[JournalEntry, ...]:
        """The entries since the last call; a line that is not finished yet comes with the next."""
        if not self._path.exists():
            return ()
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, end, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(end)
        return tuple(from_plain(JournalEntry, json.loads(text)) for text in whole.splitlines())
