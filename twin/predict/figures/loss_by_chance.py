"""Loss where chance decides: media that lose packets, frames that contend for the air, queues that seldom overflow.

A run has few packets, so that even a known chance of loss gives a range; what overflows together counts as one event.
"""

from __future__ import annotations

from math import hypot, sqrt

from twin.core.units import NS_PER_S, PPM
from twin.plan.blueprint import LinkDirection
from twin.predict.path_prediction import PathPrediction
from twin.predict.prediction import Prediction
from twin.predict.radio.station_pace import OFTEN, USUALLY
from twin.predict.theory.chance import least, most

CHANCE = 1e-4
"""Of more losses, or of fewer, than the range allows."""
CLUSTER = 4
"""Packets that are lost, or late, together."""
DEVIATIONS = 2.0
"""Standard deviations by which a loss ratio may differ beyond the confidence interval of a run."""


def loss_tolerance(lost: float, sent: float) -> float:
    """The part by which a loss ratio (0 to 1) may differ by chance, of so many packets."""
    return DEVIATIONS * sqrt((1 - lost) / (lost * sent)) if lost and sent else 0.0


def media_loss_tolerance(path: PathPrediction, frame: int, lost: float) -> float:
    """The same of what the media lose of frames of so many bytes: one by one, and in bursts, of which a run has few."""
    if not lost or not path.sent:
        return 0.0
    bursts = sum(_burst_variance(medium, frame, path) for medium in path.carriers)
    return hypot(loss_tolerance(lost, path.sent), DEVIATIONS * sqrt(bursts) / lost)


def most_lost(path: PathPrediction, lost: float) -> float | None:
    """What media that lose packets one by one lose in a run at the most, ppm, but by a small chance; None where they
    lose nothing."""
    if not lost or not path.sent:
        return None
    return PPM * min(1.0, max(1.0, most(path.sent * lost, CHANCE)) / path.sent)


def _burst_variance(medium: LinkDirection, frame: int, path: PathPrediction) -> float:
    """Of the loss ratio of a run, beyond what it would be did chance decide anew for each packet: of impulse noise, and
    of the Gilbert-Elliott model, whose states are correlated by (1 - begin - end) from each packet to the next."""
    variance, noise, bursts = 0.0, medium.impulse_noise, medium.impairments.loss_bursts
    if noise is not None:
        passing = medium.serialization(frame)
        variance += (noise.variation(passing, path.seconds * NS_PER_S) * noise.loss_probability(passing))**2
    if bursts is not None:
        same, stays = bursts.bad * (1 - bursts.bad) * (bursts.loss / PPM)**2, 1 - (bursts.begin + bursts.end) / PPM
        variance += same * min(1.0, 2 * stays / (1 - stays) / path.sent) if stays > 0 else 0.0
    return variance


def loss_by_chance(path: PathPrediction, carried: float) -> Prediction | None:
    """Loss on a path on which no queue overflows but by chance; else None. carried: the part that the media carry."""
    kept, arrived, together = carried, carried, 0.0
    for hop in path.hop_delays:
        if hop.wait.loss_bound is None:
            return None
        kept *= 1 - (hop.wait.lost or 0.0)
        arrived *= 1 - hop.wait.least_lost
        together += 0.0 if hop.wait.lossless else hop.wait.overflow
    air = any(hop.wait.contended for hop in path.hop_delays)
    value, low, high = _range(path.sent, 1 - arrived, 1 - kept, together)
    return None if high >= PPM else Prediction(
        value, low, high, by="retry limit of IEEE 802.11, and what seldom overflows" if air
        else "loss of the media, and what seldom overflows (Markov)")


def _range(sent: float, low: float, high: float, together: float) -> tuple[float | None, float, float]:
    """Value, least and most, ppm, of so many packets. together: the chance of a packet to be among those that
    are lost together."""
    lost = most(sent * high, CHANCE) + CLUSTER * (most(sent * together / CLUSTER, CHANCE) if together else 0.0)
    bounds = PPM * least(sent * low, CHANCE) / sent, PPM * min(1.0, lost / sent)
    return (0.0 if bounds == (0, 0) else None, *bounds)


def _late(path: PathPrediction, chance: float, by: str) -> Prediction:
    return Prediction(*_range(path.sent, 0.0, 0.0, chance), by=by)


def _late_on_air(path: PathPrediction, buffer: float) -> float:
    """The chance that a packet is later than a buffer allows: on contended air, each hop of which has its part of what
    other spans leave of it, but seldom."""
    tails = [hop.wait.tail for hop in path.hop_delays if hop.wait.tail is not None]
    others = [hop.wait.percentile_bound for hop in path.hop_delays if hop.wait.tail is None]
    left = buffer - path.arp - sum(wait for wait in others if wait is not None)
    if not tails or None in others or left <= 0:
        return 1.0
    return min(1.0, sum(tail.exceeds(left / len(tails)) for tail in tails) + USUALLY * len(others))


def late_packets(path: PathPrediction, buffer: float) -> Prediction | None:
    """Packets that a playout buffer (ns) discards, as far as theory knows; else None."""
    for name, chance in (("bound", 0.0), ("percentile_bound", USUALLY), ("often_bound", OFTEN)):
        waits = [getattr(hop.wait, name) for hop in path.hop_delays]
        if None not in waits and sum(waits) + path.arp <= buffer:
            uncertain = sum(wait != hop.wait.bound for wait, hop in zip(waits, path.hop_delays, strict=True))
            return _late(path, min(chance * uncertain, _late_on_air(path, buffer)), "network calculus, and chance")
    on_air = _late(path, _late_on_air(path, buffer), "network calculus, and backoffs on the air")
    if on_air.high is not None and on_air.high < PPM:
        return on_air
    means = [hop.wait.heavy for hop in path.hop_delays]
    late = sum(wait for wait in means if wait is not None) / buffer if None not in means else 1.0
    return Prediction(None, 0.0, PPM * late, by="the mean wait (Markov)") if late < 1 else None
