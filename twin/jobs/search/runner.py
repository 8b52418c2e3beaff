"""Runs many schedules on all cores, keeps the worst, and shrinks each failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context

from twin.jobs.search.draw import draw
from twin.jobs.search.schedule import Event, Schedule
from twin.jobs.search.shrink import shrink
from twin.jobs.search.simulate import Outcome, Simulation
from twin.plan.blueprint import Blueprint

WORST = 5
"""Schedules with the longest outages that are listed."""
FAILURES = 20
"""Failures that are shrunk; more say nothing new."""
BATCH = 8
"""Schedules that a process takes at a time."""

Show = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A schedule that violates an invariant, and the least one that does: its outcome."""

    seed: int
    events: int
    least: Outcome


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found. seeds: how many schedules ran, from `first`. failing: how many of them violate an invariant.
    failures: one for each invariant and least schedule. worst: the outcomes with the longest outages, longest first.
    """

    network: str
    first: int
    seeds: int
    events: int = 0
    reroutes: int = 0
    failing: int = 0
    failures: tuple[Failure, ...] = ()
    worst: tuple[Outcome, ...] = field(default=())

    @property
    def bound(self) -> float:
        """Where no schedule failed: with 95 % confidence, a schedule fails with a lower probability than this (Clopper
        and Pearson's bound, 1 - 0.05^(1/n))."""
        return float(1 - 0.05 ** (1 / self.seeds))


def search(blueprint: Blueprint, seeds: range, show: Show = lambda *_: None, jobs: int | None = None) -> SearchResult:
    """Run the schedules of the seeds in the simulated network, and shrink those that fail."""
    result = SearchResult(blueprint.name, seeds.start, 0)
    failing: list[Outcome] = []
    for outcome in _outcomes(blueprint, seeds, jobs or len(os.sched_getaffinity(0))):
        failing += [outcome] if outcome.violations else []
        worst = sorted((*result.worst, outcome), key=lambda each: (-each.longest_outage, each.schedule.seed))
        result = replace(
            result, seeds=result.seeds + 1, events=result.events + len(outcome.schedule.events),
            reroutes=result.reroutes + outcome.reroutes, failing=len(failing), worst=tuple(worst[:WORST]))
        show("schedules", result.seeds / len(seeds))
    return replace(result, failures=tuple(_shrunk(blueprint, failing, show)))


def _outcomes(blueprint: Blueprint, seeds: range, jobs: int) -> Iterator[Outcome]:
    """The outcomes in the order of the seeds."""
    if jobs == 1 or len(seeds) <= BATCH:
        simulation = Simulation(blueprint)
        yield from (simulation.run(draw(blueprint, seed)) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs, get_context("fork"), _prepare, (blueprint,)) as pool:
        yield from pool.map(_run_seed, seeds, chunksize=BATCH)


class _Prepared:
    """Of a process: the simulation that its schedules run in."""

    blueprint: Blueprint
    simulation: Simulation


def _prepare(blueprint: Blueprint) -> None:
    _Prepared.blueprint, _Prepared.simulation = blueprint, Simulation(blueprint)


def _run_seed(seed: int) -> Outcome:
    return _Prepared.simulation.run(draw(_Prepared.blueprint, seed))


def _shrunk(blueprint: Blueprint, failing: Sequence[Outcome], show: Show) -> Iterator[Failure]:
    """Each failure with its least schedule; those that come to the same events of the same kinds are told once."""
    simulation = Simulation(blueprint)
    known: set[tuple[str, tuple[str, ...]]] = set()
    for number, outcome in enumerate(failing[:FAILURES]):
        show("least schedules", number / min(len(failing), FAILURES))
        least = least_of(simulation, outcome)
        key = least.violations[0][0].invariant, tuple(event.kind for event in least.schedule.events)
        if key not in known:
            known.add(key)
            yield Failure(outcome.schedule.seed, len(outcome.schedule.events), least)


def least_of(simulation: Simulation, outcome: Outcome) -> Outcome:
    """The outcome of the least schedule that violates the same invariant as the first of this outcome."""
    invariant = outcome.violations[0][0].invariant
    seed = outcome.schedule.seed

    def fails(events: Sequence[Event]) -> bool:
        ended = simulation.run(Schedule(seed, tuple(events)))
        return any(violation.invariant == invariant for violation, _ in ended.violations)

    least = simulation.run(Schedule(seed, shrink(outcome.schedule.events, fails, simulation.ends)))
    ordered = sorted(least.violations, key=lambda seen: seen[0].invariant != invariant)
    return replace(least, violations=tuple(ordered))
