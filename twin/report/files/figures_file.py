"""A run's figures as a file for a repository, against which later runs are compared; one figure a line."""

from __future__ import annotations

import json
from pathlib import Path

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_plain
from twin.judge.run_summary import FORMAT, RunSummary, summary_of
from twin.report.files.atomic_write import write_whole
from twin.report.files.json_files import RUN_FILE, load_run

KEY = "twin-figures"
"""The key by which such a file is known; its value is the format."""
OLD_KEY = "twin-baseline"
"""The key in files that were saved before it was renamed."""


def write_figures(summary: RunSummary, file: Path) -> None:
    """Write the figures of a run. Raises CannotRun where the file cannot be written."""
    plain = to_plain(summary)
    rows = {name: ",\n  ".join(map(_dump, plain.pop(name))) for name in ("verdicts", "figures")}
    head = "".join(f" {_dump(key)}: {_dump(value)},\n" for key, value in {KEY: FORMAT, **plain}.items())
    body = ",\n".join(f' "{name}": [\n  {text}\n ]' for name, text in rows.items())
    write_whole(file, f"{{\n{head}{body}\n}}\n")


def read_measured(path: Path) -> RunSummary:
    """The figures in a figures file, or of the run that `verify` left in a folder. Raises UsageError for anything
    else."""
    if not path.is_file() or path.name == RUN_FILE:
        return summary_of(load_run(path))
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        made_by = plain.pop(OLD_KEY if OLD_KEY in plain else KEY)
        if made_by != FORMAT:
            raise UsageError(f"{path} has format {made_by}, this version reads {FORMAT}; save it again from a run")
        return from_plain(RunSummary, plain)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, StopIteration) as fault:
        raise UsageError(f"{path} is no figures file ({type(fault).__name__}); make one by: twin compare "
                         f"--save-figures {path} RUN") from fault


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
