"""Closed forms of signalling: set-up and blocking of dialled calls, and changes of IPTV channel."""

from __future__ import annotations

from twin.core.units import PPM, show_time
from twin.model import Metric
from twin.plan.blueprint import IptvViewing, SipSignalling
from twin.predict.delay.channel_change import change
from twin.predict.delay.hop_delays import total
from twin.predict.figures.loss_by_chance import CLUSTER
from twin.predict.path_prediction import PathPrediction
from twin.predict.prediction import GRAIN, MEAN_TOLERANCE, SHARE_TOLERANCE, SPREAD, Prediction

CALLS_TOLERANCE = 0.25
"""Of blocking, beyond chance: the network is empty at first, and in larger networks spans are taken for independent."""


def dialled(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of dialled calls: post-dial delay (INVITE there, processing, 180 back), and blocking.

    There are few calls, and their delay depends on who talks at that moment: the whole wait is tolerance.
    """
    call = path.flow.traffic
    if not path.round_trip or not isinstance(call, SipSignalling):
        return {}
    least = call.dialling.processing + sum(hop.least for hop in path.round_trip)
    light, heavy = (total(getattr(hop.wait, name) for hop in path.round_trip) for name in ("light", "heavy"))
    longest = path.longest_exchange
    most = None if longest is None else least + longest + GRAIN * len(path.round_trip)
    delay = Prediction(None, least, most, by="serialization, propagation and processing" if most is None else
                       "processing and network calculus")
    if light is not None and heavy is not None:
        middle = least + (light + heavy) / 2
        if heavy <= SPREAD * middle:
            delay = Prediction(middle, least, most, heavy / middle + MEAN_TOLERANCE, "processing and priority waits")
    predictions = {Metric.POST_DIAL_DELAY: delay}
    if path.blocked is not None:
        predictions[Metric.BLOCKING] = Prediction(path.blocked * PPM, tolerance=CALLS_TOLERANCE,
                                                      by="loss network (Erlang; Kaufman and Roberts)")
        answered = 1 - path.blocked
        if answered:
            tolerance = CALLS_TOLERANCE * path.blocked / answered + SHARE_TOLERANCE
            predictions[Metric.ANSWERED] = Prediction(answered * PPM, tolerance=tolerance,
                                                      by="loss network: every admitted call is answered")
    return predictions


def zapping(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of changes of channel: the time to the first packet, and to the first random access point.

    The 95th percentile of several changes lies between the middle and the end of the wait for a packet. Without changes
    there is one time, which may be any of them.
    """
    viewing, zap = path.flow.traffic, path.zapping
    if zap is None or not path.hop_delays or not isinstance(viewing, IptvViewing):
        return {}
    if not zap.accepted:
        limited = Prediction(None, by="no closed form: the line sends more IGMP messages than the rate limit allows")
        return {Metric.ZAPPING_TIME: limited, Metric.PICTURE_TIME: limited}
    if zap.beside:
        shared = Prediction(None, by="no closed form: another box on the line watches the same channel")
        return {Metric.ZAPPING_TIME: shared, Metric.PICTURE_TIME: shared}
    times, waits = change(viewing, zap, path.hop_delays), [hop.wait for hop in (zap.igmp, *path.hop_delays[1:])]
    least, longest = 0.0 if times.already_sent else times.soonest, None
    bound = total(wait.longest for wait in waits)
    if bound is not None and zap.igmp.wait.lossless and all(wait.seldom_lost for wait in waits) \
            and not any(medium.lossy for medium in path.carriers):
        seldom = 0 if all(wait.lossless for wait in waits) else CLUSTER * zap.interval
        longest = times.latest + bound + zap.controller_wait[1] + seldom
    by = "IGMP report, switch, controller and the wait for a packet"
    if zap.lingering:
        by += f", while the last channel is sent for {show_time(zap.multicast.overlap)} more"
    first = Prediction(None, least, longest, by=by)
    if viewing.zap and not times.already_sent and not path.may_overflow and None not in [w.heavy for w in waits]:
        heavy = sum(wait.heavy or 0.0 for wait in waits) + zap.controller_wait[0]
        begin, end = times.soonest + zap.interval / 2 + sum(wait.light or 0.0 for wait in waits), times.latest + heavy
        middle, spread = (begin + end) / 2, (end - begin) / 2
        if spread <= SPREAD * middle:
            first = Prediction(middle, least, longest, spread / middle + MEAN_TOLERANCE, by)
    return {Metric.ZAPPING_TIME: first, Metric.PICTURE_TIME: Prediction(
        None, least, None if longest is None else longest + zap.access, by=f"{by}, then for a random access point")}
