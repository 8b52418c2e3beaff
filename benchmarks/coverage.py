"""How often are verdicts wrong? `python -m benchmarks.coverage [DRAWS [SEEDS]]`.

Each target is set at what is true in the long run, so that "met" and "missed" are both wrong, and only chance decides
which a run is. Draws come from exact recursions of queues (benchmarks.support.queue_draws) at loads of 0.3 to 0.92, and
from the lab: ten lines of each kind, for thirty seconds, with so many seeds.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.support import queue_draws
from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.queue_draws import Draw
from twin.core.parallel import parallel_map
from twin.jobs.verify import RunOptions, verify
from twin.judge.statistics.confidence import conclude
from twin.judge.statistics.means import mean
from twin.judge.statistics.proportions import losses
from twin.judge.statistics.quantiles import largest, quantile
from twin.judge.verdict import Interval, Outcome
from twin.model.yaml import load

LOADS = (0.3, 0.5, 0.72, 0.85, 0.92)
DRAWS, SEEDS = 400, 30
SECONDS = 30.0
WRONG = 6.0
"""Per cent of verdicts that may be wrong, either way: 5 % are promised, and 400 draws tell it to within 1 %."""
FAR, NEAR = 0.999, 0.95
CHANNELS = 10
NETWORK = Path(__file__).resolve().parent / "networks" / "long-run-targets.yaml"


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of metric on a kind of samples at one load. truth: the target."""

    kind: str
    load: float
    draw: Callable[[random.Random], Draw]
    limits: Callable[[Draw], Interval]
    truth: float


@dataclass(frozen=True, slots=True)
class Wrong:
    """Verdicts of a cell, in per cent: falsely met, falsely missed."""

    met: float
    missed: float


def cells(rho: float) -> Iterator[Cell]:
    """All of one load."""
    for count in (400, 1000, 3400):
        yield Cell(f"mean delay of {count} packets", rho, partial(queue_draws.poisson, rho, count),
                   lambda draw: mean(draw.waits), queue_draws.mean_wait(rho))
    for probability, count in ((FAR, 1000), (FAR, 3400), (NEAR, 100), (NEAR, 400), (NEAR, 3400)):
        yield Cell(f"p{probability * 100:g} of {count} packets", rho, partial(queue_draws.poisson, rho, count),
                   partial(_quantile, probability), queue_draws.wait_quantile(rho, probability))
    yield Cell("largest of 3400 packets", rho, partial(queue_draws.poisson, rho, 3400), _largest,
               queue_draws.wait_quantile(rho, FAR))
    yield from _of_losses(rho)
    yield from _of_mixtures(rho)


def _of_losses(rho: float) -> Iterator[Cell]:
    for ratio in (0.01, 0.001):
        places = queue_draws.places_for(rho, ratio)
        yield Cell(f"loss of {ratio:.1%}, 3400 packets", rho, partial(queue_draws.short_buffer, rho, places, 3400),
                   lambda draw: losses(draw.lost, draw.waits), queue_draws.loss_ratio(rho, places))
    yield Cell("blocking of 1000 calls", rho, partial(queue_draws.trunk, rho, CHANNELS, 1000),
               lambda draw: losses(draw.lost, draw.waits), queue_draws.erlang_b(rho * CHANNELS, CHANNELS))


def _of_mixtures(rho: float) -> Iterator[Cell]:
    average, far = queue_draws.long_run(queue_draws.bursts, rho)
    yield Cell("mean delay of bursts", rho, partial(queue_draws.bursts, rho, 3400), lambda draw: mean(draw.waits),
               average)
    yield Cell("p99.9 of bursts", rho, partial(queue_draws.bursts, rho, 3400), partial(_quantile, FAR), far)
    average, far = queue_draws.long_run(queue_draws.call, rho)
    yield Cell("mean delay of calls", rho, partial(queue_draws.call, rho, 1500), lambda draw: mean(draw.waits), average)
    yield Cell("p99.9 of calls", rho, partial(queue_draws.call, rho, 1500), partial(_quantile, FAR), far)


def _quantile(probability: float, draw: Draw) -> Interval:
    return quantile(draw.waits, probability)


def _largest(draw: Draw) -> Interval:
    """That one packet exceeds a target says at once that the largest does: only what is met can be wrong."""
    limits = largest(draw.waits)
    return Interval(None, limits.high, limits.samples)


def wrong(cell: Cell, draws: int) -> Wrong:
    """Judge so many draws of a cell."""
    rng = random.Random(f"{cell.kind} {cell.load}")
    return _wrong([conclude(cell.limits(cell.draw(rng)), cell.truth, lower=True) for _ in range(draws)])


def _wrong(outcomes: Sequence[Outcome]) -> Wrong:
    return Wrong(*(100 * outcomes.count(kind) / len(outcomes) for kind in (Outcome.MET, Outcome.MISSED)))


def figures(draws: int = DRAWS, seeds: int = SEEDS) -> list[Figure]:
    """The worst load of each kind of metric; then the lab."""
    by_load = parallel_map(partial(_at, draws=draws), LOADS)
    rows = [_row(kind, {f"load {rho:g}": shares[kind] for rho, shares in zip(LOADS, by_load, strict=True)})
            for kind in by_load[0]]
    return rows + (in_lab(seeds) if seeds else [])


def _at(rho: float, draws: int) -> dict[str, Wrong]:
    return {cell.kind: wrong(cell, draws) for cell in cells(rho)}


def _row(kind: str, shares: Mapping[str, Wrong]) -> Figure:
    where, worst = max(shares.items(), key=lambda pair: max(pair[1].met, pair[1].missed))
    return at_most(f"{kind}: wrong verdicts", WRONG, max(worst.met, worst.missed), "%",
                   f"{where}: {worst.met:.1f} met, {worst.missed:.1f} missed")


def in_lab(seeds: int) -> list[Figure]:
    """The same of a network whose targets are at the long-run truth."""
    network, outcomes = load(NETWORK), dict[tuple[str, str], list[Outcome]]()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, seeds + 1):
            options = RunOptions(seconds=SECONDS, seed=seed, baseline=False)
            for verdict in verify(network, Path(folder) / str(seed), options).verdicts:
                outcomes.setdefault((verdict.workload, verdict.metric.value), []).append(verdict.verdict)
    return [_row(f"lab, {workload} {metric}", {f"{len(drawn)} draws": _wrong(drawn)})
            for (workload, metric), drawn in outcomes.items()]


if __name__ == "__main__":
    main(partial(figures, *map(int, sys.argv[1:])))
