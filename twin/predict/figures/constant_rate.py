"""The closed forms of what is sent at its own pace: delay and loss of packets, and what they do to pictures and calls.
"""

from __future__ import annotations

from math import prod

from twin.core.units import PPM
from twin.model import Metric
from twin.plan.blueprint import DialledSpeech, IptvViewing, PacketStream, RtpCall, RtpStream
from twin.plan.blueprint.layers import HEADER
from twin.predict.network.hop_delays import total
from twin.predict.network.path_prediction import ALIKE, Journey
from twin.predict.prediction import EXACT, MEAN_TOLERANCE, SHARE_TOLERANCE, SPREAD, Prediction

TURNS_TOLERANCE = 0.1
"""For the loss of what a full radio cell cannot carry: backoffs are drawn, and queues fill first."""
NOISE_TOLERANCE = 0.15
"""For loss by noise: the lengths of its bursts are drawn, and the run has no more than it has."""


def delays(journey: Journey) -> dict[Metric, Prediction]:
    """Of constant-rate flows: mean delay with its exact least, and bounds on the largest, its variation and jitter."""
    if not journey.legs:
        return {}
    least = sum(leg.fixed + leg.serialization for leg in journey.legs)
    light, heavy, bound = (total(getattr(leg.wait, name) for leg in journey.legs)
                           for name in ("light", "heavy", "bound"))
    longest = None if bound is None else least + bound
    calculus = "network calculus"
    mean = Prediction(None, least, longest, by="serialization and propagation" if longest is None else calculus)
    dialled = isinstance(journey.flow.traffic, DialledSpeech)
    if light is not None and heavy is not None and not dialled and not journey.swamped:
        middle, spread = least + (light + heavy) / 2, (heavy - light) / 2
        if spread <= SPREAD * middle:
            mean = Prediction(middle, least, longest, spread / middle + MEAN_TOLERANCE, "priority wait (Cobham)")
    return {
        Metric.MEAN_DELAY: mean,
        Metric.MAX_DELAY: Prediction(None, least, longest, by=calculus),
        Metric.DELAY_VARIATION: Prediction(None, 0.0, bound, by=calculus),
        Metric.JITTER: Prediction(None, 0.0, bound, by=calculus),
    }


def losses(journey: Journey) -> dict[Metric, Prediction]:
    """Of constant-rate flows: the loss of the media where no queue overflows; what does not fit where it is too much.

    Where neither is sure, it is said why; so too where a radio cell is busy.
    """
    sent = journey.flow.traffic
    if not journey.legs or not journey.offered or not isinstance(sent, PacketStream):
        return {}
    carried = prod(1 - way.loss_probability(sent.packet + HEADER) for way in journey.carriers)
    tolerance = NOISE_TOLERANCE if any(way.impulse_noise for way in journey.carriers) else EXACT
    calm, eager = journey.calm / journey.offered, journey.eager / journey.offered
    bounded = all(leg.wait.light is not None and leg.wait.room for leg in journey.legs)
    asked = journey.offered * sent.packet * 8
    if journey.allowed is not None and journey.allowed < asked:
        return _policed(journey, carried, asked)
    if journey.contended:
        return _contended(journey, carried)
    if journey.swamped:
        return _untold("channels that were left fill a queue of the way now and then")
    if bounded and eager >= 1 - ALIKE:
        return {Metric.LOSS: Prediction((1 - carried) * PPM, tolerance=tolerance, by="loss of the media")}
    if calm < 1 - ALIKE and calm - eager <= ALIKE:
        lost, by = (1 - calm * carried) * PPM, "offered load less capacity"
        if not journey.steady:
            return {Metric.LOSS: Prediction(None, None, lost * (1 + SHARE_TOLERANCE), by=f"{by}, at the most")}
        return {Metric.LOSS: Prediction(lost, tolerance=SHARE_TOLERANCE, by=by)}
    return _untold("nothing bounds what waits in a queue of the way")


def _untold(why: str) -> dict[Metric, Prediction]:
    """No closed form of loss is honest."""
    return {Metric.LOSS: Prediction(None, by=f"no closed form: {why}")}


def _contended(journey: Journey, carried: float) -> dict[Metric, Prediction]:
    """Of what a station has too much of, where all in its cell have."""
    if journey.turns is None or not journey.offered:
        return _untold("the air of a radio cell is busy, and contention decides")
    return {Metric.LOSS: Prediction((1 - carried * journey.turns / journey.offered) * PPM, tolerance=TURNS_TOLERANCE,
                                    by="offered load less its turns on the air (Tinnirello et al.)")}


def _policed(journey: Journey, carried: float, asked: float) -> dict[Metric, Prediction]:
    """Of what a contract cuts to its rate, where it has the contract to itself and meets no full queue. asked: IP
    bit/s that are sent."""
    if not journey.allowed or journey.narrow is not None:
        return _untold("a contract is shared, or a queue behind it is full")
    return {Metric.LOSS: Prediction((1 - carried * journey.allowed / asked) * PPM, tolerance=SHARE_TOLERANCE,
                                    by="offered load less contract")}


def pictures(journey: Journey) -> dict[Metric, Prediction]:
    """Of streams and channels: no disturbed picture where no packet is lost, and the delay factor (RFC 4445): a packet
    at the stream's rate, and what its delay varies by."""
    sent = journey.flow.traffic
    if not isinstance(sent, RtpStream | IptvViewing) or not journey.legs:
        return {}
    bound = total(leg.wait.bound for leg in journey.legs)
    packet = float(sent.interval)
    told = {Metric.DELAY_FACTOR: Prediction(None, packet, None if bound is None else packet + bound,
                                            by="a packet at the stream's rate, and network calculus")}
    loss = losses(journey).get(Metric.LOSS)
    if loss is not None and loss.value == 0:
        whole = Prediction(0.0, by="no packet is lost")
        return told | {Metric.MEDIA_LOSS_RATE: whole, Metric.LOSS_EVENTS: whole}
    why = Prediction(None, by="no closed form: nor is there one of its loss")
    return told | {Metric.MEDIA_LOSS_RATE: why, Metric.LOSS_EVENTS: why}


def calls(journey: Journey) -> dict[Metric, Prediction]:
    """Of calls: delay from mouth to ear, and no packet too late where none may wait for as long as the playout buffer.

    An adaptive buffer follows what it meets, which no closed form tells.
    """
    sent = journey.flow.traffic
    if not isinstance(sent, RtpCall | DialledSpeech) or not journey.legs or sent.speech.adaptive:
        return {}
    codec, buffer = sent.speech.codec, sent.speech.playout
    around = codec.interval + codec.lookahead + buffer
    least = sum(leg.fixed + leg.serialization for leg in journey.legs)
    bound = total(leg.wait.bound for leg in journey.legs)
    told = {Metric.MOUTH_TO_EAR: Prediction(None, around + least, None if bound is None else around + least + bound,
                                            by="serialization, propagation, speech and playout")}
    if bound is not None and bound <= buffer:
        told[Metric.DISCARD] = Prediction(0.0, by="network calculus within the playout buffer")
    return told
