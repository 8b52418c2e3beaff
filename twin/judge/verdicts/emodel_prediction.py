"""Predicted call quality, from predicted delay and loss. Pure.

Where it is known how many packets are lost, or vary by more than the playout buffer holds, at the most, R and MOS lie
between those of the longest mouth-to-ear delay with so many and those of the least without a loss. Else only the best
is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import PPM
from twin.judge.figures.emodel import call_rating, mos
from twin.judge.verdicts.predicted_extremes import extremes
from twin.model import Metric
from twin.plan.blueprint import DialledSpeech, Flow, RtpCall, Speech
from twin.predict import Prediction
from twin.predict.prediction import EXACT

MODEL = "E-model (G.107)"
LONGEST_BURST = 8.0
"""The largest BurstR that G.107 permits."""
FOLLOWS = "no closed form for adaptive playout buffers"
Predictions = Mapping[Metric, Prediction]


def ratings(flow: Flow, known: Predictions) -> dict[Metric, Prediction]:
    """Mouth-to-ear delay, R and MOS of one direction of a call, or of all that are dialled; nothing of other flows."""
    delay = known.get(Metric.MEAN_DELAY)
    if not isinstance(flow.traffic, RtpCall | DialledSpeech) or delay is None or delay.low is None:
        return {}
    speech = flow.traffic.speech
    if speech.adaptive:
        return dict.fromkeys((Metric.R_FACTOR, Metric.MOS), Prediction(None, by=FOLLOWS))
    tolerance = delay.tolerance and EXACT
    soonest = speech.coding + speech.playout + delay.low
    best = _rating(speech, soonest)
    latest = None if delay.high is None else soonest + delay.high - delay.low
    delays = {Metric.MOUTH_TO_EAR: Prediction(None, soonest, latest, tolerance, "packetisation, codec, path, playout")}
    unplayed = _unplayed(known)
    if latest is None or unplayed is None:
        return delays | {Metric.R_FACTOR: Prediction(None, None, best, tolerance, MODEL),
                        Metric.MOS: Prediction(None, None, mos(best), tolerance, MODEL)}
    worst = _rating(speech, latest, unplayed / PPM)
    between = _between if not unplayed else _range
    return delays | {Metric.R_FACTOR: between(worst, best, tolerance),
                    Metric.MOS: between(mos(worst), mos(best), tolerance)}


def _unplayed(known: Predictions) -> float | None:
    """The most packets by prediction that are lost or late for their playout, ppm; None where that is not known."""
    most = [_most(part) for part in (known.get(Metric.LOSS), known.get(Metric.DISCARD)) if part is not None]
    return None if len(most) < 2 or None in most else min(PPM, sum(part for part in most if part is not None))


def _most(part: Prediction) -> float | None:
    """The most that is predicted, ppm: of what chance decides more than its tolerance, which is for a measurement that
    has an interval of its own."""
    return extremes(part, lower=True)[1] if part.high is None or part.tolerance is None else part.high


def _rating(speech: Speech, mouth_to_ear: float, unplayed: float = 0.0) -> float:
    """R with so many packets that are not played, 0 to 1, in bursts as long as they can be."""
    return call_rating(speech.codec.impairment(speech.concealment), mouth_to_ear, unplayed,
                       LONGEST_BURST if unplayed else 1.0)


def _range(low: float, high: float, tolerance: float | None) -> Prediction:
    return Prediction(None, low, high, tolerance, MODEL)


def _between(low: float, high: float, tolerance: float | None) -> Prediction:
    """A figure between two that are near each other, as one with a tolerance that covers both."""
    middle = (low + high) / 2
    covering = None if tolerance is None or not middle else tolerance + (high - low) / 2 / middle
    return Prediction(middle, low, high, covering, MODEL)
