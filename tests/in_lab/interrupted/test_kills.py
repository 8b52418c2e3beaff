"""`twin verify` ended at some random moments, also while it replaces a run; benchmarks.kills tries more."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_left_whenever_it_ends() -> None:
    """No process, no mount, no folder, and never a folder with two runs. In a process of its own, which becomes the
    parent of what is left behind."""
    ended = subprocess.run((sys.executable, "-m", "benchmarks.kills", "4"), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
