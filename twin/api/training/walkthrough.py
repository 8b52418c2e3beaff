"""A walk through the counters of this very run: what each command of the evidence showed before the first change, and
what it shows at the end. Kept in the session's folder, not in the journal: it is hidden until hand-in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from twin.api.live.live_twin import LiveTwin
from twin.core.records import from_plain, to_json
from twin.jobs.training.exercise import Evidence
from twin.report.files.atomic_write import write_whole

BEFORE, AFTER = "shown-before.json", "shown-after.json"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command showed. line: the first that shows the trouble, else the last that it wrote, "" for none."""

    command: str
    shows: bool
    line: str


def observe(twin: LiveTwin, evidence: Sequence[Evidence]) -> tuple[Shown, ...]:
    """Run all commands of the evidence at once in a live twin."""
    with ThreadPoolExecutor(max(len(evidence), 1)) as pool:
        return tuple(pool.map(lambda row: _shown(row, twin.run(row.at, row.run).stdout.decode(errors="replace")),
                              evidence))


def keep(folder: Path, name: str, rows: Sequence[Shown]) -> None:
    """Keep them in a session's folder."""
    write_whole(folder / name, to_json(list(rows)))


def kept(folder: Path) -> tuple[tuple[Shown, Shown], ...]:
    """Each command before the first change and at the end; nothing where either is missing."""
    rows = [_read(folder / name) for name in (BEFORE, AFTER)]
    return tuple(zip(*rows, strict=True)) if len(rows[0]) == len(rows[1]) else ()


def _read(file: Path) -> list[Shown]:
    return [from_plain(Shown, row) for row in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def _shown(evidence: Evidence, output: str) -> Shown:
    match = re.search(evidence.shows, output)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if match is None:
        return Shown(evidence.title, False, lines[-1] if lines else "")
    start = output.rfind("\n", 0, match.start()) + 1
    return Shown(evidence.title, True, output[start:].partition("\n")[0].strip())
