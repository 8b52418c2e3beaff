"""The search for the bad day: `python -m benchmarks.search [PART]`; without PART all: mutants, replays, clean.

    mutants   every planted fault of the controller is found, and shrunk to three events at most; a schedule that fails
              is run to its first violation, in which the others of its fault are no news
    replays   a schedule run 1,000 times has one outcome
    clean     no schedule of today's controller violates an invariant, on three networks; schedules a minute
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from benchmarks.support.controller_mutants import MUTANTS, planted
from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import TOPOLOGIES
from twin import api
from twin.jobs.search.draw import draw
from twin.jobs.search.outcome import Outcome
from twin.jobs.search.runner import least_of, search
from twin.jobs.search.simulate import Simulation

RING = Path(__file__).parents[1] / "tests" / "jobs" / "search" / "ring.yaml"
SCHEDULES = 400
"""Schedules that a fault may survive."""
EVENTS = 3
SHRUNK = 12
"""Failing schedules that are shrunk at most, until one is small enough."""
REPLAYS, EACH, SEED = 1000, 50, 7
"""Replays in all and of each simulation, and the seed of their schedule, of 23 events."""
CLEAN = {RING: 2000, TOPOLOGIES / "minimal.yaml": 4000, TOPOLOGIES / "castres-mazamet.yaml": 2000}


@cache
def blueprint(file: Path) -> api.Blueprint:
    """The plan of a description."""
    return api.plan(api.load(file))


def mutants() -> list[Figure]:
    """Each fault with the first seed that finds it."""
    with ProcessPoolExecutor(_cores(), get_context("fork")) as pool:
        results = list(pool.map(_first_failure, MUTANTS))
    rows = [Figure(f"a controller that {name}", f"found, at most {EVENTS} events", outcome, holds)
            for name, (outcome, holds) in zip(MUTANTS, results, strict=True)]
    lost = sum("not found" in outcome for outcome, _ in results)
    return [at_most(f"faults not found, of {len(MUTANTS)}", 0, lost, ""), *rows]


def _first_failure(name: str) -> tuple[str, bool]:
    """In words, and whether it was found and shrunk: the least of the first schedules that fail."""
    with planted(MUTANTS[name]):
        least = _least_failure(Simulation(blueprint(RING)))
    if least is None:
        return f"not found by {SCHEDULES} schedules", False
    events = least.schedule.events
    return f"seed {least.schedule.seed}: {len(events)} ({', '.join(event.kind for event in events)})", \
        len(events) <= EVENTS


def _least_failure(simulation: Simulation) -> Outcome | None:
    """Of the first schedules that fail the least, or the first that is small enough; None where none fails."""
    outcomes = (simulation.run(draw(blueprint(RING), seed), lambda _: True) for seed in range(SCHEDULES))
    shrunk: list[Outcome] = []
    for outcome in islice((outcome for outcome in outcomes if outcome.violations), SHRUNK):
        shrunk.append(least_of(simulation, outcome))
        if len(shrunk[-1].schedule.events) <= EVENTS:
            break
    return min(shrunk, key=lambda least: len(least.schedule.events), default=None)


def replays() -> list[Figure]:
    """The outcomes of one schedule after the other, all seeds of which come again."""
    with ProcessPoolExecutor(_cores(), get_context("fork")) as pool:
        outcomes = {outcome for several in pool.map(_outcomes, [SEED] * (REPLAYS // EACH)) for outcome in several}
    return [at_most(f"different outcomes of {REPLAYS} replays, less one", 0, len(outcomes) - 1, "")]


def _outcomes(seed: int) -> list[str]:
    """What so many replays led to, all but the first of which know what those before them have looked up."""
    simulation, schedule = Simulation(blueprint(RING)), draw(blueprint(RING), seed)
    return [repr(simulation.run(schedule)) for _ in range(EACH)]


def clean() -> list[Figure]:
    """Schedules that fail on each network, and how many run in a minute."""
    return [_clean(file, count) for file, count in CLEAN.items()]


def _clean(file: Path, count: int) -> Figure:
    planned = blueprint(file)
    began = time.monotonic()
    result = search(planned, range(count))
    a_minute = round(60 * count / (time.monotonic() - began))
    return at_most(f"{result.network}: of {count} schedules, {result.events} events, violate an invariant", 0,
                   result.failing, "", f"p < {result.bound:.2g} at 95 %; {a_minute} a minute")


def _cores() -> int:
    return len(os.sched_getaffinity(0))


PARTS: Mapping[str, Callable[[], Sequence[Figure]]] = {"mutants": mutants, "replays": replays, "clean": clean}


def figures(*names: str) -> list[Figure]:
    """The figures of these parts, or of all."""
    return [figure for name in names or PARTS for figure in PARTS[name]()]


if __name__ == "__main__":
    main(lambda: figures(*sys.argv[1:]))
