"""A folder of results: whole or not there, never those of two jobs, whatever ends a job and whenever."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from twin.core.errors import UsageError
from twin.jobs.result_folder import new_results, resumed_results
from twin.report.files.json_files import load_run
from twin.report.files.manifest import ASIDE, MANIFEST_FILE, Manifest, Results, read_manifest, write_manifest

KILLED = 77


def leave(out: Path, generation: str, *, force: bool = False) -> None:
    """What a job does: some files and a folder, all of which say which job left them; a baseline only at first."""
    with new_results(out, Results.RUN, force=force) as aside:
        (aside / "samples").mkdir()
        (aside / "samples" / "flow").write_text(generation)
        if generation == "old":
            (aside / "baseline").mkdir()
            (aside / "baseline" / "flow").write_text(generation)
        (aside / "verdicts.json").write_text(generation)
        (aside / "run.json").write_text(generation)


def generations(out: Path) -> set[str]:
    """Which jobs left what lies in a folder, what is aside left out."""
    return {path.read_text() for path in out.rglob("*") if path.is_file() and ASIDE not in path.parts
            and not path.name.startswith((".", MANIFEST_FILE))}


def entries(out: Path) -> set[str]:
    """What can be seen in a folder."""
    return {path.name for path in out.iterdir() if not path.name.startswith(".")}


def killed_at(moment: int, out: Path, act: Callable[[], None]) -> bool:
    """Do something in a process that dies at its n-th effect on a folder; whether it died."""
    child = os.fork()
    if child == 0:
        effects = count()

        def hook(event: str, words: tuple[Any, ...]) -> None:
            if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir") and str(out) in str(words[0]) \
                    and next(effects) == moment:
                os._exit(KILLED)

        sys.addaudithook(hook)
        with suppress(BaseException):
            act()
            os._exit(0)
        os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


@pytest.mark.parametrize("force", [False, True])
def test_whenever_a_job_is_killed_its_folder_holds_one_result_or_none(tmp_path: Path, force: bool) -> None:
    """Killed at each of its effects on the folder: never files of two jobs, never a part called whole; and the next job
    leaves its own alone."""
    for moment in count():
        out = tmp_path / str(moment)
        if force:
            leave(out, "old")
        killed = killed_at(moment, out, lambda out=out: leave(out, "new", force=force))  # type: ignore[misc]
        manifest = read_manifest(out) if out.exists() else None
        assert len(generations(out)) <= 1
        if manifest and manifest.complete:
            assert {*manifest.entries} <= entries(out)
        if manifest is None or not manifest.complete:
            leave(out, "next")
            assert generations(out) == {"next"}
            assert entries(out) == {"samples", "verdicts.json", "run.json", MANIFEST_FILE}
        if not killed:
            assert generations(out) == {"new"} and moment > 8
            break


def test_results_are_not_overwritten_unless_that_is_asked_for(tmp_path: Path) -> None:
    """By results of whatever kind; the message names both remedies."""
    leave(tmp_path, "old")
    for of in Results:
        with pytest.raises(UsageError, match=r"holds a run already; .*--out.*--force"), new_results(tmp_path, of):
            pass
    with pytest.raises(UsageError, match=r"holds a run; .*--force"), \
            resumed_results(tmp_path, Results.CAMPAIGN, "key", ["a"]):
        pass
    leave(tmp_path, "new", force=True)
    assert generations(tmp_path) == {"new"} and not (tmp_path / "baseline").exists()


def test_a_job_that_fails_leaves_the_results_before_it(tmp_path: Path) -> None:
    """And what it had done aside, to look at."""
    leave(tmp_path, "old")
    with pytest.raises(ZeroDivisionError), new_results(tmp_path, Results.RUN, force=True) as aside:
        (aside / "logs").mkdir()
        raise ZeroDivisionError
    assert generations(tmp_path) == {"old"} and (tmp_path / ASIDE / "logs").is_dir()


@pytest.mark.parametrize("force", [False, True])
def test_files_of_others_are_never_touched(tmp_path: Path, force: bool) -> None:
    """A folder with something that no job left is refused, and nothing is added to it."""
    (tmp_path / "thesis.odt").write_text("mine")
    with pytest.raises(UsageError, match=r'"thesis.odt".*name a new or empty'), \
            new_results(tmp_path, Results.RUN, force=force):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


@pytest.mark.parametrize("entry", ["../precious", "..", "", "a/b", "/etc"])
def test_a_manifest_names_nothing_outside_its_folder(tmp_path: Path, entry: str) -> None:
    """A file that was changed by hand does not have us remove what it likes."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious").write_text("mine")
    write_manifest(out, Manifest(Results.RUN, (entry,), complete=True))
    with pytest.raises(UsageError, match="not the manifest"), new_results(out, Results.RUN, force=True):
        pass
    assert (tmp_path / "precious").exists()


def test_a_link_among_the_results_is_removed_and_not_followed(tmp_path: Path) -> None:
    """What it points to is not ours."""
    out, precious = tmp_path / "out", tmp_path / "precious"
    precious.mkdir()
    with new_results(out, Results.RUN) as aside:
        (aside / "samples").symlink_to(precious)
    leave(out, "new", force=True)
    assert precious.is_dir() and not (out / "samples").is_symlink()


def test_a_campaign_resumes_its_own_and_is_not_mixed_with_another(tmp_path: Path) -> None:
    """Interrupted, it keeps what it has; another key is refused, or with force begins with an empty folder."""
    with pytest.raises(KeyboardInterrupt), resumed_results(tmp_path, Results.CAMPAIGN, "one", ["span-a", "span-b"]):
        (tmp_path / "span-a").write_text("one")
        raise KeyboardInterrupt
    for other in ("two", "three"):
        with pytest.raises(UsageError, match="campaign of another description, seed, length or version"), \
                resumed_results(tmp_path, Results.CAMPAIGN, other, ["span-a"]):
            pass
    with pytest.raises(UsageError, match="a campaign already"), new_results(tmp_path, Results.RUN):
        pass
    with resumed_results(tmp_path, Results.CAMPAIGN, "one", ["span-a", "span-c"]):
        assert generations(tmp_path) == {"one"}
    assert read_manifest(tmp_path) == Manifest(Results.CAMPAIGN, ("span-a", "span-b", "span-c"), True, "one")
    with resumed_results(tmp_path, Results.CAMPAIGN, "two", ["span-a"], force=True):
        assert entries(tmp_path) == {MANIFEST_FILE}


def test_a_half_run_is_said_to_be_one(tmp_path: Path) -> None:
    """When it is read, be it that a run.json lies there already."""
    with pytest.raises(KeyboardInterrupt), new_results(tmp_path, Results.RUN) as aside:
        (aside / "run.json").write_text("{}")
        raise KeyboardInterrupt
    with pytest.raises(UsageError, match=r"holds a run that is not whole: interrupted, or still at work"):
        load_run(tmp_path)
    (tmp_path / ASIDE / "run.json").rename(tmp_path / "run.json")
    with pytest.raises(UsageError, match="not whole"):
        load_run(tmp_path)
    with pytest.raises(UsageError, match="not whole"):
        load_run(tmp_path / "run.json")
