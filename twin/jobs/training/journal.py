"""The journal of a session: an act a line of a file, each with the hash of all before it, so that none can be changed.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_plain
from twin.jobs.training.acts import Act

FILE = "acts.jsonl"
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An act, when it was (ISO 8601), and the hash chain: SHA-256 over the line before's and this one's content."""

    at: str
    act: Act
    chain: str = ""


class ActJournal:
    """The journal in a session's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def add(self, act: Act) -> None:
        """Write an act, to the disk before it returns: what was done is not lost with the power."""
        lines = self.lines()
        entry = JournalLine(datetime.now(UTC).isoformat(timespec="milliseconds"), act)
        chain = _chained(lines[-1].chain if lines else "", entry)
        plain = json.dumps(to_plain(JournalLine(entry.at, act, chain)), ensure_ascii=False)
        self._drop_unfinished()
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE), "a", encoding="utf-8") as file:
            file.write(plain + "\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> tuple[JournalLine, ...]:
        """All lines; one that was cut short by a loss of power is not one. Raises UsageError where the chain breaks."""
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        lines, before = [], ""
        for number, written in enumerate(text.splitlines(keepends=True), start=1):
            if not written.endswith("\n"):
                break
            entry = from_plain(JournalLine, json.loads(written))
            before = _chained(before, entry)
            if before != entry.chain:
                raise UsageError(f"{self._path}:{number}: the journal was changed by hand; its chain of hashes breaks")
            lines.append(entry)
        return tuple(lines)

    def _drop_unfinished(self) -> None:
        """Drop a last line that a loss of power has cut short."""
        if self._path.exists():
            whole = self._path.read_bytes()
            if not whole.endswith(b"\n") and whole:
                os.truncate(self._path, whole.rfind(b"\n") + 1)

    def acts(self) -> tuple[Act, ...]:
        """All acts."""
        return tuple(entry.act for entry in self.lines())


def _chained(before: str, entry: JournalLine) -> str:
    content = json.dumps(to_plain(JournalLine(entry.at, entry.act)), ensure_ascii=False)
    return sha256(f"{before}{content}".encode()).hexdigest()
