"""How long a run must be for its measurement alone to show a target, known before it starts. Pure.

It is the least: packets that wait together count for fewer (twin.judge.statistics.confidence).
"""

from __future__ import annotations

from twin.core.units import NS_PER_S
from twin.judge.statistics.confidence import packets_needed
from twin.judge.statistics.inference import INFERENCES, cannot_be_shown
from twin.model import Metric, Sample
from twin.plan.blueprint import ConstantRate, Flow

NS_PER_HOUR = 3600 * NS_PER_S


def least_run(flow: Flow, metric: Metric, bound: float) -> float | None:
    """ns; bound in ns, ppm or events an hour. None where it is not known how many samples a run holds, where no run is
    long enough, and where their number does not matter."""
    if metric is Metric.LOSS_EVENTS:
        return packets_needed(1.0) / bound * NS_PER_HOUR if bound else None
    if not isinstance(flow.traffic, ConstantRate) or metric.row.sample is not Sample.PACKETS \
            or cannot_be_shown(metric, bound):
        return None
    return INFERENCES[metric.row.statistic].needed(metric, bound) * flow.traffic.interval or None
