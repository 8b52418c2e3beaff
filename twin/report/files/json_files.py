"""A run as JSON: `verdicts.json` for programs, `run.json` for rendering again, and how to read it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_plain
from twin.judge.run_record import Run
from twin.judge.verdict import RUN_FORMAT
from twin.report.files.manifest import require_complete

RUN_FILE = "run.json"
VERDICTS_FILE = "verdicts.json"
SUM = "sha256"
SUM_MARK = f',\n"{SUM}": "'
"""What stands between a run and its sum."""
_OTHER_SHAPE = (ValueError, TypeError, KeyError, AttributeError, StopIteration, RecursionError)
"""What reading raises where a text is not what was written."""


def verdicts(run: Run) -> dict[str, Any]:
    """What `verdicts.json` holds: network, seed, lab, digest, what the air of radio cells carried, and the verdicts
    with every field of each."""
    return {
        "network": run.network.name,
        "seed": run.context.seed,
        "lab": run.context.lab,
        "digest": run.context.digest,
        "exit_code": run.exit_code,
        "valid": run.qos.certificate.valid,
        "air": to_plain(run.qos.air),
        "verdicts": [to_plain(verdict) for verdict in run.verdicts],
    }


def verdicts_text(run: Run) -> str:
    """The text of `verdicts.json`, one verdict a line, so that two runs can be compared line by line."""
    whole = verdicts(run)
    rows = ",\n    ".join(_dump(verdict) for verdict in whole.pop("verdicts"))
    head = "".join(f"  {_dump(key)}: {_dump(value)},\n" for key, value in whole.items())
    return "{\n" + head + '  "verdicts": [' + (f"\n    {rows}\n  " if rows else "") + "]\n}\n"


def run_text(run: Run) -> str:
    """The text of `run.json`: the whole run, section by section, and the SHA-256 of all that stands before that."""
    sections = ",\n".join(f"{_dump(key)}: {_dump(value)}" for key, value in to_plain(run).items())
    body = f"{{\n{sections}"
    return f"{body}{SUM_MARK}{_sum(body)}\"\n}}\n"


def read_run(text: str, name: str = RUN_FILE) -> Run:
    """Read what `run_text` wrote. Raises UsageError, naming `name`, on anything else: one character makes a verdict
    another."""
    try:
        plain = json.loads(text)
        made_by = plain["context"]["format"]
        plain.pop(SUM, None)
        body, _, rest = text.rpartition(SUM_MARK)
        whole = rest == f"{_sum(body)}\"\n}}\n"
        run = from_plain(Run, plain) if whole and made_by == RUN_FORMAT else None
    except _OTHER_SHAPE as error:
        raise UsageError(f"{name} is not a stored run ({type(error).__name__}); verify the network again") from error
    if run is None:
        why = "was changed after it was written" if made_by == RUN_FORMAT else \
            f"has format {made_by}, but this version reads format {RUN_FORMAT}"
        raise UsageError(f"{name} {why}; verify the network again")
    return run


def load_run(folder: Path) -> Run:
    """Read the run stored in `folder` (or its `run.json` itself). Raises UsageError where there is none, or half of
    one."""
    path = folder if folder.is_file() else folder / RUN_FILE
    require_complete(path.parent)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = 'name the folder that "twin verify" left'
        raise UsageError(f"cannot read a run from {path}: {_reason(error)}; {remedy}") from error
    return read_run(text, str(path))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
