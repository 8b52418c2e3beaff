"""The code that runs inside a lab: a compiled snapshot in the user's cache, named by its content.

A lab never runs the checkout itself: whether Python finds compiled modules is seen in the times of a run, and a file
that is edited while a lab runs would change it. A snapshot is the same for every user, folder and moment.
"""

from __future__ import annotations

import compileall
import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from py_compile import PycInvalidationMode

from twin.lab.boundary.kept_folders import kept_folder
from twin.lab.boundary.kept_sums import KeptSums
from twin.lab.job import GUEST_PROJECT

PROJECT = Path(__file__).resolve().parents[3]
PACKAGES = ("twin", "controllers", "traffic")


def snapshot(project: Path = PROJECT) -> Path:
    """The compiled snapshot of the packages of `project`; made when it is not there, or not as it was made.

    Raises CannotRun when the cache cannot be written.
    """
    return kept_folder("project", partial(_content_hash, project), partial(_build, project))


def _files(project: Path) -> Iterator[Path]:
    """The files of the packages, relative to the project, sorted."""
    for package in PACKAGES:
        for path in _sources(project / package):
            yield path.relative_to(project)


def _sources(package: Path) -> Iterator[Path]:
    """The files of a package that nobody has compiled."""
    return (path for path in sorted(package.rglob("*")) if path.is_file() and path.suffix != ".pyc")


def _content_hash(project: Path, kept: KeptSums) -> str:
    sums = (kept.kept(f"package {project / package}", project / package, _package_sum) for package in PACKAGES)
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:24]


def _package_sum(package: Path) -> str:
    total = hashlib.sha256()
    for path in _sources(package):
        total.update(f"{path.relative_to(package)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _build(project: Path, folder: Path) -> None:
    """Copy and compile."""
    for path in _files(project):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project / path, folder / path)
    compileall.compile_dir(folder, quiet=2, stripdir=str(folder), prependdir=GUEST_PROJECT,
                           invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
