"""The runs that `twin verify` has left in a folder: listed, opened and compared for a page. Only reads files."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path

from twin.core.errors import TwinError, UsageError
from twin.judge.run_summary import summary_of
from twin.judge.verdict import Outcome
from twin.report.files.json_files import VERDICTS_FILE, load_run
from twin.report.files.manifest import Results, read_manifest
from twin.report.files.run_folder import PAGE
from twin.report.terminal.run_comparison import as_json, compare

MOST = 50
"""How many runs are listed, the newest."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run: its folder's name, its network, when it was stored (ns since 1970), whether its certificate is valid, and
    how many verdicts are met, missed and inconclusive."""

    name: str
    network: str
    seed: int
    at: int
    valid: bool
    met: int
    missed: int
    inconclusive: int


def stored_runs(folder: Path) -> tuple[StoredRun, ...]:
    """The newest runs in a folder, the newest first; none where there is no such folder."""
    newest = nlargest(MOST, _whole_runs(folder), key=lambda path: path.stat().st_mtime_ns)
    return tuple(_read(path) for path in newest)


def _whole_runs(folder: Path) -> list[Path]:
    """The verdicts of each run that is whole."""
    return [path for path in folder.glob(f"*/{VERDICTS_FILE}") if _is_whole(path.parent)]


def _is_whole(folder: Path) -> bool:
    try:
        manifest = read_manifest(folder)
    except TwinError:
        return False
    return manifest is not None and manifest.of is Results.RUN and manifest.complete


def _read(path: Path) -> StoredRun:
    plain = json.loads(path.read_text(encoding="utf-8"))
    counts = Counter(verdict["verdict"] for verdict in plain["verdicts"])
    return StoredRun(
        name=path.parent.name, network=plain["network"], seed=plain["seed"], at=path.stat().st_mtime_ns,
        valid=plain["valid"], met=counts[Outcome.MET], missed=counts[Outcome.MISSED],
        inconclusive=counts[Outcome.INCONCLUSIVE])


def report_of(folder: Path, name: str) -> bytes:
    """The report of a run, as HTML. Raises UsageError where there is no run of that name."""
    return (_named(folder, name) / PAGE).read_bytes()


def comparison_of(folder: Path, before: str, after: str) -> str:
    """Two runs target by target, as JSON (twin.report.terminal.run_comparison). Raises UsageError as `report_of`."""
    return as_json(compare(*(summary_of(load_run(_named(folder, name))) for name in (before, after))))


def _named(folder: Path, name: str) -> Path:
    """Only what is listed has a name, so that none leads anywhere else."""
    found_runs = {path.parent.name: path.parent for path in _whole_runs(folder)}
    if name not in found_runs:
        raise UsageError(f'there is no run "{name}" in {folder}')
    return found_runs[name]
