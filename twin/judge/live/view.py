"""What one sees of a live twin at a moment: whether it can be trusted, its spans, its flows, its targets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twin.core.units import NS_PER_S
from twin.judge.figures.span_load import span_backlogs, span_loads
from twin.judge.flow_figures import figures
from twin.judge.live.fidelity import Fidelity, Moment, fidelity
from twin.judge.live.sliding_window import SlidingWindow
from twin.judge.verdict import Certificate, FlowFigures, SpanLoad, Verdict
from twin.judge.verdicts.judge import flow_targets, judge
from twin.model import Metric, Network
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.queue_and_airtime_counters import QueueCounters


@dataclass(frozen=True, slots=True)
class Reading:
    """Counters of all queues at a moment, ns since 1970."""

    at: int
    queues: tuple[QueueCounters, ...]


Backlogs = dict[tuple[str, bool], dict[str, float]]
"""Bytes by span and way (forth or not), and class."""


@dataclass(frozen=True, slots=True)
class View:
    """A live twin at a moment, `at` ns since 1970. blueprint: what it is built by. faults: what is cut or degraded
    now. seconds: over which flows are seen. fidelity: whether the figures can be trusted. loads: of the spans that
    carry something, the fullest first. backlogs: what waits by span, way (forth or not) and class, in bytes on average
    over the time of the loads. queues: their counters. verdicts: of the flows that run; nothing is concluded while the
    figures are not trusted."""

    at: int
    blueprint: Blueprint
    faults: tuple[FaultPlan, ...]
    seconds: float
    fidelity: Fidelity
    loads: tuple[SpanLoad, ...]
    backlogs: Backlogs
    queues: tuple[QueueCounters, ...]
    flows: tuple[FlowFigures, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def broken(self) -> tuple[str, ...]:
        """The names of what is cut or degraded."""
        return tuple(sorted(fault.name for fault in self.faults))

    @property
    def certificate(self) -> Certificate:
        """What the verdicts go by."""
        return self.fidelity.certificate


def view(network: Network, blueprint: Blueprint, window: SlidingWindow, readings: Sequence[Reading], *,
         faults: tuple[FaultPlan, ...] = (), moments: Iterable[Moment] = ()) -> View:
    """What is seen of the flows in a sliding window, and of the spans from the first of some readings to the last.

    moments: what else is known of the seconds of the window.
    """
    samples, trust = window.flows(), fidelity(window, moments, readings[-1].at)
    judged = _judged(network, blueprint)
    measured = tuple(figures(flow, samples[flow.name], window.seconds, charted=False,
                             limits_of=judged.get(flow.name, ())) for flow in blueprint.flows if flow.name in samples)
    verdicts = judge(network, blueprint, measured, None, {}, trust.certificate)
    running = {figures_of.flow for figures_of in measured}
    return View(
        at=readings[-1].at, blueprint=blueprint, faults=faults, seconds=window.seconds, fidelity=trust,
        loads=loads(blueprint, readings), backlogs=backlogs(blueprint, readings), queues=readings[-1].queues,
        flows=measured,
        verdicts=tuple(verdict for verdict in verdicts if verdict.flow in running))


def _judged(network: Network, blueprint: Blueprint) -> dict[str, set[Metric]]:
    """The metrics of each flow that have a target: of others nobody sees limits."""
    judged: dict[str, set[Metric]] = {}
    for flow, metric, _ in flow_targets(network, blueprint):
        judged.setdefault(flow.name, set()).add(metric)
    return judged


def loads(blueprint: Blueprint, readings: Sequence[Reading]) -> tuple[SpanLoad, ...]:
    """The load of each span that carried something from the first reading to the last, the fullest first."""
    before, now = readings[0], readings[-1]
    if now.at <= before.at:
        return ()
    carried = span_loads(blueprint, before.queues, now.queues, (now.at - before.at) / NS_PER_S)
    return tuple(sorted((load for load in carried if sum(load.by_class.values())), key=share, reverse=True))


def backlogs(blueprint: Blueprint, readings: Sequence[Reading]) -> Backlogs:
    """What waited on each span, on average over the readings."""
    return span_backlogs(blueprint, [reading.queues for reading in readings])


def share(load: SpanLoad) -> float:
    """Which part of its rate a span carries."""
    return sum(load.by_class.values()) / load.capacity if load.capacity else 0.0
