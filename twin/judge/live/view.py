"""What one sees of a live twin at a moment: whether it can be trusted, its spans, its flows, its targets. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import NS_PER_S
from twin.judge.certificate.certificate import certify
from twin.judge.figures.span_load import span_loads
from twin.judge.flow_figures import figures
from twin.judge.live.sliding_window import SlidingWindow
from twin.judge.verdict import Certificate, FlowFigures, SpanLoad, Verdict
from twin.judge.verdicts.judge import judge
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.queue_and_airtime_counters import QueueCounters

UNCHECKED = ("times on the wall clock: a live twin is not calibrated",)
"""What the certificate of a live twin says of its figures."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Counters of all queues at a moment, ns since 1970."""

    at: int
    queues: tuple[QueueCounters, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A live twin at a moment. blueprint: what it is built by. broken: what is cut or degraded. seconds: over which
    flows are seen. loads: of the spans that carry something, the fullest first. verdicts: of the flows that run;
    nothing is concluded while the certificate is not valid."""

    blueprint: Blueprint
    broken: tuple[str, ...]
    seconds: float
    certificate: Certificate
    loads: tuple[SpanLoad, ...]
    flows: tuple[FlowFigures, ...]
    verdicts: tuple[Verdict, ...]


def view(network: Network, blueprint: Blueprint, window: SlidingWindow, before: Reading, now: Reading, *,
         broken: tuple[str, ...] = (), strays: int = 0) -> View:
    """What is seen of the flows in a sliding window, and of the spans between two readings.

    strays: packets that were lost outside the model within the window.
    """
    samples = window.flows()
    measured = tuple(figures(flow, samples[flow.name], window.seconds) for flow in blueprint.flows
                     if flow.name in samples)
    certificate = certify("wall", (), window.lateness, strays, unchecked=UNCHECKED)
    verdicts = judge(network, blueprint, measured, None, {}, certificate)
    running = {figures_of.flow for figures_of in measured}
    return View(
        blueprint=blueprint, broken=broken, seconds=window.seconds, certificate=certificate,
        loads=loads(blueprint, before, now), flows=measured,
        verdicts=tuple(verdict for verdict in verdicts if verdict.flow in running))


def loads(blueprint: Blueprint, before: Reading, now: Reading) -> tuple[SpanLoad, ...]:
    """The load of each span that carried something between two readings, the fullest first."""
    if now.at <= before.at:
        return ()
    carried = span_loads(blueprint, before.queues, now.queues, (now.at - before.at) / NS_PER_S)
    return tuple(sorted((load for load in carried if sum(load.by_class.values())), key=share, reverse=True))


def share(load: SpanLoad) -> float:
    """Which part of its rate a span carries."""
    return sum(load.by_class.values()) / load.capacity if load.capacity else 0.0
