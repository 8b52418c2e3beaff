"""Subjects of commits are short: `scripts/check-commits`, in repositories of the tests' own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.imports import ROOT

SCRIPT = ROOT / "scripts" / "check-commits"
AUTHOR = ("-c", "user.name=T", "-c", "user.email=t@example.net", "-c", "commit.gpgsign=false")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")


def git(folder: Path, *words: str) -> None:
    """git in a folder."""
    subprocess.run(("git", "-C", str(folder), *AUTHOR, *words), check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, not under git."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    return tmp_path


def commit(folder: Path, *subjects: str) -> None:
    """Empty commits with these subjects."""
    git(folder, "init", "--quiet")
    for subject in subjects:
        git(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", subject)


def checked(folder: Path, *words: str) -> tuple[int, str]:
    """Status of the script, and what it says."""
    done = subprocess.run((str(folder / "scripts" / "check-commits"), *words), capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_subject_has_72_characters_at_most(checkout: Path) -> None:
    """Characters, not bytes; the message names the commit's subject, the reason and the remedy."""
    commit(checkout, "é" * 72)
    assert checked(checkout) == (0, "")
    commit(checkout, "é" * 73)
    status, output = checked(checkout)
    assert status == 1 and "73 characters" in output and "é" * 73 in output and "remedy" in output


@pytest.mark.parametrize("subject", ["x", "wip", "fix it"])
def test_a_subject_says_something(checkout: Path, subject: str) -> None:
    """Fewer than ten characters do not say what was changed."""
    commit(checkout, subject)
    assert checked(checkout)[0] == 1


def test_old_history_is_left_alone(checkout: Path) -> None:
    """Only the last commit counts, or what origin/main lacks, unless a range is given."""
    commit(checkout, "Old " * 30, "Say one thing", "Say another")
    assert checked(checkout) == (0, "")
    assert checked(checkout, "HEAD")[0] == 1
    git(checkout, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    commit(checkout, "New " * 30, "Say a third")
    assert checked(checkout)[1].count("remedy") == 1
    git(checkout, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert checked(checkout) == (0, "")


def test_without_git_nothing_is_checked(checkout: Path) -> None:
    """An unpacked archive passes, and so does a repository without a commit."""
    assert checked(checkout) == (0, "")
    commit(checkout)
    assert checked(checkout) == (0, "")
