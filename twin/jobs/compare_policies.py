"""Policies compared, end to end: the same network and seed under each, two labs at a time, and one report of all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twin.core.errors import UsageError
from twin.jobs.experiment.on_host import OnProgress, Side, measure, require_memory
from twin.jobs.experiment.spec import Order
from twin.jobs.result_folder import new_results
from twin.jobs.verify import RunOptions, conclude, context_of, quiet
from twin.judge.certificate.certificate import VIRTUAL
from twin.lab import allowed_cores, lab_named
from twin.lab.boundary import host_inputs
from twin.model import Network, Policy
from twin.model.yaml import load
from twin.plan import known_policies, plan
from twin.plan.blueprint import Blueprint
from twin.plan.qos.policies import policy_named
from twin.report.files.manifest import Results
from twin.report.files.run_folder import store, store_policies
from twin.report.language.words import Words
from twin.report.policy_comparison import PolicyComparison, compare

DEFAULTS = RunOptions()


def compare_policies(file: Path | Network, out: Path, names: Sequence[str] = (), options: RunOptions = DEFAULTS,
                     on_progress: OnProgress = quiet, *, force: bool = False) -> PolicyComparison:
    """Measure a network under each policy of `names` (default: all that it knows), without a baseline.

    Leaves a run in a folder for each policy in `out`, and the comparison in `out`. force: replace what `out` holds.
    Raises what `verify` raises, UsageError for a name that is unknown or stands twice; a policy that does not fit the
    network is a TopologyError before anything starts.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    network = file if isinstance(file, Network) else load(file)
    require_memory(network, options.lab)
    policies = _chosen_policies(network, names)
    blueprints = [plan(network, policy) for policy in policies]
    out, words = out.resolve(), Words(options.language)
    with new_results(out, Results.POLICIES, force=force) as aside:
        folders = [aside / policy.name for policy in policies]
        inputs = host_inputs.gather()
        sides = _measure_all(blueprints, folders, options, on_progress)
        on_progress("judge", None)
        runs = []
        for blueprint, side, folder in zip(blueprints, sides, folders, strict=True):
            context = replace(context_of(network, options, [side], started, time.monotonic() - began),
                              inputs=inputs.result())
            runs.append(conclude(network, [blueprint], [side], options, context))
            store(runs[-1], folder, words)
        comparison = compare(runs)
        store_policies(comparison, aside, words)
    return comparison


def _chosen_policies(network: Network, names: Sequence[str]) -> list[Policy]:
    repeated = [name for name in names if names.count(name) > 1]
    if repeated:
        raise UsageError(f'the policy "{repeated[0]}" is named twice')
    return [policy_named(network, name) for name in names] or list(known_policies(network).values())


def _measure_all(blueprints: Sequence[Blueprint], folders: Sequence[Path], options: RunOptions, on_progress: OnProgress
              ) -> list[Side]:
    """As many labs side by side as there are cores, until all are measured."""
    lab, order = lab_named(options.lab), Order(options.seconds, options.seed, options.lab == VIRTUAL)
    pairs, cores = list(zip(blueprints, folders, strict=True)), len(allowed_cores())
    sides: list[Side] = []
    for first in range(0, len(pairs), cores):
        def share(phase: str, part: float | None, done: int = first) -> None:
            last = min(done + cores, len(pairs))
            those = str(last) if last == done + 1 else f"{done + 1} to {last}"
            share_done = (done + (part or 0.0) * (last - done)) / len(pairs)
            on_progress(f"policies {those} of {len(pairs)}: {phase}", share_done)

        sides += measure(lab, pairs[first:first + cores], order, share)
    return sides
