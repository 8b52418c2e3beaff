"""Policies compared, end to end: the same network and seed under each, two labs at a time, and one report of all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from twin.lab import alone, free_cores, lab_named
from twin.load import load
from twin.measure.orders import Order
from twin.measure.sides import OnProgress, Side, measure
from twin.model import Network, Policy
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.report.rivals import Contest, contest
from twin.report.store import store, store_contest
from twin.verification import Wish, conclude, context_of, quiet
from twin.verify.fidelity import VIRTUAL


def compare(file: Path | Network, out: Path, policies: Sequence[Policy], wish: Wish,
            on_progress: OnProgress = quiet) -> Contest:
    """Measure a network under each policy; a run each in a folder of its name in `out`, and the comparison in `out`.

    Raises what `verify` raises; a policy that does not fit the network is a TopologyError before anything starts.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    network = file if isinstance(file, Network) else load(file)
    blueprints = [plan(network, policy) for policy in policies]
    out = out.resolve()
    folders = [out / policy.name for policy in policies]
    with alone(out):
        sides = _measured(blueprints, folders, wish, on_progress)
        on_progress("judge", None)
        runs = []
        for blueprint, side, folder in zip(blueprints, sides, folders, strict=True):
            context = context_of(network, wish, [side], started, time.monotonic() - began)
            runs.append(conclude(network, [blueprint], [side], wish, context))
            store(runs[-1], folder)
        made = contest(runs)
        store_contest(made, out)
    return made


def _measured(blueprints: Sequence[Blueprint], folders: Sequence[Path], wish: Wish, on_progress: OnProgress
              ) -> list[Side]:
    """As many labs side by side as there are cores, until all are measured."""
    lab, order = lab_named(wish.lab), Order(wish.seconds, wish.seed, wish.lab == VIRTUAL)
    pairs, cores = list(zip(blueprints, folders, strict=True)), len(free_cores())
    sides: list[Side] = []
    for first in range(0, len(pairs), cores):
        def share(phase: str, part: float | None, done: int = first) -> None:
            on_progress(phase, None if part is None else (done + part * min(cores, len(pairs) - done)) / len(pairs))

        sides += measure(lab, pairs[first:first + cores], order, share)
    return sides
