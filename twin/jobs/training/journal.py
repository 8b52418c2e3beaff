"""The journal of a session: an act a line of a file, in a chain of hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twin.core.records import from_plain, to_plain
from twin.jobs.training.acts import Act
from twin.jobs.training.hash_chain import HashChain

FILE = "acts.jsonl"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An act, when it was (ISO 8601), and its hash in the chain."""

    at: str
    act: Act
    chain: str = ""


class ActJournal:
    """The journal in a session's folder."""

    def __init__(self, folder: Path) -> None:
        self._chain = HashChain(folder / FILE)

    def add(self, act: Act) -> None:
        """Write an act, to the disk before it returns."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        content = to_plain(JournalLine(now, act))
        self._chain.add({"at": now, "act": content["act"]})

    def lines(self) -> tuple[JournalLine, ...]:
        """All lines. Raises UsageError where the chain breaks."""
        return tuple(from_plain(JournalLine, line) for line in self._chain.lines())

    def acts(self) -> tuple[Act, ...]:
        """All acts."""
        return tuple(line.act for line in self.lines())
