"""The end of a capture, with another program in place of tcpdump."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import twin

ROOT = Path(twin.__file__).parents[1]
HEADER = b"h" * 24
PROGRAM = ("import signal, sys; signal.signal(signal.SIGINT, lambda *_: sys.exit(0)); "
           f"sys.stdout.buffer.write({HEADER!r}); sys.stdout.flush(); signal.pause()")
"""Dies of an interrupt that comes before it has begun, as tcpdump does."""
CAPTURE = ("import sys; from pathlib import Path; from twin.jobs.live.packet_capture import capture; "
           "sys.exit(capture([sys.executable, '-c', sys.argv[1]], '', Path(sys.argv[2]), 0))")


def captured(program: str, file: Path) -> int:
    """The exit status of a capture that is stopped at once."""
    return subprocess.run([sys.executable, "-c", CAPTURE, program, str(file)], stdin=subprocess.DEVNULL, cwd=ROOT,
                          check=False, timeout=60).returncode


def test_a_capture_that_is_stopped_before_it_has_begun_is_empty(tmp_path: Path) -> None:
    """On a machine that is busy tcpdump may take seconds to begin."""
    assert captured(PROGRAM, tmp_path / "file") == 0 and (tmp_path / "file").read_bytes() == HEADER


def test_a_capture_that_cannot_begin_ends(tmp_path: Path) -> None:
    """With the status of tcpdump."""
    assert captured("raise SystemExit(3)", tmp_path / "file") == 3
