"""Which processes of a live twin go first: by how idle the processor is, in a lab, and never elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from traffic.live import process_priority
from traffic.live.process_priority import ENOUGH, LEAST, LOAD, SERVER, LoadPriority, goes_first
from twin.lab import GUEST_PYTHON, WALL, Job

ROOT = Path(__file__).parents[3]
IN_LAB = """
import json, os, subprocess, sys
from traffic.live import process_priority
from traffic.live.process_priority import LoadPriority
STATE = "import json, os; print(json.dumps([os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, os.nice(0)]))"
def state():
    return [os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, os.nice(0)]
def child():
    return json.loads(subprocess.check_output((sys.executable, "-c", STATE)))
times = iter([(0, 0), (50, 100), (52, 200), (58, 300), (58, 300)])
load = LoadPriority(lambda: next(times))
seen = [[state(), child()]]
for _ in range(4):
    load.adapt()
    seen.append([state(), child()])
process_priority.prefer(process_priority.SERVER)
print(json.dumps({"load": seen, "server": [state(), child()], "times": process_priority.processor_times()}))
"""
"""The processor is idle for half of the first second, 2 % of the next, 6 % of the next, and no time passes."""
USUAL = [os.SCHED_OTHER, 0]


@pytest.mark.parametrize(("idle", "first", "then"), [
    (1.0, False, True), (ENOUGH, False, True), (ENOUGH - 0.01, False, False), (ENOUGH - 0.01, True, True),
    (LEAST, True, True), (LEAST - 0.01, True, False), (0.0, False, False),
])
def test_real_time_needs_an_idle_processor(idle: float, first: bool, then: bool) -> None:
    """More of it to begin than to go on, so that it does not change with every second."""
    assert goes_first(idle, first) is then


def test_in_a_lab_the_load_shares_a_full_processor(tmp_path: Path) -> None:
    """Of real time only while there is room; what it starts is never preferred."""
    printed: list[str] = []
    job = Job((GUEST_PYTHON, "-c", IN_LAB), tmp_path, packages=ROOT)
    assert WALL.run(job, on_line=printed.append).status == 0, "\n".join(printed)
    seen = json.loads(printed[-1])
    own = [state for state, _ in seen["load"]]
    assert [policy for policy, _ in own] == [os.SCHED_OTHER, os.SCHED_FIFO, *[os.SCHED_OTHER] * 3]
    assert {nice for policy, nice in own if policy == os.SCHED_OTHER} == {LOAD}
    assert seen["server"] == [[os.SCHED_OTHER, SERVER], USUAL]
    assert all(child == USUAL for _, child in seen["load"])
    idle, passed = seen["times"]
    assert 0 <= idle <= passed and passed > 0


def test_elsewhere_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A native lab shares its processors with the other programs of the machine."""
    monkeypatch.setattr(process_priority, "in_lab_kernel", lambda: False)
    before = os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
    times = iter([(0, 0), (100, 100)])
    load = LoadPriority(lambda: next(times))
    load.adapt()
    process_priority.prefer(SERVER)
    assert not load.first
    assert (os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)) == before
