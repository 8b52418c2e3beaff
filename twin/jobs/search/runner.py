"""Runs many schedules on all cores, keeps the worst, and shrinks each failure."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Protocol

from twin.jobs.search.draw import draw
from twin.jobs.search.outcome import Margin, Outcome
from twin.jobs.search.schedule import Event, Schedule
from twin.jobs.search.shrink import shrink
from twin.jobs.search.simulate import Simulation
from twin.plan.blueprint import Blueprint

WORST = 5
"""Schedules with the longest outages that are listed."""
NEAREST = 3
"""Margins of each invariant that are listed."""
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
    labs: whether they ran in labs. margins: the least of each invariant, with their seeds, the least first. doubts: why
    a lab cannot be trusted, with its seed.
    """

    network: str
    first: int
    seeds: int
    events: int = 0
    reroutes: int = 0
    failing: int = 0
    failures: tuple[Failure, ...] = ()
    worst: tuple[Outcome, ...] = field(default=())
    labs: bool = False
    margins: tuple[tuple[int, Margin], ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()
    left_out: int = 0

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
        result = with_outcome(result, outcome)
        show("schedules", result.seeds / len(seeds))
    return replace(result, failures=tuple(_shrunk(blueprint, failing, show)))


def with_outcome(result: SearchResult, outcome: Outcome) -> SearchResult:
    """The result with one more schedule."""
    seed = outcome.schedule.seed
    worst = sorted((*result.worst, outcome), key=lambda each: (-each.longest_outage, each.schedule.seed))
    margins = (*result.margins, *((seed, margin) for margin in outcome.margins if margin.left >= 0))
    return replace(
        result, seeds=result.seeds + 1, events=result.events + len(outcome.schedule.events),
        reroutes=result.reroutes + outcome.reroutes, failing=result.failing + bool(outcome.violations),
        worst=tuple(worst[:WORST]), margins=tuple(_least_of_each(margins)), left_out=result.left_out + outcome.left_out,
        doubts=(*result.doubts, *((seed, doubt) for doubt in outcome.doubts)))


def _least_of_each(margins: Iterable[tuple[int, Margin]]) -> Iterator[tuple[int, Margin]]:
    """The NEAREST least margins of each invariant, the least first."""
    counted: Counter[str] = Counter()
    for seed, margin in sorted(margins, key=lambda entry: (entry[1].left, entry[0])):
        counted[margin.invariant] += 1
        if counted[margin.invariant] <= NEAREST:
            yield seed, margin


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
    """Each failure with its least schedule."""
    simulation = Simulation(blueprint)

    def least() -> Iterator[Outcome]:
        for number, outcome in enumerate(failing[:FAILURES]):
            show("least schedules", number / min(len(failing), FAILURES))
            yield least_of(simulation, outcome)

    return distinct_failures(failing, least())


def distinct_failures(failing: Iterable[Outcome], least: Iterable[Outcome]) -> Iterator[Failure]:
    """Each failure with its least schedule; those that come to the same events of the same kinds are told once."""
    known: set[tuple[str, tuple[str, ...]]] = set()
    for outcome, shrunk in zip(failing, least, strict=False):
        key = shrunk.violations[0][0].invariant, tuple(event.kind for event in shrunk.schedule.events)
        if key not in known:
            known.add(key)
            yield Failure(outcome.schedule.seed, len(outcome.schedule.events), shrunk)


class RunsSchedules(Protocol):
    """The simulated network, or labs."""

    @property
    def ends(self) -> Mapping[str, tuple[str, ...]]:
        """The switches beside each span between switches."""
        ...

    def run(self, schedule: Schedule) -> Outcome:
        """What a schedule leads to."""
        ...

    def violates(self, schedule: Schedule, invariant: str) -> bool:
        """Whether it violates an invariant."""
        ...


def least_of(runs: RunsSchedules, outcome: Outcome) -> Outcome:
    """The outcome of the least schedule that violates the same invariant as the first of this outcome."""
    violation, at = outcome.violations[0]
    invariant = violation.invariant

    def fails(events: Sequence[Event]) -> bool:
        return runs.violates(replace(outcome.schedule, events=tuple(events)), invariant)

    every = outcome.schedule.events
    before = tuple(event for event in every if event.at <= at)  # what came later has not led to it
    least = runs.run(replace(outcome.schedule, events=shrink(before if fails(before) else every, fails, runs.ends)))
    ordered = sorted(least.violations, key=lambda seen: seen[0].invariant != invariant)
    return replace(least, violations=tuple(ordered))
