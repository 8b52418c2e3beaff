"""A file to which lines are only added: each is JSON with the hash of all before it, so that none can be changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from twin.core.errors import UsageError
from twin.lab.file_locks import wait_for_lock

PRIVATE = 0o600
CHAIN = "chain"
"""The key of the hash: SHA-256 over that of the line before and this line's content."""


@dataclass(frozen=True, slots=True)
class HashChain:
    """The file at a path; several processes may add to it."""

    path: Path

    def add(self, content: dict[str, Any]) -> None:
        """Write a line, to the disk before this returns: what was done is not lost with the power."""
        with wait_for_lock(self.path.with_suffix(".lock")):
            *_, before = "", *(line[CHAIN] for line in self.lines())
            line = {**content, CHAIN: _chained(before, content)}
            self._drop_unfinished()
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
            with open(descriptor, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def lines(self) -> Iterator[dict[str, Any]]:
        """All lines; one that was cut short by a loss of power is not one. Raises UsageError where the chain breaks."""
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        before = ""
        for number, written in enumerate(text.splitlines(keepends=True), start=1):
            if not written.endswith("\n"):
                return
            line = json.loads(written)
            before = _chained(before, {key: value for key, value in line.items() if key != CHAIN})
            if before != line.get(CHAIN):
                raise UsageError(f"{self.path}:{number}: the journal was changed by hand; its chain of hashes breaks")
            yield line

    def _drop_unfinished(self) -> None:
        """Drop a last line that a loss of power has cut short."""
        if self.path.exists():
            whole = self.path.read_bytes()
            if not whole.endswith(b"\n") and whole:
                os.truncate(self.path, whole.rfind(b"\n") + 1)


def _chained(before: str, content: dict[str, Any]) -> str:
    return sha256(f"{before}{json.dumps(content, ensure_ascii=False)}".encode()).hexdigest()
