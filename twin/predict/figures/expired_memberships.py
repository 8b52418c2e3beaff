"""Loss of IPTV channels without a querier: who is not asked does not report, and the channel stops (RFC 4541, 2.1.1).
"""

from __future__ import annotations

from twin.core.units import NS_PER_S, PPM, show_time
from twin.model import Querier
from twin.plan.blueprint import IptvViewing
from twin.predict.delay.channel_change import JOIN
from twin.predict.path_prediction import PathPrediction
from twin.predict.prediction import Prediction

SECOND_REPORT = 10 * NS_PER_S
"""Within which a host repeats the report of a join (RFC 2236, 8.10)."""
UNCOUNTED = NS_PER_S
"""What was sent in the last second of a visit and never came does not count (twin.judge.figures.channel_change)."""
LATE = 100_000_000
"""ns from a report until the channel comes, and from its expiry until it stops, save for switch and controller."""


def expiring(path: PathPrediction) -> Prediction | None:
    """The loss of who watches until the membership expires; None where there is a querier, or nothing expires.

    A visit that ends before has no value either: it does not show what a longer one would lose.
    """
    zap, viewing = path.zapping, path.flow.traffic
    if zap is None or zap.multicast.querier is not Querier.NONE or not isinstance(viewing, IptvViewing):
        return None
    visit, lasting = _visit(path, viewing), zap.multicast.membership_interval
    if viewing.zap and visit <= lasting:
        return None
    by = f"no querier: a channel stops {show_time(lasting)} after the last report"
    begin = JOIN[1] + 2 * (zap.multicast.switch + zap.multicast.controller) + LATE
    if zap.beside or visit <= lasting + begin:
        return Prediction(None, 0.0, by=by)
    least = max(0.0, visit - UNCOUNTED - lasting - SECOND_REPORT - begin) / visit
    return Prediction(None, least * PPM, (visit - lasting) / (visit - begin) * PPM, by=by)


def _visit(path: PathPrediction, viewing: IptvViewing) -> float:
    """For how long one channel is watched, ns."""
    return viewing.zap or path.sent / (path.offered or 1.0) * NS_PER_S - path.flow.start
