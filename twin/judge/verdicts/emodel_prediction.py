"""Predicted call quality, from predicted delay and loss. Pure.

Where nothing is lost, and no packet varies by more than the playout buffer holds, every packet is played: then R and
MOS follow from mouth-to-ear delay alone. Else only the best is known: that of the least delay without a loss.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.judge.figures.emodel import call_rating, mos
from twin.model import Metric
from twin.plan.blueprint import DialledSpeech, Flow, RtpCall, Speech
from twin.predict import Prediction
from twin.predict.prediction import EXACT

MODEL = "E-model (G.107)"
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
    if latest is None or not _all_played(speech, known):
        return delays | {Metric.R_FACTOR: Prediction(None, None, best, tolerance, MODEL),
                        Metric.MOS: Prediction(None, None, mos(best), tolerance, MODEL)}
    worst = _rating(speech, latest)
    return delays | {Metric.R_FACTOR: _between(worst, best, tolerance),
                    Metric.MOS: _between(mos(worst), mos(best), tolerance)}


def _all_played(speech: Speech, known: Predictions) -> bool:
    """Whether by prediction no packet is lost, and none arrives after its playout time."""
    loss, variation = known.get(Metric.LOSS), known.get(Metric.DELAY_VARIATION)
    return (loss is not None and loss.value == 0 and variation is not None and variation.high is not None
            and variation.high <= speech.playout)


def _rating(speech: Speech, mouth_to_ear: float) -> float:
    return call_rating(speech.codec.impairment(speech.concealment), mouth_to_ear, 0.0)


def _between(low: float, high: float, tolerance: float | None) -> Prediction:
    """A figure between two that are near each other, as one with a tolerance that covers both."""
    middle = (low + high) / 2
    covering = None if tolerance is None or not middle else tolerance + (high - low) / 2 / middle
    return Prediction(middle, low, high, covering, MODEL)
