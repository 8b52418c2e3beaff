"""The closed forms of what is signalled before it comes: dialled calls, and changes of channel."""

from __future__ import annotations

from twin.core.units import PPM, show_time
from twin.model import Metric
from twin.plan.blueprint import IptvViewing, SipSignalling
from twin.predict.network.channel_change import change
from twin.predict.network.hop_delays import total
from twin.predict.network.igmp_load import overlap
from twin.predict.network.path_prediction import Journey
from twin.predict.prediction import MEAN_TOLERANCE, SHARE_TOLERANCE, SPREAD, Prediction

CALLS_TOLERANCE = 0.25
"""For blocking, beside what chance does: the network is empty at first, and spans are taken for independent."""


def dialled(journey: Journey) -> dict[Metric, Prediction]:
    """Of dialled calls: INVITE there, processing, 180 back; and how many find no room.

    Few calls meet whoever talks at that moment, so that the whole wait is tolerance.
    """
    call = journey.flow.traffic
    if not journey.round_trip or not isinstance(call, SipSignalling):
        return {}
    least = call.dialling.processing + sum(leg.fixed + leg.serialization for leg in journey.round_trip)
    light, heavy = (total(getattr(leg.wait, name) for leg in journey.round_trip) for name in ("light", "heavy"))
    delay = Prediction(None, least, by="serialization, propagation and processing")
    if light is not None and heavy is not None:
        middle = least + (light + heavy) / 2
        if heavy <= SPREAD * middle:
            delay = Prediction(middle, least, None, heavy / middle + MEAN_TOLERANCE, "processing and priority waits")
    told = {Metric.POST_DIAL_DELAY: delay}
    if journey.blocked is not None:
        told[Metric.BLOCKING] = Prediction(journey.blocked * PPM, tolerance=CALLS_TOLERANCE, by="Erlang B")
        answered = 1 - journey.blocked
        if answered:
            told[Metric.ANSWERED] = Prediction(answered * PPM, tolerance=CALLS_TOLERANCE * journey.blocked / answered
                                               + SHARE_TOLERANCE, by="Erlang B: who finds room is answered")
    return told


def zapping(journey: Journey) -> dict[Metric, Prediction]:
    """Of changes of channel: the time to the first packet, and to the first random access point.

    The 95th percentile of several changes lies between the middle and the end of the wait for a packet. Of who never
    changes there is one time, which may be any.
    """
    viewing, zap = journey.flow.traffic, journey.zap
    if zap is None or not journey.legs or not isinstance(viewing, IptvViewing):
        return {}
    if not zap.heard:
        lost = Prediction(None, by="no closed form: the line says more of channels in a second than is let pass")
        return {Metric.ZAPPING_TIME: lost, Metric.PICTURE_TIME: lost}
    taken, waits = change(viewing, zap, journey.legs), [leg.wait for leg in (zap.asked, *journey.legs[1:])]
    least, longest = 0.0 if taken.going else taken.soonest, None
    if all(wait.room for wait in waits) and not any(way.lossy for way in journey.carriers):
        longest = taken.latest + sum(wait.bound or 0.0 for wait in waits) + zap.behind[1]
    by = "report, switch, controller and a packet's wait"
    if zap.lingering:
        by += f", the last channel coming for {show_time(overlap(zap.multicast))} more"
    first = Prediction(None, least, longest, by=by)
    if viewing.zap and not taken.going and not journey.swamped and None not in [w.heavy for w in waits]:
        heavy = sum(wait.heavy or 0.0 for wait in waits) + zap.behind[0]
        begin, end = taken.soonest + zap.interval / 2 + sum(wait.light or 0.0 for wait in waits), taken.latest + heavy
        middle, spread = (begin + end) / 2, (end - begin) / 2
        if spread <= SPREAD * middle:
            first = Prediction(middle, least, longest, spread / middle + MEAN_TOLERANCE, by)
    return {Metric.ZAPPING_TIME: first, Metric.PICTURE_TIME: Prediction(
        None, least, None if longest is None else longest + zap.access, by=f"{by}, then for a random access point")}
