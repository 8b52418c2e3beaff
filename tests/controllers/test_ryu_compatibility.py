"""The application on Ryu 4.34: the same bytes to the switches, the same reports, from the same launcher.

Ryu cannot live in the project's own virtual environment (its setup.py wants setuptools before 68); one of its own is
made once in the user's cache, from locked versions.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import controllers
from tests.controllers.fake_switch import triangle
from tests.controllers.message_transcript import transcript
from twin.core.records import to_plain

ROOT = Path(controllers.__file__).parents[1]
REQUIREMENTS = Path(controllers.__file__).with_name("ryu-requirements.txt")


@pytest.fixture(scope="session")
def ryu() -> Path:
    """A Python with Ryu, made if it is not there yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "metro-twin" / "ryu"
    cache.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:16]
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / key / "complete").exists():
            _make(cache / key)
    return cache / key / "bin" / "python"


def _make(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraint:
        constraint.write("setuptools<68\n")
        constraint.flush()
        install = [str(place / "bin" / "pip"), "install", "--no-deps", "-r", str(REQUIREMENTS)]
        for command in ([sys.executable, "-m", "venv", str(place)], install):
            environment = os.environ | {"PIP_CONSTRAINT": constraint.name, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            if done.returncode:
                pytest.fail(f"no virtual environment with Ryu in {place}: {' '.join(command)}\n"
                            f"{done.stdout[-1000:]}{done.stderr[-3000:]}\n"
                            "remedy: make the package index reachable, or fill the cache on a machine that reaches it")
    for intruder in place.glob("lib/python*/site-packages/tests"):  # tinyrpc's own, in the way of this folder
        shutil.rmtree(intruder)
    (place / "complete").touch()


def test_ryu_sends_the_same_bytes_and_reports_the_same(ryu: Path) -> None:
    """A whole transcript, rules and rerouting, differs in nothing but the framework's name."""
    done = subprocess.run([ryu, "-m", "tests.controllers.message_transcript"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    theirs, ours = json.loads(done.stdout), transcript()
    assert (theirs.pop("framework"), ours.pop("framework")) == ("ryu", "os_ken")
    assert theirs == ours
    assert len(theirs["sent"]) > 50


@pytest.mark.parametrize("framework", ["ryu", "os_ken"])
def test_the_launcher_listens_and_ends_when_told(ryu: Path, tmp_path: Path, framework: str) -> None:
    """`listening` is its first line; SIGTERM ends it with 0."""
    file = tmp_path / "blueprint.json"
    file.write_text(json.dumps(to_plain(triangle())), encoding="utf-8")
    python = ryu if framework == "ryu" else sys.executable
    command = [python, "-m", "controllers.launch", "--blueprint", file, "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as launched:
        assert launched.stdout is not None and launched.stderr is not None
        line = launched.stdout.readline()
        launched.send_signal(signal.SIGTERM)
        assert launched.wait(timeout=60) == 0, launched.stderr.read()
    assert json.loads(line) == {"event": "listening", "on": "127.0.0.1:0", "framework": framework}
