"""Locks among processes: the second one is refused, or waits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from twin.core.errors import CannotRun, UsageError
from twin.lab import exclusive_folder, file_locks

HOLDER = "import sys; from pathlib import Path; from twin.lab import file_locks\n" \
         "with file_locks.wait_for_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_a_folder_in_which_a_run_is_at_work_is_refused_to_another(tmp_path: Path) -> None:
    """Two that clear and fill the same folder would spoil both; when the first is over, it may be used again."""
    with exclusive_folder(tmp_path / "run"), pytest.raises(UsageError, match=r"another run is at work in .*--out"), \
            exclusive_folder(tmp_path / "run"):
        pass
    with exclusive_folder(tmp_path / "run"):
        pass


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """Below a file, say."""
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match="file/run cannot be written"), exclusive_folder(tmp_path / "file" / "run"):
        pass


def test_who_waits_gets_the_lock_when_its_holder_is_gone(tmp_path: Path) -> None:
    """However it ended; and `on_wait` is called."""
    command = (sys.executable, "-c", HOLDER, str(tmp_path / "lock"))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        assert file_locks.try_lock(tmp_path / "lock") is None
        waited: list[int] = []

        def wait() -> None:
            waited.append(holder.pid)
            holder.kill()

        with file_locks.wait_for_lock(tmp_path / "lock", wait):
            assert waited
