"""The traffic as a process beside the emulation: what it is asked, and what comes of it."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from twin.core.errors import EmulationError
from twin.core.records import to_plain
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment import spec
from twin.plan.blueprint import Blueprint
from twin.plan.trials.measurements import TrialPlan

STEP = NS_PER_S // 10
PREPARE_SECONDS = 5.0
"""Emulated seconds between the order to the traffic and its first packet: sockets are opened meanwhile."""


def try_out(python: str, out: Path, trial: TrialPlan | None, seed: int) -> Time:
    """Carry out a trial on the blueprint in `out`, where its report is left; the largest lateness of a timer.

    What it says of its progress goes to standard output. Raises EmulationError when it fails.
    """
    job = out / "job.json"
    job.write_text(json.dumps({"blueprint": str(out / spec.BLUEPRINT_FILE), "trial": to_plain(trial), "seed": seed,
                               "out": str(out)}))
    done = subprocess.run([python, "-m", "traffic.trials.trial_runner", str(job)], stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise EmulationError(f"the trial failed with exit {done.returncode}:\n{done.stderr[-2000:]}")
    job.unlink()
    return Time(json.loads((out / spec.REPORT_FILE).read_text())["lag_ns"])


def fall_in_step() -> None:
    """Sleep to the next tenth of a second of the lab's clock.

    Each time that a program asks for moves a lab's clock a hair, and on one machine a program may ask once more than on
    another; from here on all are at the same moment again.
    """
    now = time.time_ns()
    time.sleep((-(-(now + 1) // STEP) * STEP - now) / NS_PER_S)


def start_time() -> int:
    """When traffic ordered now begins: a whole second of the lab's clock, ns since 1970."""
    return (time.time_ns() + int(PREPARE_SECONDS * NS_PER_S)) // NS_PER_S * NS_PER_S + NS_PER_S


def load(python: str, blueprint: Blueprint, seconds: float, seed: int, start: int, out: Path) -> dict[str, Any]:
    """Run the flows of `blueprint` for `seconds` from `start` on; samples go into the folder `out`.

    Returns what the traffic says of itself (its traffic.json); what it says of its progress goes to standard output.
    Raises EmulationError when it fails, or when no flow could be opened.
    """
    plan = out / "flows.json"
    plan.write_text(json.dumps(to_plain(blueprint)))
    job = out / "job.json"
    job.write_text(json.dumps({"blueprint": str(plan), "seconds": seconds, "seed": seed, "start": start,
                               "out": str(out)}))
    done = subprocess.run([python, "-m", "traffic.agent", str(job)], stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise EmulationError(f"the traffic failed with exit {done.returncode}:\n{done.stderr[-2000:]}")
    plan.unlink()
    job.unlink()
    summary: dict[str, Any] = json.loads((out / "traffic.json").read_text())
    return summary
