"""What confines the process of a lab on its host, tried without a lab: a program that looks around."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from twin.lab.boundary import confined_exec, host_access
from twin.lab.job import HostCommand

LOOK = """
import json, os, sys, ctypes
mine, others = sys.argv[1:3]
def works(way):
    try:
        way()
    except OSError:
        return False
    return True
print(json.dumps({
    "read": works(lambda: open(f"{others}/secret").read()), "list": works(lambda: os.listdir(others)),
    "write": works(lambda: open(f"{others}/new", "w")), "root": works(lambda: os.listdir("/root")),
    "link": works(lambda: os.symlink(others, f"{mine}/link")), "home": os.path.exists("/home"),
    "shadow": works(lambda: open("/etc/shadow").read()), "cores": sorted(os.sched_getaffinity(0)),
    "mount": ctypes.CDLL(None).mount(b"x", b"/tmp", b"tmpfs", 0, b"") == 0, "user": os.geteuid(),
    "own": works(lambda: open(f"{mine}/own", "w").write("x")), "environment": dict(os.environ)}))
"""
ONLY_LANDLOCK = """
import json, sys, os
sys.path.insert(0, sys.argv[1])
import confined_exec as confinement
order = json.load(open(sys.argv[2]))
asked = order["confinement"]
confinement.restrict(asked["reads"], asked["writes"], confinement.landlock_abi())
os.execvpe(order["argv"][0], order["argv"], order["environment"])
"""


@pytest.fixture
def order(tmp_path: Path) -> tuple[str, ...]:
    """The command that looks around, confined to one folder beside another with a secret."""
    mine, others = tmp_path / "mine", tmp_path / "others"
    mine.mkdir()
    others.mkdir()
    (others / "secret").write_text("hidden")
    look = HostCommand(("/usr/bin/python3", "-I", "-S", "-c", LOOK, str(mine), str(others)), {"ONLY": "this"},
                       confined=True)
    core = min(os.sched_getaffinity(0))
    return host_access.confined(look, host_access.host_access(mine, [], []), core, mine / "launch.json")


def seen(command: tuple[str, ...]) -> dict[str, object]:
    """What the confined program could do."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_confined_program_has_its_folder_and_no_other(order: tuple[str, ...]) -> None:
    """Nor homes, nor secrets of /etc, nor mounts, nor our environment; on its core, and not as root."""
    if not host_access.layers()["root"]:
        pytest.skip("this host lets nobody have a root of its own; twin doctor says so")
    report = seen(order)
    assert report.pop("cores") == [min(os.sched_getaffinity(0))]
    environment = report.pop("environment")
    assert isinstance(environment, dict) and set(environment) <= {"ONLY", "LC_CTYPE"}, "LC_CTYPE is Python's own"
    assert report.pop("user") != 0
    assert [what for what, works in report.items() if works] == ["own"]


def test_landlock_alone_hides_what_other_folders_hold(order: tuple[str, ...]) -> None:
    """Where no root of its own can be had; that a folder is there can still be seen."""
    if not confined_exec.landlock_abi():
        pytest.skip("this host's kernel has no Landlock")
    script = (sys.executable, "-I", "-S", "-c", ONLY_LANDLOCK, str(host_access.CONFINED_EXEC.parent), order[-1])
    report = seen(script)
    assert [what for what in ("read", "list", "write", "root", "link", "shadow", "own") if report[what]] == ["own"]


def test_a_confined_program_dies_with_its_caller(order: tuple[str, ...]) -> None:
    """Also where the caller died before the signal was armed: it goes on only as that one's child."""
    done = subprocess.run(("sh", "-c", '"$@"; exit $?', "sh", *order), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
