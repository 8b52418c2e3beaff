"""Folders for running labs: always this user's, whatever others have made where everybody may write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twin.core.errors import CannotRun
from twin.lab import host_paths


def test_the_first_place_is_made_and_found_again(tmp_path: Path) -> None:
    """For nobody else to enter."""
    places = [tmp_path / "a", tmp_path / "b"]
    assert host_paths.own_folder(places) == host_paths.own_folder(places) == places[0]
    assert places[0].stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("taken", ["file", "link", "folder"])
def test_what_somebody_else_has_is_not_used(tmp_path: Path, taken: str) -> None:
    """Nor a link to a folder of ours: the next place is."""
    first, second = tmp_path / "first", tmp_path / "second"
    _take(first, taken)
    assert host_paths.own_folder([first, second]) == second
    first.rename(tmp_path / "away")
    assert host_paths.own_folder([first, second]) == second, "labs that run are found again"
    _take(tmp_path / "third", taken)
    with pytest.raises(CannotRun, match=r"somebody else has .*third"):
        host_paths.own_folder([tmp_path / "third"])


def _take(place: Path, how: str) -> None:
    if how == "file":
        place.touch()
    elif how == "link":
        place.symlink_to(place.parent)
    else:
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        place.mkdir()
        os.chown(place, 1, 1)


def test_a_user_without_a_home_is_told_of_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME is used where it is absolute, as its specification says."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert host_paths.cache_folder() == Path("/somewhere/metro-twin")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/me")
    assert host_paths.cache_folder() == Path("/home/me/.cache/metro-twin")


def test_an_interrupted_start_leaves_no_folder_for_memory() -> None:
    """It may come when the folder is made, and no lab is there yet that would remove it at its end."""
    with pytest.raises(KeyboardInterrupt), host_paths.work_folder() as work:
        memory = host_paths.make_memory_folder(1, work)
        raise KeyboardInterrupt
    assert not memory.exists() and not work.exists()
