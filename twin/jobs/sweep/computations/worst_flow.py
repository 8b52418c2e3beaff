"""Of the figures of many flows, the worst of each name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from twin.judge.sweep.results import Response
from twin.model import Metric, Network


def metrics_of(network: Network) -> Iterator[str]:
    """What responses of flows can be called: every metric of every workload."""
    yield from (f"{workload.name}.{metric.value}" for workload in network.workloads for metric in Metric)


def worst(responses: Iterable[tuple[str, Response]]) -> dict[str, Response]:
    """The worst response of each name: the one that uses up most of its target, where any has one."""
    kept: dict[str, Response] = {}
    for name, response in responses:
        if name not in kept or _badness(response) > _badness(kept[name]):
            kept[name] = response
    return kept


def _badness(response: Response) -> tuple[bool, float]:
    """What grows as a figure gets worse; without a value, by the bound on its worse side."""
    value = response.worst
    if value is None:
        return False, -inf
    if not response.target:
        return response.target is not None, value if response.lower else -value
    return True, value / response.target if response.lower else -value / response.target
