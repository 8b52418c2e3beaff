"""The authoring kit: a whole exercise to begin with, which is sound as it stands, and its sheet before it is used."""

from __future__ import annotations

import os.path
import re
from importlib.resources import files
from pathlib import Path

from twin.core.errors import UsageError
from twin.jobs.training.exercise_file import all_draws

__all__ = ["new_exercise"]

FOLDER, NETWORK = Path("exercises"), Path("topologies/minimal.yaml")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def new_exercise(name: str, folder: Path = FOLDER) -> Path:
    """Write NAME.yaml into a folder, which is made: an exercise with a comment on every key. Returns its path.

    Raises UsageError for a name that cannot be one, a file that is there, and where the network is not.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f'an exercise cannot be called "{name}": use small letters, digits and "-", a letter first')
    file = folder / f"{name}.yaml"
    if file.exists():
        raise UsageError(f"{file} is there already; choose another name")
    if not NETWORK.exists():
        raise UsageError(f"the exercise begins on {NETWORK}, which is not here; change to the folder that has it")
    folder.mkdir(parents=True, exist_ok=True)
    text = (files("twin.api.training") / "skeleton.yaml").read_text("utf-8")
    network = os.path.relpath(NETWORK.resolve(), folder.resolve())
    file.write_text(text.replace("{name}", name).replace("{network}", network), encoding="utf-8")
    list(all_draws(file))  # it must be sound as it stands; says where it is not
    return file

