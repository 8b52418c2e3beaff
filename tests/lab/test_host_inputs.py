"""The hashes of what a lab reads: they follow the content, and are read again only where a file has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twin.core.units import NS_PER_S
from twin.lab.boundary.kept_sums import KeptSums


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a file, a link and a folder."""
    folder = tmp_path / "tree"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").write_text("content")
    (folder / "link").symlink_to("deep/file")
    return folder


def total(tree: Path) -> str:
    """The hash of the tree, with sums kept beside it."""
    kept = KeptSums(tree.with_name("sums.json"), settled=0)
    sums = kept.total([tree])
    kept.store()
    return sums


def test_the_hash_follows_the_content_and_not_the_place(tree: Path) -> None:
    """A copy elsewhere has the same; another content, name or link has another."""
    first = total(tree)
    assert total(tree) == first
    tree.rename(tree.with_name("moved"))
    assert total(tree.with_name("moved")) == first
    (tree.with_name("moved") / "link").unlink()
    assert total(tree.with_name("moved")) != first


def test_a_change_that_keeps_size_and_time_is_found(tree: Path) -> None:
    """Nobody can set the time of a change of state."""
    first, file = total(tree), tree / "deep" / "file"
    times = file.stat()
    file.write_text("CONTENT")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert total(tree) != first


def test_what_has_not_changed_is_not_read_again(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time stat(2) is enough."""
    first = total(tree)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    assert total(tree) == first


def test_what_changed_a_moment_ago_is_read_again(tree: Path) -> None:
    """It could change once more within a tick of the file system's clock, and nobody would see."""
    read: list[Path] = []

    def name(path: Path) -> str:
        read.append(path)
        return path.name

    kept = KeptSums(tree.with_name("sums.json"), settled=3600 * NS_PER_S)
    assert [kept.kept("name", tree, name) for _ in range(2)] == ["tree"] * 2 and len(read) == 2
    kept = KeptSums(tree.with_name("sums.json"), settled=0)
    assert [kept.kept("name", tree, name) for _ in range(2)] == ["tree"] * 2 and len(read) == 3


@pytest.mark.parametrize("text", ["", "{", "[]", "[1]"])
def test_a_spoilt_file_of_sums_is_replaced(tree: Path, text: str) -> None:
    """As a full disk leaves it."""
    first = total(tree)
    tree.with_name("sums.json").write_text(text)
    assert total(tree) == first
