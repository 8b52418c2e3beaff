"""The traffic as a process beside the emulation: starts it, and waits for its result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from traffic import agent
from twin.core.errors import EmulationError
from twin.core.parallel import child
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment.lab_program import map_ahead
from twin.plan.blueprint import Blueprint
from twin.plan.demand.call_admission import admissions
from twin.plan.trials.measurements import TrialPlan

STEP = NS_PER_S // 10
PREPARE_SECONDS = 5.0
"""Emulated seconds between the order to the traffic and its first packet: sockets are opened meanwhile."""


def try_out(blueprint: Blueprint, out: Path, trial: TrialPlan, seed: int) -> Time:
    """Carry out a trial on the network that stands; its report goes into `out`. The largest lateness of a timer.

    What it says of its progress goes to standard output. Raises EmulationError when it fails.
    """
    from traffic.trials import trial_runner  # which a run without trials would load for nothing
    with _traffic(lambda: trial_runner.carry_out(trial, blueprint, seed, out)) as lateness:
        return lateness()


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


@contextmanager
def load(blueprint: Blueprint, seconds: float, seed: int, start: int, out: Path) -> Iterator[Callable[[], Time]]:
    """Run the flows of `blueprint` beside the block for `seconds` from `start` on; samples go into the folder `out`.

    The block is given what waits for the end, and returns the largest lateness of a timer; what the traffic says of its
    progress goes to standard output. Raises EmulationError when it fails.
    """
    with _traffic(lambda: Time(agent.run(
            blueprint.flows, blueprint.hosts, start, seconds, seed, out, channels=blueprint.iptv_channels,
            gateway_mac=blueprint.gateway_mac, admissions=admissions(blueprint),
            control=blueprint.call_control)["lag_ns"])) as lateness:
        yield lateness


@contextmanager
def _traffic(work: Callable[[], Time]) -> Iterator[Callable[[], Time]]:
    """Let the traffic work in a process of its own; what fails there is an EmulationError."""
    with child(partial(_attempt, work)) as answer:
        yield partial(_heard, answer)


def _attempt(work: Callable[[], Time]) -> Time:
    """In the child, which has one thread and keeps what it allocates."""
    map_ahead()
    try:
        return work()
    except OSError as fault:
        raise EmulationError(f"the traffic could not be run: {fault}") from fault


def _heard(answer: Callable[[], Time]) -> Time:
    try:
        return answer()
    except EOFError as fault:
        raise EmulationError("the traffic ended without an answer: it was killed") from fault
