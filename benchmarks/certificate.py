"""Does the certificate refuse what is broken, and nothing else? `python -m benchmarks.certificate [NETWORKS]`.

Random networks (benchmarks.support.random_networks) are run for a few seconds each, sound at first, then with a fault
of the emulation planted into a few of them (benchmarks.support.planted_faults).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lying_instruments import LIARS
from benchmarks.support.planted_faults import ASKED, BECOMES
from benchmarks.support.random_networks import description
from twin.core.errors import TwinError
from twin.jobs.experiment.on_host import Side, measure
from twin.jobs.experiment.spec import Order
from twin.jobs.verify import RunOptions, conclude, context_of, quiet
from twin.judge.verdict import Certificate
from twin.lab import GUEST_PYTHON, VIRTUAL, Job, Lab, LabResult
from twin.lab.host_paths import allowed_cores
from twin.model import Network
from twin.model.yaml import read
from twin.plan import plan

NETWORKS = 300
SECONDS = 2.0
SOUND = 10
"""The network of the corpus into which faults are planted."""
FAULTS = (*ASKED, *BECOMES)
HERE = Path(__file__).resolve().parent


def figures(networks: int = NETWORKS) -> list[Figure]:
    """Run sound networks, and count those that are refused; plant faults, and count those that are found."""
    refused = _refused("corpus", range(networks), side_by_side([partial(reasons, seed) for seed in range(networks)]))
    outcomes = side_by_side([partial(planted, fault) for fault in FAULTS])
    network = read(description(SOUND), f"corpus-{SOUND}.yaml")
    side = run(network, SOUND)
    outcomes += [lied(lie, network, side) for lie in LIARS]
    missed = [fault for fault, why in zip((*FAULTS, *LIARS), outcomes, strict=True) if not why]
    return [at_most(f"of {networks} sound networks, refused", 0, len(refused), ""),
            at_most(f"of {len(outcomes)} kinds of planted faults, believed", 0, len(missed), "", ", ".join(missed))]


def _refused(what: str, names: Iterable[object], outcomes: Iterable[tuple[str, ...]]) -> list[object]:
    """Those that were refused, each with its reasons on standard error."""
    refused = [(name, why) for name, why in zip(names, outcomes, strict=True) if why]
    for name, why in refused:
        print(f"{what} {name}: {'; '.join(why)}", file=sys.stderr)
    return [name for name, _ in refused]


def planted(fault: str, seed: int = SOUND) -> tuple[str, ...]:
    """Why a run of that network with a fault planted into its emulation is refused; nothing where it is believed."""
    network = read(description(seed), f"corpus-{seed}.yaml")
    try:
        return certificate_reasons(network, run(network, seed, Planting(fault)), seed)
    except TwinError as error:
        return (f"{type(error).__name__}: {error}",)


def lied(lie: str, network: Network, side: Side, seed: int = SOUND) -> tuple[str, ...]:
    """Why a sound run is refused once an instrument has lied; nothing where it is believed."""
    return certificate_reasons(network, LIARS[lie](side), seed)


@dataclass(frozen=True, slots=True)
class Planting:
    """The virtual lab, with a fault planted into what it runs."""

    fault: str

    @property
    def name(self) -> str:
        """As it is."""
        return VIRTUAL.name

    def __getattr__(self, name: str) -> Any:
        return getattr(VIRTUAL, name)

    def run_all(self, jobs: Sequence[Job], *, on_line: Callable[[int, str], None]) -> tuple[LabResult, ...]:
        """Run jobs, each with the fault."""
        argv = (GUEST_PYTHON, "-m", "benchmarks.support.planted_faults", self.fault)
        return VIRTUAL.run_all([replace(job, argv=argv, packages=HERE.parent) for job in jobs], on_line=on_line)


def reasons(seed: int) -> tuple[str, ...]:
    """Why the certificate of a sound run of that network does not hold; nothing where it does."""
    network = read(description(seed), f"corpus-{seed}.yaml")
    try:
        return certificate_reasons(network, run(network, seed), seed)
    except TwinError as fault:
        return (f"{type(fault).__name__}: {fault}",)


def run(network: Network, seed: int, lab: Lab = VIRTUAL) -> Side:
    """One side of a short run; nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="metro-twin-") as folder:
        (side,) = measure(lab, [(plan(network), Path(folder))], Order(SECONDS, seed), quiet)
        return side


def certificate_of(network: Network, seed: int) -> Certificate:
    """The certificate of a short run."""
    return _certificate(network, run(network, seed), seed)


def certificate_reasons(network: Network, side: Side, seed: int) -> tuple[str, ...]:
    """Why the certificate of what was measured does not hold; nothing where it does."""
    return _certificate(network, side, seed).reasons


def _certificate(network: Network, side: Side, seed: int) -> Certificate:
    wish = RunOptions(seconds=SECONDS, seed=seed, baseline=False)
    context = context_of(network, wish, [side], datetime(2003, 6, 1, tzinfo=UTC), 0.0)
    return conclude(network, [plan(network)], [side], wish, context).qos.certificate


def side_by_side(works: Sequence[Callable[[], tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """The results of works, as many at a time as there are cores."""
    with ThreadPoolExecutor(len(allowed_cores())) as pool:
        return list(pool.map(lambda work: work(), works))


if __name__ == "__main__":
    main(figures)
