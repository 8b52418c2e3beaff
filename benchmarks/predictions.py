"""Are predictions right, or silent? `python -m benchmarks.predictions [NETWORKS]`.

Random networks (benchmarks.support.random_networks) and our own descriptions are run once each, and every figure that
was measured is compared with what was predicted before the run. Each prediction that is wrong or says too little is
listed on standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.support import lab
from benchmarks.support.figure import Figure, at_least, at_most, main
from benchmarks.support.prediction_checks import PredictionCheck, offenders, prediction_checks
from benchmarks.support.random_networks import description
from twin.core.errors import TwinError
from twin.jobs.verify import RunOptions, conclude, context_of
from twin.judge.verdicts.feasibility import expectations
from twin.lab.host_paths import allowed_cores
from twin.model import Network
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import RunPlan, predict_paths

NETWORKS = 300
SECONDS = 20.0
SEED = 1
INSIDE, TWO_SIDED = 99.0, 90.0
"""Per cent: of predictions that are compared, those that contain the figure; of all, those that bound it both ways."""
LARGE = {"many_lines"}
"""Descriptions that take long to run and have nothing in them that others have not."""


@dataclass(frozen=True, slots=True)
class NetworkChecks:
    """What came of one network. refused: why its run says nothing, if it does not."""

    checks: tuple[PredictionCheck, ...]
    refused: tuple[str, ...] = ()


def figures(networks: int = NETWORKS) -> list[Figure]:
    """Run all networks, and compare."""
    return [*compared(f"{networks} random networks", [partial(drawn, seed) for seed in range(networks)]),
            *compared("our own descriptions", [partial(load, path) for path in own_descriptions()])]


def drawn(seed: int) -> Network:
    """The random network of that seed."""
    return read(description(seed), f"corpus-{seed}.yaml")


def own_descriptions() -> Iterator[Path]:
    """The descriptions of this repository."""
    for folder in (lab.TOPOLOGIES, lab.NETWORKS):
        yield from (path for path in sorted(folder.glob("*.yaml")) if path.stem not in LARGE)


def compared(name: str, sources: Sequence[Callable[[], Network]]) -> list[Figure]:
    """The figures of a set of networks; what to work on goes to standard error."""
    results = checked(sources)
    for result in results:
        for reason in result.refused:
            print(f"refused: {reason}", file=sys.stderr)
    checks = [check for result in results for check in result.checks]
    for offender in offenders(checks):
        print(offender, file=sys.stderr)
    return [at_most(f"{name}: runs that say nothing", 0, sum(bool(result.refused) for result in results), ""),
            *summary(name, checks)]


def summary(name: str, checks: Sequence[PredictionCheck]) -> list[Figure]:
    """How many predictions hold, are contradicted, say something, and are silent."""
    held = [check.agrees for check in checks if check.agrees is not None]
    several = [check.two_sided for check in checks]
    return [
        at_least(f"{name}: predictions that contain the figure", INSIDE, _percent(held), "%", _of(held)),
        at_most(f"{name}: met or infeasible before the run, contradicted by it", 0,
                sum(check.contradicted for check in checks), "", f"of {len(checks)}"),
        at_least(f"{name}: predictions that bound a figure from both sides", TWO_SIDED, _percent(several), "%",
                 _of(several)),
        at_most(f"{name}: others without a reason", 0, sum(check.silent for check in checks), ""),
    ]


def _percent(flags: Sequence[bool]) -> float:
    return 100 * sum(flags) / len(flags) if flags else 100.0


def _of(flags: Sequence[bool]) -> str:
    return f"{sum(flags)} of {len(flags)}"


def checked(sources: Sequence[Callable[[], Network]]) -> list[NetworkChecks]:
    """The checks of networks, as many at a time as there are cores."""
    with ThreadPoolExecutor(len(allowed_cores())) as pool:
        return list(pool.map(lambda source: network_checks(source()), sources))


def network_checks(network: Network, seed: int = SEED, seconds: float = SECONDS) -> NetworkChecks:
    """Run a network, and compare each figure with its prediction."""
    blueprint, wish = plan(network), RunOptions(seconds=seconds, seed=seed, baseline=False)
    predictions = expectations(blueprint, tuple(predict_paths(
        blueprint, flow_paths(blueprint), RunPlan(seed, seconds))))
    try:
        side = lab.run(blueprint, seconds, seed).side
    except TwinError as fault:
        return NetworkChecks((), (f"{network.name}: {type(fault).__name__}: {fault}",))
    run = conclude(network, [blueprint], [side], wish, context_of(network, wish, [side], datetime.now(UTC), 0.0))
    reasons = tuple(f"{network.name}: {reason}" for reason in run.qos.certificate.reasons)
    return NetworkChecks(() if reasons else tuple(prediction_checks(run, predictions)), reasons)


if __name__ == "__main__":
    main(partial(figures, *(int(count) for count in sys.argv[1:])))
