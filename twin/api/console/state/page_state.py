"""What a page shows of a live twin and what changes: the state at a moment, made from a view. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from twin.api.console.state.event_log import LogEntry, extended
from twin.core.records import to_plain
from twin.core.units import NS_PER_S
from twin.judge.live.view import View
from twin.judge.verdict import FlowFigures, SpanLoad, Verdict
from twin.model import FaultKind
from twin.plan.failures.degradation import degradation_figures

DIGITS = 4
"""Of figures: a page shows no more, and a figure that has not changed in them is not sent again."""
FORTH, BACK = "forth", "back"


@dataclass(frozen=True, slots=True)
class SpanState:
    """What a span carries one way, by class ("" where all share one queue). rates: bit/s. dropped: packets. backlog:
    bytes that wait. delay: ns that a byte of the class waits on average, by Little's law."""

    rates: dict[str, float]
    dropped: dict[str, int]
    backlog: dict[str, float] = field(default_factory=dict)
    delay: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target of a flow. value: absent where there is none; target and value in the unit of the metric."""

    outcome: str
    target: float
    lower: bool
    value: float | str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Whether the figures can be trusted, why not, and the latest timer, ns."""

    trusted: bool
    reasons: tuple[str, ...]
    lag: int


@dataclass(frozen=True, slots=True)
class PageState:
    """A twin as a page shows it, `at` ns since 1970. policy: that it is built by. broken: what is cut or degraded.
    degraded: of it what is not cut: rates in bit/s, ratios in ppm, times in ns, by the key that a description has for
    it. spans: those that carry anything, by name and direction. flows: figures of those that run, in base units, by
    flow and metric. targets: by flow and metric. log: what has changed, by number. ended: why there is no twin any
    more, "" while there is one."""

    at: int = 0
    seconds: float = 0.0
    fidelity: Fidelity = Fidelity(True, (), 0)
    policy: str = ""
    broken: tuple[str, ...] = ()
    degraded: dict[str, dict[str, float]] = field(default_factory=dict)
    spans: dict[str, dict[str, SpanState]] = field(default_factory=dict)
    flows: dict[str, dict[str, float]] = field(default_factory=dict)
    targets: dict[str, dict[str, TargetState]] = field(default_factory=dict)
    log: dict[str, LogEntry] = field(default_factory=dict)
    ended: str = ""


def next_state(before: PageState, seen: View, at: int, last: View | None = None) -> PageState:
    """The state after a view, its log longer by what has changed. at: ns since 1970. last: the view that `before` was
    made from: what both views share, the states share too."""
    certificate = seen.certificate
    same_flows = last is not None and seen.flows is last.flows
    same_verdicts = last is not None and seen.verdicts is last.verdicts
    now = PageState(
        at=seen.at, seconds=seen.seconds,
        fidelity=Fidelity(certificate.valid, certificate.reasons, certificate.timer_lag),
        policy=seen.blueprint.policy.name, broken=seen.broken,
        degraded={fault.name: degradation_figures(fault) for fault in seen.faults if fault.kind is FaultKind.DEGRADE},
        spans=_spans(seen),
        flows=before.flows if same_flows else {flow.flow: _figures(flow) for flow in seen.flows},
        targets=before.targets if same_verdicts else _targets(seen.verdicts))
    return replace(now, log=extended(before.log, before, now, at))


def plain_state(now: PageState, before: PageState, plain: dict[str, Any]) -> dict[str, Any]:
    """The state as plain values (twin.core.records), which it shares with those of the state before as far as the two
    states share theirs."""
    values = {field.name: (getattr(now, field.name), getattr(before, field.name)) for field in fields(PageState)}
    return {name: plain[name] if name in plain and ours is theirs else to_plain(ours)
            for name, (ours, theirs) in values.items()}


def ended(before: PageState, reason: str) -> PageState:
    """The state when the twin has ended."""
    return replace(before, ended=reason)


def _spans(seen: View) -> dict[str, dict[str, SpanState]]:
    spans: dict[str, dict[str, SpanState]] = {}
    for load in seen.loads:
        backlog = seen.backlogs.get((load.span, load.forth), {})
        spans.setdefault(load.span, {})[FORTH if load.forth else BACK] = _span(load, backlog)
    return spans


def _span(load: SpanLoad, backlog: dict[str, float]) -> SpanState:
    """J. D. C. Little: A proof for the queuing formula L = λW. Operations Research 9 (1961): W of the bytes of a class
    is what waits of it, over the rate at which it leaves."""
    delay = {name: _short(size * 8 * NS_PER_S / load.by_class[name]) for name, size in backlog.items()
             if load.by_class.get(name)}
    return SpanState(
        rates={name: _short(rate) for name, rate in load.by_class.items() if rate},
        dropped={name: number for name, number in load.dropped.items() if number},
        backlog={name: _short(size) for name, size in backlog.items()}, delay=delay)


def _figures(flow: FlowFigures) -> dict[str, float]:
    return {metric.value: _short(value) for metric, value in flow.values.items()}


def _targets(verdicts: Iterable[Verdict]) -> dict[str, dict[str, TargetState]]:
    targets: dict[str, dict[str, TargetState]] = {}
    for verdict in verdicts:
        value = "" if verdict.value is None else _short(verdict.value)
        targets.setdefault(verdict.flow, {})[verdict.metric.value] = TargetState(
            verdict.verdict.value, verdict.target, verdict.lower, value, verdict.reason)
    return targets


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
