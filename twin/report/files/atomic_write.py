"""Write a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from twin.core.system_errors import at

PRIVATE = 0o600


def write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """Replace a file by this text in one step; a writer that is killed leaves the file as it was, and beside it at most
    a hidden part. private: for its owner alone. Raises CannotRun where it cannot be written."""
    part = path.with_name(f".{path.name}.part")
    with at(path):
        if private:
            part.touch(PRIVATE)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
