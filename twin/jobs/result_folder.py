"""The folder of a job's results: whole or not there, and never those of two jobs.

A job works aside, in a folder within that of its results, and its files are moved out when all are there. So a job that
is interrupted, even killed, leaves the results before it as they were. A campaign is the exception: it works in place,
since what it has measured already is what it resumes from.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from twin.core.errors import UsageError
from twin.core.system_errors import at
from twin.lab import exclusive_folder
from twin.report.files.manifest import ASIDE, MANIFEST_FILE, Manifest, Results, read_manifest, write_manifest


@contextmanager
def new_results(out: Path, of: Results, *, force: bool = False) -> Iterator[Path]:
    """The folder to work in; what is in it at the end replaces what `out` held.

    Raises UsageError where `out` holds results already and force does not say to replace them, or where it holds what
    no job has left; CannotRun where it cannot be written.
    """
    with at(out), _claimed(out) as held:
        if held.kept and not force:
            raise UsageError(f"{out} holds {held.of.value} already; name another folder by --out, or replace it by "
                             "--force")
        if not held.complete:
            _remove(out, held.entries)
            held = Manifest(of)
            write_manifest(out, held)
        _remove(out, [ASIDE])
        aside = out / ASIDE
        aside.mkdir()
        yield aside
        _publish(out, held, of)


@contextmanager
def resumed_results(out: Path, of: Results, key: str, entries: Iterable[str], *, force: bool = False) -> Iterator[None]:
    """Work in `out` itself, on what was left there by a job of the same key.

    entries: what will be there at the end. Raises UsageError where `out` holds the results of something else and force
    does not say to remove them, and what `new_results` raises.
    """
    with at(out), _claimed(out) as held:
        if held.key != key and held.kept and not force:
            other = " of another description, seed, length or version" if held.of is of else ""
            raise UsageError(f"{out} holds {held.of.value}{other}; name another folder by --out, or replace it by "
                             "--force")
        if held.key != key:
            _remove(out, [*held.entries, ASIDE])
            held = Manifest(of, key=key)
        held = replace(held, entries=tuple(sorted({*held.entries, *entries})))
        write_manifest(out, held)
        yield
        write_manifest(out, replace(held, complete=True))


@contextmanager
def _claimed(out: Path) -> Iterator[Manifest]:
    """The folder locked; what it holds, which is nothing but what its manifest lists."""
    _refuse_others_files(out)
    with exclusive_folder(out):
        yield _refuse_others_files(out) or Manifest(Results.RUN)


def _refuse_others_files(out: Path) -> Manifest | None:
    """The manifest of a folder. Raises UsageError where something lies there that it does not list."""
    if not out.is_dir():
        return None
    manifest = read_manifest(out)
    ours = {MANIFEST_FILE, ASIDE, *manifest.entries} if manifest else set()
    others = sorted(path.name for path in out.iterdir() if path.name not in ours and not path.name.startswith("."))
    if others:
        raise UsageError(f'{out} holds "{others[0]}", which is no part of results of this version; name a new or empty '
                         "folder by --out")
    return manifest


def _publish(out: Path, held: Manifest, of: Results) -> None:
    """Replace what a folder held by what was made aside. Whatever stops this, the manifest says "not complete"."""
    made = sorted(path.name for path in (out / ASIDE).iterdir())
    write_manifest(out, Manifest(of, tuple(sorted({*held.entries, *made}))))
    _remove(out, held.entries)
    for name in made:
        (out / ASIDE / name).rename(out / name)
    write_manifest(out, Manifest(of, tuple(made), complete=True))
    (out / ASIDE).rmdir()


def _remove(out: Path, entries: Iterable[str]) -> None:
    for path in (out / name for name in entries):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
