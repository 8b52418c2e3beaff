"""Pages on lines of their own: how long they take by handshakes, slow start and serialization, and as measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST, Samples, Transactions
from twin.core.units import NS_PER_MS
from twin.model import Discipline, Metric
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict.figures.by_flow import predict

SECONDS = 15.0
FAR, CLOSE = "far", 0.002
"""The lines on which nothing but round trips decides, and how near theory comes there with plain queues."""


def oracles() -> Iterator[Oracle]:
    """Median times of the same pages through plain queues, and through queues that are shared."""
    network = load(lab.TOPOLOGIES / "pages.yaml")
    shared = replace(network, classes=tuple(replace(service_class, discipline=Discipline.FQ_CODEL)
                                         for service_class in network.classes))
    blueprints = [plan(network), plan(shared)]
    for name, blueprint, side in zip(("fifo", "fq-codel"), blueprints, lab.side_by_side(blueprints, SECONDS),
                                     strict=True):
        predicted = predict(blueprint, flow_paths(blueprint))
        for flow in blueprint.flows:
            page = predicted[flow.name][Metric.PAGE_TIME]
            assert page.value is not None and page.tolerance is not None
            tolerance = CLOSE if name == "fifo" and flow.line_group.startswith(FAR) else page.tolerance
            yield Oracle(f"page, {flow.line_group}, {name}", page.by, page.value / NS_PER_MS,
                         median(times(side.samples[flow.name])), tolerance, "ms")


def times(samples: Samples) -> list[float]:
    """How long each page took that came to its end, ms."""
    assert isinstance(samples, Transactions)
    return [(ended - started) / NS_PER_MS for started, ended in zip(samples.started, samples.ended, strict=True)
            if ended != LOST]
