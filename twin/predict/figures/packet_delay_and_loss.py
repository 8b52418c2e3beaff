"""Closed forms of constant-rate flows: delay and loss of packets, and what follows for pictures and calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod, sqrt

from twin.core.units import NS_PER_S, PPM
from twin.model import Metric
from twin.model.traffic_profiles import TS_PACKETS
from twin.plan.blueprint import DialledSpeech, DnsQueries, IptvViewing, PacketStream, RtpCall, RtpStream
from twin.plan.blueprint.layers import HEADER
from twin.predict.delay.hop_delays import total
from twin.predict.delay.planned_packets import PlannedFigures
from twin.predict.figures.expired_memberships import expiring
from twin.predict.figures.loss_by_chance import (
    DEVIATIONS,
    late_packets,
    loss_by_chance,
    media_loss_tolerance,
    most_lost,
)
from twin.predict.path_prediction import ALIKE, PathPrediction
from twin.predict.prediction import EXACT, GRAIN, MEAN_TOLERANCE, SHARE_TOLERANCE, SPREAD, Prediction

CONTENTION_TOLERANCE = 0.1
"""Of the loss that a full radio cell causes: backoffs are random, and queues fill first."""
HOUR = 3600
"""Seconds."""
CONTAINED = "the switch of the line lets none of these packets pass"
PLANNED = "packet by packet"
PLANNED_TOLERANCE = 0.1
"""Of a mean where the order of packets is known only roughly, or not the whole run is computed."""
PLANNED_LOSS_TOLERANCE = 0.03
"""Of loss that is computed packet by packet: which of two flows loses a packet is decided by nanoseconds."""
POLICER_TOLERANCE = 0.03
"""Of the loss at a policer: it depends on the phases of the flows, and the bucket is full at first."""


def delays(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of constant-rate flows: mean delay with its exact least, and bounds on the largest, its variation and jitter."""
    if not path.hop_delays:
        return {}
    if not path.passing:
        return dict.fromkeys((Metric.MEAN_DELAY, Metric.MAX_DELAY, Metric.DELAY_VARIATION, Metric.JITTER),
                             Prediction(None, by=f"no closed form: {CONTAINED}"))
    least = sum(hop.least for hop in path.hop_delays)
    light, heavy, bound, average, usual = (
        total(getattr(hop.wait, name) for hop in path.hop_delays)
        for name in ("light", "heavy", "bound", "mean_bound", "percentile_bound"))
    late = GRAIN * len(path.hops)
    longest = None if bound is None else least + bound + path.arp + late
    calculus = "network calculus"
    most = None if average is None else least + average + late
    mean = Prediction(None, least, most, by="serialization and propagation" if most is None else calculus)
    dialled = isinstance(path.flow.traffic, DialledSpeech)
    if path.planned is not None and path.planned.mean is not None:
        mean = Prediction(path.planned.mean, least, most,
                          _planned_tolerance(path.planned) + late / path.planned.mean, PLANNED)
    elif light is not None and heavy is not None and not dialled and not path.may_overflow:
        middle, spread = least + (light + heavy) / 2, (heavy - light) / 2
        if spread <= SPREAD * middle:
            chance = DEVIATIONS * sqrt(sum(hop.wait.mean_variance for hop in path.hop_delays) / path.seconds)
            mean = Prediction(middle, least, most, (spread + late + chance) / middle + MEAN_TOLERANCE, _formula(path))
    return {
        Metric.MEAN_DELAY: mean,
        Metric.MAX_DELAY: _largest(path, Prediction(None, least, longest, by=calculus)),
        Metric.DELAY_VARIATION: Prediction(None, 0.0, None if usual is None else usual + path.arp + late, by=calculus),
        Metric.JITTER: Prediction(None, 0.0, None if bound is None else bound + path.arp + late, by=calculus),
    }


def _formula(path: PathPrediction) -> str:
    simulated = any(hop.wait.simulated for hop in path.hop_delays)
    return "simulation of the cell, priority wait (Cobham)" if simulated else "priority wait (Cobham)"


def _largest(path: PathPrediction, bounds: Prediction) -> Prediction:
    """The largest delay, where all packets of the run are known and none is random: two that meet once may as well
    just miss each other. Beyond that, the packet may meet ARP."""
    planned = path.planned
    if planned is None or not planned.whole or planned.most is None or planned.random:
        return bounds
    late = GRAIN * len(path.hops) + EXACT * planned.most
    low = max(bounds.low or 0.0, planned.most - late)
    return replace(bounds, value=planned.most, low=low, tolerance=(late + path.arp) / planned.most, by=PLANNED)


def _planned_tolerance(planned: PlannedFigures) -> float:
    return EXACT if planned.whole else PLANNED_TOLERANCE


def losses(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of constant-rate flows, and of questions: what is lost on the path, and what the switch of the line contains of
    forged packets."""
    if not path.passing:
        return {Metric.LOSS: Prediction(PPM, by=CONTAINED)}
    return {metric: lost if path.passing == 1 else _beside_contained(lost, path.passing)
            for metric, lost in _on_path(path).items()}


def _beside_contained(lost: Prediction, passing: float) -> Prediction:
    """The loss of all packets of a flow. lost: of those that pass the switch of the line; passing: their part."""
    value, low, high = (None if part is None else PPM - passing * (PPM - part)
                        for part in (lost.value, lost.low, lost.high))
    tolerance = lost.tolerance if not value or lost.tolerance is None or lost.value is None else \
        passing * lost.value * lost.tolerance / value + EXACT
    return Prediction(value, PPM * (1 - passing) if low is None else low, high, tolerance,
                      f"{lost.by}; the others are contained at the switch of the line")


def _on_path(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of constant-rate flows: the loss of the media where no queue overflows, and of overload where it is certain.

    Where neither is certain, the reason; so too where a radio cell is busy.
    """
    sent = path.flow.traffic
    if isinstance(sent, DnsQueries) and path.longest_exchange is not None:
        return {Metric.LOSS: Prediction(0.0, by="no queue on the path overflows")}
    if isinstance(sent, DnsQueries) and path.carriers:
        return _no_closed_form("a question without an answer is asked again")
    if not path.hop_delays or not path.offered or not isinstance(sent, PacketStream):
        return {}
    if path.zapping is not None and path.zapping.abandoned:
        return _no_closed_form("fast leave prunes the channel when another box on the line leaves it")
    expired = expiring(path)
    if expired is not None:
        return {Metric.LOSS: expired}
    carried = prod(1 - medium.loss_probability(sent.packet + HEADER) for medium in path.carriers)
    bursty = any(medium.impulse_noise or medium.impairments.loss_bursts for medium in path.carriers)
    tolerance = max(media_loss_tolerance(path, sent.packet + HEADER, 1 - carried), EXACT)
    most, least = path.thinking / path.offered, path.saturated / path.offered
    bounded = all(hop.wait.light is not None and hop.wait.lossless for hop in path.hop_delays)
    passed = 1.0 if path.policed is None else path.policed
    by_chance = loss_by_chance(path, carried) if passed == 1 and not bursty else None
    air = any(hop.wait.contended for hop in path.hop_delays)
    if air and by_chance is not None and path.contention_rate is None:
        return {Metric.LOSS: by_chance}
    if path.contended:
        return _contended(path, carried)
    of_media = Prediction((1 - carried) * PPM, high=None if bursty else most_lost(path, 1 - carried),
                          tolerance=tolerance, by="loss of the media")
    if path.planned is not None and path.planned.whole and not path.planned.lost:
        return {Metric.LOSS: of_media}
    if path.planned is not None and path.planned.lost:
        return {Metric.LOSS: Prediction((1 - (1 - path.planned.lost) * carried) * PPM, by=PLANNED,
                                        tolerance=max(tolerance, PLANNED_LOSS_TOLERANCE))}
    if path.copied and not bounded:
        return _no_closed_form("packets that arrive twice load a queue on the path")
    if path.bottleneck and path.flow.service_class in path.bottleneck.coloured and least < passed - ALIKE:
        return _no_closed_form("queues drop yellow packets before green ones")
    if path.may_overflow:
        return _no_closed_form("IPTV channels that were left may fill a queue on the path")
    if bounded and least >= passed - ALIKE:
        if passed < 1:
            return {Metric.LOSS: Prediction((1 - passed * carried) * PPM, tolerance=POLICER_TOLERANCE,
                                            by="what the policer drops")}
        return {Metric.LOSS: of_media}
    if path.bottleneck and path.bottleneck.modem:
        return _no_closed_form("a modem drops what finds no place, whatever its size and class")
    if most < 1 - ALIKE and most - least <= ALIKE:
        lost, by = (1 - most * carried) * PPM, "offered load less capacity"
        if not path.steady or path.planned is not None:
            return {Metric.LOSS: Prediction(None, None, lost * (1 + SHARE_TOLERANCE), by=f"{by}, at most")}
        return {Metric.LOSS: _of_overload(path, lost, by)}
    if by_chance is not None:
        return {Metric.LOSS: by_chance}
    return _no_closed_form("the backlog of a queue on the path has no bound")


def _of_overload(path: PathPrediction, lost: float, by: str) -> Prediction:
    """The loss of a flow where its class loses so much, ppm; of packets of several sizes it lies between bounds."""
    least, most = path.bottleneck.loss_factors if path.bottleneck else (1.0, 1.0)
    if (least, most) == (1, 1):
        return Prediction(lost, tolerance=SHARE_TOLERANCE, by=by)
    high = lost * most * (1 + SHARE_TOLERANCE)
    return Prediction(None, lost * least * (1 - SHARE_TOLERANCE), high if high < PPM else None,
                      by=f"{by}; packets of several sizes find room in a full queue unequally often")


def _no_closed_form(why: str) -> dict[Metric, Prediction]:
    """No closed form of loss is honest. why: the reason."""
    return {Metric.LOSS: Prediction(None, by=f"no closed form: {why}")}


def _contended(path: PathPrediction, carried: float) -> dict[Metric, Prediction]:
    """Of a saturated station among saturated stations."""
    if path.contention_rate is None or not path.offered:
        return _no_closed_form("contention in a busy radio cell")
    lost = (1 - carried * path.contention_rate / path.offered) * PPM
    return {Metric.LOSS: Prediction(lost, tolerance=CONTENTION_TOLERANCE,
                                    by="offered load less saturation throughput (Tinnirello et al.)")}


def pictures(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of streams and channels: no disturbed picture where no packet is lost, and the delay factor (RFC 4445): a packet
    at the stream's rate, and its delay variation; a change of channel may empty a second."""
    sent = path.flow.traffic
    if not isinstance(sent, RtpStream | IptvViewing) or not path.hop_delays:
        return {}
    bound = total(hop.wait.longest for hop in path.hop_delays)
    packet = float(sent.interval)
    pause = NS_PER_S if isinstance(sent, IptvViewing) and sent.zap else 0
    predictions = {Metric.DELAY_FACTOR: Prediction(None, packet, None if bound is None else packet + bound + pause,
                                                   by="a packet at the stream's rate, and network calculus")}
    loss = losses(path).get(Metric.LOSS)
    if loss is not None and loss.value == 0:
        none = Prediction(0.0, by="no packet is lost")
        return predictions | {Metric.MEDIA_LOSS_RATE: none, Metric.LOSS_EVENTS: none}
    if loss is not None and loss.high is not None and loss.tolerance is not None and path.offered:
        return predictions | dict(_of_losses(path, path.offered * loss.high / PPM))
    unknown = Prediction(None, by="no closed form: its packet loss has none")
    return predictions | {Metric.MEDIA_LOSS_RATE: unknown, Metric.LOSS_EVENTS: unknown}


def _of_losses(path: PathPrediction, lost: float) -> Iterator[tuple[Metric, Prediction]]:
    """What so many lost packets a second disturb at the most: in the worst second all of the run, and each by itself.
    """
    most, by = lost * path.seconds, "the loss ratio, all in a second, and each packet an event"
    yield Metric.LOSS_EVENTS, Prediction(None, 0.0, lost * HOUR, by=by)
    yield Metric.MEDIA_LOSS_RATE, Prediction(None, 0.0, most * TS_PACKETS, by=by) if most < (path.offered or 0.0) else \
        Prediction(None, by="no closed form: all losses of the run may come in one second")


def calls(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of calls: mouth-to-ear delay, and no late discard where no packet can wait for longer than the playout buffer.

    There is no closed form for an adaptive buffer.
    """
    sent = path.flow.traffic
    if not isinstance(sent, RtpCall | DialledSpeech) or not path.hop_delays or sent.speech.adaptive:
        return {}
    buffer = sent.speech.playout
    coding = sent.speech.coding + buffer
    least = sum(hop.least for hop in path.hop_delays)
    bound = total(hop.wait.longest for hop in path.hop_delays)
    longest = None if bound is None else coding + least + bound
    predictions = {Metric.MOUTH_TO_EAR: Prediction(None, coding + least, longest,
                                                   by="serialization, propagation, codec and playout")}
    predictions[Metric.DISCARD] = Prediction(None, by="no closed form: delay variation may exceed the playout buffer")
    if bound is not None and bound <= buffer:
        predictions[Metric.DISCARD] = Prediction(0.0, by="network calculus within the playout buffer")
    else:
        predictions[Metric.DISCARD] = late_packets(path, buffer) or predictions[Metric.DISCARD]
    return predictions
