"""Estimators from those who ask and wait: pages, mails, look-ups, round trips, and calls that are dialled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from traffic.sample_files import Calls, Transactions
from twin.core.units import PPM
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, mean, quantile, ratio
from twin.judge.figures import call_setup, packet_metrics
from twin.judge.verdict import Interval
from twin.model import Metric
from twin.plan.blueprint import Flow


@dataclass(frozen=True, slots=True)
class TransactionTimes:
    """times: ns that each transaction took; unanswered: of each that is decided, whether it came to nothing, with the
    ns that it took."""

    times: tuple[int, ...]
    unanswered: tuple[tuple[bool, int], ...]


@dataclass(frozen=True, slots=True)
class DialledCalls:
    """delays: ns from dialling to ringing; blocked, unanswered: of each call of which that is decided, with the
    number of calls that held a channel when it was dialled."""

    delays: tuple[int, ...]
    blocked: tuple[tuple[bool, int], ...]
    unanswered: tuple[tuple[bool, int], ...]


def _transactions(_flow: Flow, rows: Transactions, end: int) -> TransactionTimes:
    unanswered = packet_metrics.unanswered(rows)
    waits = (ended - started for started, ended in zip(rows.started, rows.ended, strict=True))
    return TransactionTimes(packet_metrics.times(rows, end),
                            tuple((lost, 0 if lost else wait) for lost, wait in zip(unanswered, waits, strict=False)))


def _dialled(_flow: Flow, calls: Calls, end: int) -> DialledCalls:
    ongoing = call_setup.ongoing(calls)

    def beside(flags: Sequence[bool], places: Sequence[int]) -> tuple[tuple[bool, int], ...]:
        return tuple((flag, ongoing[place]) for flag, place in zip(flags, places, strict=True))

    return DialledCalls(tuple(delay for _, delay in call_setup.post_dial_delays(calls)),
                        beside(call_setup.blocked(calls), call_setup.decided(calls)),
                        beside(call_setup.unanswered(calls, end), call_setup.over(calls, end)))


def _ratio(rows: Sequence[tuple[bool, int]]) -> Estimate:
    """Of flags, each with what shows how they cluster."""
    return ratio(tuple(flag for flag, _ in rows), tuple(load for _, load in rows))


def _time(metric: Metric) -> Callable[[TransactionTimes], Estimate]:
    return lambda view: quantile(metric, view.times)


def _answered(calls: DialledCalls) -> Estimate:
    """All that is left of those that were not answered, ppm."""
    failed = _ratio(calls.unanswered)

    def limits() -> Interval:
        of_failed = failed.limits()
        low, high = (None if end is None else PPM - end for end in (of_failed.high, of_failed.low))
        return replace(of_failed, low=low, high=high)

    return Estimate(None if failed.value is None else PPM - failed.value, limits)


TRANSACTIONS = SampleEstimators(Transactions, _transactions, {
    **{metric: _time(metric) for metric in (Metric.PAGE_TIME, Metric.LOOKUP_TIME, Metric.TRANSFER_TIME,
                                            Metric.ROUND_TRIP)},
    Metric.LOSS: lambda view: _ratio(view.unanswered) if view.unanswered else None,
})
DIALLING = SampleEstimators(Calls, _dialled, {
    Metric.POST_DIAL_DELAY: lambda calls: mean(calls.delays),
    Metric.BLOCKING: lambda calls: _ratio(calls.blocked),
    Metric.ANSWERED: _answered,
})
