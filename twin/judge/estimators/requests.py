"""Estimators from those who ask and wait: pages, mails, look-ups, round trips, and calls that are dialled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean

from traffic.sample_files import Calls, Transactions
from twin.core.units import PPM
from twin.judge.estimators.sample_estimators import Estimate, SampleEstimators, quantile, ratio
from twin.judge.figures import call_setup, packet_metrics
from twin.judge.statistics import confidence
from twin.judge.verdict import Interval
from twin.model import Metric
from twin.plan.blueprint import Flow


@dataclass(frozen=True, slots=True)
class TransactionTimes:
    """times: ns that each transaction took; unanswered: of each, whether it came to nothing."""

    times: tuple[int, ...]
    unanswered: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class DialledCalls:
    """delays: ns from dialling to ringing; blocked, unanswered: of each call that is decided."""

    delays: tuple[int, ...]
    blocked: tuple[bool, ...]
    unanswered: tuple[bool, ...]


def _transactions(_flow: Flow, rows: Transactions, end: int) -> TransactionTimes:
    return TransactionTimes(packet_metrics.times(rows, end), packet_metrics.unanswered(rows))


def _dialled(_flow: Flow, calls: Calls, end: int) -> DialledCalls:
    return DialledCalls(tuple(delay for _, delay in call_setup.post_dial_delays(calls)), call_setup.blocked(calls),
                   call_setup.unanswered(calls, end))


def _time(metric: Metric) -> Callable[[TransactionTimes], Estimate]:
    return lambda view: quantile(metric, view.times)


def _answered(calls: DialledCalls) -> Estimate:
    """All that is left of those that were not answered, ppm."""
    failed = ratio(calls.unanswered)
    low, high = (None if end is None else PPM - end for end in (failed.interval.high, failed.interval.low))
    return Estimate(None if failed.value is None else PPM - failed.value, Interval(low, high, failed.interval.samples))


TRANSACTIONS = SampleEstimators(Transactions, _transactions, {
    **{metric: _time(metric) for metric in (Metric.PAGE_TIME, Metric.LOOKUP_TIME, Metric.TRANSFER_TIME,
                                            Metric.ROUND_TRIP)},
    Metric.LOSS: lambda view: ratio(view.unanswered) if view.unanswered else None,
})
DIALLING = SampleEstimators(Calls, _dialled, {
    Metric.POST_DIAL_DELAY: lambda calls: Estimate(fmean(calls.delays) if calls.delays else None,
                                                   confidence.mean(calls.delays)),
    Metric.BLOCKING: lambda calls: ratio(calls.blocked),
    Metric.ANSWERED: _answered,
})
