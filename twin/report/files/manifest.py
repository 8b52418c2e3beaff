"""What a folder of results holds, and whether it is whole: the manifest that lies in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_json
from twin.report.files.atomic_write import write_whole

MANIFEST_FILE = "manifest.json"
ASIDE = "incomplete"
"""The folder, within that of the results, in which a job works until its results are whole."""


class Results(StrEnum):
    """What results are of, as messages say it."""

    RUN = "a run"
    POLICIES = "a comparison of policies"
    TRIALS = "trials"
    CAMPAIGN = "a campaign"
    SWEEP = "a sweep"
    SEARCH = "a search"

    @property
    def resumed(self) -> bool:
        """Whether a part of such results is what a later job goes on from."""
        return self in (Results.CAMPAIGN, Results.SWEEP)


@dataclass(frozen=True, slots=True)
class Manifest:
    """of: what the results are of. entries: the names of the files and folders that belong to them. complete: whether
    they are whole. key: a hash of what they were made of, where they can be resumed."""

    of: Results
    entries: tuple[str, ...] = ()
    complete: bool = False
    key: str = ""

    @property
    def kept(self) -> bool:
        """Whether only --force removes the results: they are whole, or a part that is resumed."""
        return self.complete or (self.of.resumed and bool(self.entries))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where it has none. Raises UsageError where it is not one of ours."""
    path = folder / MANIFEST_FILE
    try:
        manifest = from_plain(Manifest, json.loads(path.read_text(encoding="utf-8")))
        if not all(map(_is_plain_name, manifest.entries)):
            raise ValueError("an entry that is not a plain name")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{path} is not the manifest of results ({type(error).__name__}); remove the folder, or name "
                         "another by --out") from error
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    write_whole(folder / MANIFEST_FILE, to_json(manifest))


def require_complete(folder: Path) -> None:
    """Raise UsageError where the results in a folder are not whole."""
    manifest = read_manifest(folder)
    if manifest is not None and not manifest.complete:
        raise UsageError(f"{folder} holds {manifest.of.value} that is not whole: interrupted, or still at work; wait "
                         "until it ends, or start it again")


def _is_plain_name(name: object) -> bool:
    """Whether it names an entry of the folder itself: what a manifest lists may be removed."""
    return isinstance(name, str) and name not in ("", ".", "..") and "/" not in name and "\0" not in name
