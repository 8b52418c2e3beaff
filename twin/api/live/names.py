"""The names that may stand on the command line: of twins, and of what is in one, up or saved, or in a description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from twin.api.live.live_twin import attach, running_twins
from twin.api.live.logs import log_files
from twin.api.live.start import saved_twin
from twin.core.errors import UsageError
from twin.jobs.live.load_selection import ALL, names_of
from twin.model import Distribution, Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.qos.policies import known_policies

__all__ = ["NAME_KINDS", "names"]

DESCRIPTIONS = (".yaml", ".yml")
"""How files of descriptions end."""
NAME_KINDS = ("twin", "span", "node", "place", "line", "load", "profile", "policy", "class", "trial", "distribution",
              "log")
"""What can be named. place: a span or node. line: also a line group. load: what `twin load` takes, save for flows."""


def names(kind: str, twin: str | None = None) -> tuple[str, ...]:
    """All names of a kind, sorted. twin: the name of one that is up, the file of one that was saved, or a description;
    None: the only one that is up. Raises UsageError where there is no such kind or twin, TopologyError where the
    description is wrong."""
    if kind not in NAME_KINDS:
        raise UsageError(f'nothing is called a "{kind}"; kinds of names: {", ".join(NAME_KINDS)}')
    if kind == "twin":
        return running_twins()
    if kind == "distribution":
        return tuple(sorted(distribution.value for distribution in Distribution))
    if twin is None or twin in running_twins():
        with attach(twin) as attached:
            names_in = log_files(attached) if kind == "log" else _of(kind, attached.network(), attached.blueprint())
    else:
        network = load(twin) if Path(twin).suffix in DESCRIPTIONS else saved_twin(twin).described()
        names_in = () if kind == "log" else _of(kind, network, plan(network))
    return tuple(sorted({*names_in}))


def _of(kind: str, network: Network, blueprint: Blueprint) -> Iterable[str]:
    spans = tuple(span.name for span in blueprint.spans)
    nodes = (*(host.name for host in blueprint.hosts), *(switch.name for switch in blueprint.switches))
    groups = (*(group.name for group in network.lines), *(flow.line for flow in blueprint.flows))
    meant = chain.from_iterable(names_of(flow)[1:] for flow in blueprint.flows)
    known: Mapping[str, Iterable[str]] = {
        "span": spans, "node": nodes, "place": (*spans, *nodes), "line": groups,
        "load": (ALL, *(workload.name for workload in network.workloads), *meant),
        "profile": (profile.name for profile in network.profiles), "policy": known_policies(network),
        "class": (known.name for known in network.classes), "trial": (trial.name for trial in network.trials)}
    return known[kind]
