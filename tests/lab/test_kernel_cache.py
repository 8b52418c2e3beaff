"""The lab kernel in the cache: what is taken for a kernel, and what is not."""

import json
from pathlib import Path

import pytest

from twin.core.errors import CannotRun
from twin.lab import kernel_cache
from twin.lab.kernel import kernel_build

ELF = b"\x7fELF".ljust(64, b"\0")
"""A program without sections."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("TWIN_KERNEL", raising=False)
    monkeypatch.setattr(kernel_cache, "SHARED", tmp_path / "shared")
    kernel_cache.kernels_folder().mkdir(parents=True)
    return kernel_cache.kernels_folder()


def finished(folder: Path, version: str) -> Path:
    """A folder such as a build leaves."""
    folder.mkdir()
    for program in ("linux", "shim.so"):
        (folder / program).write_bytes(ELF)
    (folder / "build.json").write_text(json.dumps({"version": version}))
    return folder


def test_without_a_kernel_the_remedy_is_named(store: Path) -> None:
    """An empty cache says what to run."""
    with pytest.raises(CannotRun, match="twin kernel build"):
        kernel_cache.require_kernel()


def test_the_newest_version_of_our_recipe_is_found(store: Path) -> None:
    """7.2.12 is newer than 7.2.9; a kernel of another recipe does not count."""
    for version in ("7.2.9", "7.2.12"):
        kernel_cache.add_kernel(finished(store / f"bench-{version}", version), version)
    finished(store / "9.9.9-000000000000", "9.9.9")
    assert kernel_cache.require_kernel().version == "7.2.12"


def test_a_folder_without_its_record_is_not_taken_for_a_kernel(store: Path) -> None:
    """What a killed process left is not used."""
    (store / f"7.2.12-{kernel_cache.build_key()}").mkdir()
    assert kernel_cache.find_kernel() is None


@pytest.mark.parametrize("program", ["linux", "shim.so"])
def test_a_kernel_cut_short_is_not_taken_for_one(store: Path, program: str) -> None:
    """A full disk may have taken the end of its program, or of the library with it; a new build replaces it."""
    folder = kernel_cache.add_kernel(finished(store / "bench", "7.2.12"), "7.2.12").linux.parent
    whole = Path("/usr/bin/env").read_bytes()
    for length, taken in ((len(whole), True), (len(whole) - 1, False), (32, False), (0, False)):
        (folder / program).write_bytes(whole[:length])
        assert (kernel_cache.find_kernel() is not None) == taken


def test_a_new_build_of_the_same_version_replaces_the_old_one(store: Path) -> None:
    """Building again leaves one kernel."""
    bench = store / "bench-x"
    bench.mkdir()
    for _ in range(2):
        kept = kernel_cache.add_kernel(finished(bench / "result", "7.2.12"), "7.2.12")
        assert kept.linux.exists()
    names = [path.name for path in store.iterdir() if path.name.startswith("7")]
    assert names == [f"7.2.12-{kernel_cache.build_key()}"]


def test_cleaning_removes_kernels_and_leftovers(store: Path) -> None:
    """All folders go, and nothing is found afterwards."""
    finished(store / "bench-left", "7.2.12")
    kernel_cache.add_kernel(finished(store / "bench-y", "7.2.12"), "7.2.12")
    assert len(kernel_cache.remove_kernels()) == 2
    assert kernel_cache.find_kernel() is None


def test_an_installed_kernel_serves_a_user_without_one(store: Path, tmp_path: Path) -> None:
    """Its files can be read by all; the user's own comes first, and TWIN_KERNEL before both."""
    built = kernel_cache.add_kernel(finished(store / "bench-x", "7.2.12"), "7.2.12")
    (built.linux.parent / "shim.so").touch(0o600)
    installed = kernel_cache.install_kernel(built, kernel_cache.SHARED)
    assert kernel_cache.find_kernel() == built
    kernel_cache.remove_kernels()
    assert kernel_cache.find_kernel() == installed
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in installed.linux.parent.iterdir())
    assert [path.name for path in kernel_cache.SHARED.iterdir()] == [installed.linux.parent.name], "no part is left"


def test_a_folder_of_kernels_can_be_named(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the user's own; a relative path is refused."""
    kernel_cache.add_kernel(finished(store / "bench-x", "7.2.12"), "7.2.12")
    named = tmp_path / "named"
    named.mkdir()
    finished(named / f"7.2.11-{kernel_cache.build_key()}", "7.2.11")
    monkeypatch.setenv("TWIN_KERNEL", str(named))
    assert kernel_cache.require_kernel().version == "7.2.11"
    monkeypatch.setenv("TWIN_KERNEL", "named")
    with pytest.raises(CannotRun, match="absolute path"):
        kernel_cache.find_kernel()


def test_an_installation_without_the_right_names_the_remedy(store: Path, tmp_path: Path) -> None:
    """A file where the folder should be, as root is not stopped by modes."""
    (tmp_path / "file").touch()
    built = kernel_cache.add_kernel(finished(store / "bench-x", "7.2.12"), "7.2.12")
    with pytest.raises(CannotRun, match="sudo make install"):
        kernel_cache.install_kernel(built, tmp_path / "file" / "kernel")


def test_options_that_a_series_does_not_grant_are_listed() -> None:
    """Comments and granted options are not."""
    fragment = "# a note\nCONFIG_NET=y\nCONFIG_GONE=y\n"
    assert kernel_cache.missing_options(fragment, "CONFIG_NET=y\nCONFIG_OTHER=y\n") == ["CONFIG_GONE=y"]


def test_missing_tools_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """No compiler: the machine cannot, and the remedy is one line."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CannotRun, match=r"without .*gcc.*\n  remedy: sudo apt-get install .*bison"):
        kernel_build.require_tools()


def test_a_cache_that_cannot_be_written_is_told_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the folder should be, as root is not stopped by modes."""
    (tmp_path / "metro-twin").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(CannotRun, match="set XDG_CACHE_HOME"):
        kernel_build.build_kernel(lambda fraction, words: None)


def test_a_kernel_that_is_there_is_not_built_again(store: Path) -> None:
    """The second call returns at once, without a word of progress."""
    kernel_cache.add_kernel(finished(store / "bench-z", "7.2.12"), "7.2.12")
    progress: list[str] = []
    assert kernel_build.build_kernel(lambda fraction, words: progress.append(words)).version == "7.2.12"
    assert progress == []
