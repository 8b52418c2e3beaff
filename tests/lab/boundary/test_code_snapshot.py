"""The code that runs in a lab: a compiled copy, the same wherever and whenever it is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from twin.lab.boundary import code_snapshot, kept_folders


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for package in code_snapshot.PACKAGES:
        (tmp_path / "here" / package).mkdir(parents=True)
        (tmp_path / "here" / package / "__init__.py").write_text("'one'\n")
    return tmp_path / "here"


def copies(snapshot: Path) -> list[Path]:
    """All that are in the cache beside one."""
    return [path for path in snapshot.parent.iterdir() if path.is_dir()]


def test_every_module_is_compiled_and_knows_no_folder_of_the_host(checkout: Path) -> None:
    """Beside each module stands its bytecode, which names the place inside the lab and not where it was made."""
    snapshot = code_snapshot.snapshot(checkout)
    for package in code_snapshot.PACKAGES:
        (compiled,) = (snapshot / package / "__pycache__").glob("__init__.*.pyc")
        assert b"/run/twin/project/" + package.encode() in compiled.read_bytes()
        assert str(checkout).encode() not in compiled.read_bytes()


def test_the_same_content_is_the_same_copy(checkout: Path) -> None:
    """Compiled leftovers in the checkout change nothing; an edit gives another copy and leaves the first."""
    first = code_snapshot.snapshot(checkout)
    (checkout / "twin" / "__pycache__").mkdir()
    (checkout / "twin" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"old")
    assert code_snapshot.snapshot(checkout) == first
    (checkout / "twin" / "__init__.py").write_text("'two'\n")
    second = code_snapshot.snapshot(checkout)
    assert second != first and (first / "twin" / "__init__.py").read_text() == "'one'\n"


@pytest.mark.parametrize("spoil", ["truncated", "changed", "added", "removed", "without sums"])
def test_a_copy_that_is_not_as_it_was_made_is_made_again(checkout: Path, spoil: str) -> None:
    """A full disk cuts files short; nobody else should write there, and if so it is not run."""
    snapshot = code_snapshot.snapshot(checkout)
    (compiled,) = (snapshot / "twin" / "__pycache__").glob("__init__.*.pyc")
    whole = compiled.read_bytes()
    match spoil:
        case "truncated":
            compiled.write_bytes(whole[:20])
        case "changed":
            compiled.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        case "added":
            (snapshot / "twin" / "more.py").write_text("pass\n")
        case "removed":
            (snapshot / "twin" / "__init__.py").unlink()
        case _:
            (snapshot / kept_folders.SUMS).unlink()
    assert code_snapshot.snapshot(checkout) == snapshot
    assert compiled.read_bytes() == whole and not (snapshot / "twin" / "more.py").exists()
    assert (snapshot / "twin" / "__init__.py").exists()


def test_old_copies_are_removed(checkout: Path) -> None:
    """No more than the last few stay in the cache, and nothing half made; what was used within the hour stays."""
    for number in range(kept_folders.MAX_FOLDERS + 3):
        (checkout / "twin" / "__init__.py").write_text(f"{number}\n")
        last = code_snapshot.snapshot(checkout)
    assert len(copies(last)) == kept_folders.MAX_FOLDERS + 3
    for old in copies(last):
        os.utime(old, (0, 0))
    (checkout / "twin" / "__init__.py").write_text("now\n")
    last = code_snapshot.snapshot(checkout)
    assert len(copies(last)) == kept_folders.MAX_FOLDERS and last in copies(last)


def test_processes_that_start_together_make_one_copy_and_trip_over_nothing(checkout: Path) -> None:
    """Copies to remove, half-made ones that a killed process left, and four that want the same new copy at once."""
    for number in range(kept_folders.MAX_FOLDERS + 3):
        (checkout / "twin" / "__init__.py").write_text(f"{number}\n")
        os.utime(code_snapshot.snapshot(checkout), (number, number))
    old = code_snapshot.snapshot(checkout)
    (old.parent / "part-left").mkdir()
    (checkout / "twin" / "__init__.py").write_text("now\n")
    program = ("from pathlib import Path; from twin.lab.boundary import code_snapshot as code; "
               f"print(code.snapshot(Path({str(checkout)!r})))")
    four = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    printed = {process.communicate()[0] for process in four}
    assert printed == {f"{code_snapshot.snapshot(checkout)}\n"}
    assert len(copies(old)) == kept_folders.MAX_FOLDERS
