"""The closed forms: from the journey of a flow to the figures that its targets speak of.

A form is asked about every flow and tells what it can. Whoever adds a metric adds a form here, and names with each
prediction the formula it comes from and the tolerance within which measurement has to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from twin.model import Activity, Metric
from twin.plan.blueprint import Carrier, Flow
from twin.plan.media import HEADER, TCP_OVERHEAD
from twin.predict.channels import overlap
from twin.predict.crossings import SMALL, headers
from twin.predict.journey import ALIKE, Journey
from twin.predict.pages import Ways, page_time
from twin.predict.prediction import EXACT, Prediction
from twin.predict.zapping import change
from twin.units import NS_PER_S, PPM, show_time

Form = Callable[[Journey], Mapping[Metric, Prediction]]

SPREAD = 0.25
"""A mean is told as one value where what is not known about it is at most this part of it, to either side."""
MEAN_TOLERANCE = 0.025
"""For a mean, beside what is not known about it: phases of flows stay as they fell for a whole run, and how often
TCP acknowledges is its own affair."""
PAGE_TOLERANCE = 0.02
"""For a page that has its way to itself, beside what is not known: a packet more or less in a window."""
START = 0.35 * NS_PER_S
"""By how much later than its bytes a film may begin: TCP comes up to speed, and a player's socket wakes at times."""
GREEDY = (Activity.DOWNLOAD, Activity.UPLOAD, Activity.FILM, Activity.SWARM)
"""Activities of TCP that takes what it gets."""
CALLS_TOLERANCE = 0.25
"""For blocking, beside what chance does: the network is empty at first, and spans are taken for independent."""
SHARE_TOLERANCE = 0.01
"""For goodput and for the loss of what does not fit: a run begins and ends amid packets, and queues fill first."""
SWARM_TOLERANCE = 0.2
"""For goodput in a swarm: with a few packets on the way a connection often waits for its timer, and others go on."""
TURNS_TOLERANCE = 0.1
"""For the loss of what a full radio cell cannot carry: backoffs are drawn, and queues fill first."""
NOISE_TOLERANCE = 0.15
"""For loss by noise: the lengths of its bursts are drawn, and the run has no more than it has."""


def delays(journey: Journey) -> dict[Metric, Prediction]:
    """Of constant-rate flows: mean delay with its exact least, and bounds on the largest, its variation and jitter."""
    if not journey.legs:
        return {}
    least = sum(leg.fixed + leg.serialization for leg in journey.legs)
    light, heavy, bound = (
        None if None in (column := [getattr(leg.wait, name) for leg in journey.legs]) else sum(column)
        for name in ("light", "heavy", "bound")
    )
    longest = None if bound is None else least + bound
    calculus = "network calculus"
    mean = Prediction(None, least, longest, by="serialization and propagation" if longest is None else calculus)
    if light is not None and heavy is not None and journey.flow.dialling is None and not journey.swamped:
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
    if not journey.legs or not journey.offered:
        return {}
    carried = prod(1 - way.lost(journey.flow.packet + HEADER) for way in journey.carriers)
    tolerance = NOISE_TOLERANCE if any(way.strikes for way in journey.carriers) else EXACT
    calm, eager = journey.calm / journey.offered, journey.eager / journey.offered
    bounded = all(leg.wait.light is not None and leg.wait.room for leg in journey.legs)
    if journey.allowed is not None and journey.allowed < journey.offered * journey.flow.packet * 8:
        return _policed(journey, carried)
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


def _policed(journey: Journey, carried: float) -> dict[Metric, Prediction]:
    """Of what a contract cuts to its rate, where it has the contract to itself and meets no full queue."""
    asked = (journey.offered or 0.0) * journey.flow.packet * 8
    if not journey.allowed or journey.narrow is not None:
        return _untold("a contract is shared, or a queue behind it is full")
    return {Metric.LOSS: Prediction((1 - carried * journey.allowed / asked) * PPM, tolerance=SHARE_TOLERANCE,
                                    by="offered load less contract")}


def pictures(journey: Journey) -> dict[Metric, Prediction]:
    """Of streams and channels: no disturbed picture where no packet is lost, and the delay factor (RFC 4445): a packet
    at the stream's rate, and what its delay varies by."""
    if journey.flow.activity not in (Activity.STREAM, Activity.WATCH) or not journey.legs:
        return {}
    bounds = [leg.wait.bound for leg in journey.legs]
    bound = None if None in bounds else sum(filter(None, bounds))
    packet = float(journey.flow.interval)
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
    codec, buffer = journey.flow.codec, journey.flow.playout
    if codec is None or not journey.legs or journey.flow.adaptive:
        return {}
    around = codec.interval + codec.lookahead + buffer
    least = sum(leg.fixed + leg.serialization for leg in journey.legs)
    bounds = [leg.wait.bound for leg in journey.legs]
    bound = None if None in bounds else sum(filter(None, bounds))
    told = {Metric.MOUTH_TO_EAR: Prediction(None, around + least, None if bound is None else around + least + bound,
                                            by="serialization, propagation, speech and playout")}
    if bound is not None and bound <= buffer:
        told[Metric.DISCARD] = Prediction(0.0, by="network calculus within the playout buffer")
    return told


def goodputs(journey: Journey) -> dict[Metric, Prediction]:
    """Of TCP that takes what it gets: the max-min share where theory knows it, and what the way carries of it alone."""
    if journey.flow.activity not in GREEDY or not journey.carriers:
        return {}
    calm, eager = journey.calm, journey.eager
    alone = _alone(journey)
    lossy = any(way.lossy for way in journey.carriers)
    alike = calm - eager <= ALIKE * calm and journey.fair and not journey.contended
    if alike and not lossy and journey.allowed is None:
        tolerance = SWARM_TOLERANCE if journey.flow.activity is Activity.SWARM else SHARE_TOLERANCE
        share = eager * _payload(journey) * 8
        if journey.held is not None:
            least, most = (pace * _payload(journey) * 8 for pace in journey.held)
            return {Metric.GOODPUT: Prediction(None, least * (1 - tolerance), min(alone, most * (1 + tolerance)),
                                               by="max-min shares, acknowledged by each packet or each second")}
        if not journey.steady:
            return {Metric.GOODPUT: Prediction(None, share * (1 - tolerance), by="max-min share at the least")}
        return {Metric.GOODPUT: Prediction(share, None, alone, tolerance, "max-min shares")}
    return {Metric.GOODPUT: Prediction(None, None, alone, by="headers and cells of a full packet")}


ASKED = {Activity.PAGES: Metric.PAGE_TIME, Activity.MAIL: Metric.TRANSFER_TIME, Activity.LOOKUPS: Metric.LOOKUP_TIME,
         Activity.INTERACTIVE: Metric.ROUND_TRIP}
"""The time that each activity which asks and waits is judged by."""


def transactions(journey: Journey) -> dict[Metric, Prediction]:
    """Of those who ask and wait: the least time, on an empty way.

    One packet each way; or a connection, a request and a response: two round trips, and the larger of the two at the
    goodput of the way; the objects of a page come a round trip later at the least. A page that has its way to itself
    is told as one value.
    """
    flow = journey.flow
    if flow.activity not in ASKED or not journey.carriers:
        return {}
    trip = sum(way.delay for way in (*journey.carriers, *journey.back))
    if flow.activity in SMALL:
        least = trip + _through(journey.carriers, flow.response, flow) + _through(journey.back, flow.request, flow)
    else:
        least = (3 if flow.objects else 2) * trip + flow.asked * 8 * NS_PER_S / _alone(journey)
    if journey.alone is not None:
        return {Metric.PAGE_TIME: _page(page_time(flow, Ways(journey.carriers, journey.back, journey.alone)))}
    return {ASKED[flow.activity]: Prediction(None, least, by="serialization and propagation")}


def _page(bounds: tuple[float, float]) -> Prediction:
    """One value where what is not known about it is little."""
    less, more = bounds
    middle, by = (less + more) / 2, "handshakes, slow start and serialization"
    spread, (low, high) = (more - less) / 2 / middle, (less * (1 - PAGE_TOLERANCE), more * (1 + PAGE_TOLERANCE))
    if spread > SPREAD:
        return Prediction(None, low, high, by=by)
    return Prediction(middle, low, high, spread + PAGE_TOLERANCE, by)


def _through(ways: tuple[Carrier, ...], payload: int, flow: Flow) -> float:
    """The time that one packet takes on all spans, one after the other, ns."""
    frame = payload + headers(flow)
    return sum(way.serialization(frame) for way in ways)


def films(journey: Journey) -> dict[Metric, Prediction]:
    """Of films: the picture comes with the buffer, and stays where the film comes faster than it plays."""
    if journey.flow.activity is not Activity.FILM or not journey.carriers:
        return {}
    first, goodput = journey.flow.rate * journey.flow.buffer, goodputs(journey)[Metric.GOODPUT].value
    if goodput is None:
        return {Metric.START_UP: Prediction(None, first / _alone(journey), by="the buffer at the way's own goodput")}
    begin = first / goodput
    told = {Metric.START_UP: Prediction(begin, first / _alone(journey), None, START / begin + SHARE_TOLERANCE,
                                        "the buffer at max-min goodput")}
    if goodput > journey.flow.rate * (1 + SPREAD):
        steady = Prediction(0.0, by="goodput beyond the film's rate")
        told |= {Metric.REBUFFERS: steady, Metric.REBUFFERING: steady}
    return told


def dialled(journey: Journey) -> dict[Metric, Prediction]:
    """Of dialled calls: INVITE there, processing, 180 back; and how many find no room.

    Few calls meet whoever talks at that moment, so that the whole wait is tolerance.
    """
    if not journey.round_trip or journey.flow.dialling is None:
        return {}
    least = journey.flow.dialling.processing + sum(leg.fixed + leg.serialization for leg in journey.round_trip)
    light, heavy = (None if None in (column := [getattr(leg.wait, name) for leg in journey.round_trip])
                    else sum(column) for name in ("light", "heavy"))
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
    flow, zap = journey.flow, journey.zap
    if zap is None or not journey.legs:
        return {}
    if not zap.heard:
        lost = Prediction(None, by="no closed form: the line says more of channels in a second than is let pass")
        return {Metric.ZAPPING_TIME: lost, Metric.PICTURE_TIME: lost}
    taken, waits = change(flow, zap, journey.legs), [leg.wait for leg in (zap.asked, *journey.legs[1:])]
    least, longest = 0.0 if taken.going else taken.soonest, None
    if all(wait.room for wait in waits) and not any(way.lossy for way in journey.carriers):
        longest = taken.latest + sum(wait.bound or 0.0 for wait in waits) + zap.behind[1]
    by = "report, switch, controller and a packet's wait"
    if zap.lingering:
        by += f", the last channel coming for {show_time(overlap(zap.multicast))} more"
    first = Prediction(None, least, longest, by=by)
    if flow.zap and not taken.going and not journey.swamped and None not in [w.heavy for w in waits]:
        heavy = sum(wait.heavy or 0.0 for wait in waits) + zap.behind[0]
        begin, end = taken.soonest + zap.interval / 2 + sum(wait.light or 0.0 for wait in waits), taken.latest + heavy
        middle, spread = (begin + end) / 2, (end - begin) / 2
        if spread <= SPREAD * middle:
            first = Prediction(middle, least, longest, spread / middle + MEAN_TOLERANCE, by)
    return {Metric.ZAPPING_TIME: first, Metric.PICTURE_TIME: Prediction(
        None, least, None if longest is None else longest + zap.access, by=f"{by}, then for a random access point")}


def _alone(journey: Journey) -> float:
    """Goodput of TCP that has the whole way to itself, bit/s; on the air, if nothing but its own packets took time."""
    payload = _payload(journey)
    frame = payload + TCP_OVERHEAD + HEADER
    return min(payload * 8 * NS_PER_S / way.serialization(frame) for way in journey.carriers)


def _payload(journey: Journey) -> int:
    """Bytes of payload in a full packet of TCP: what the smallest MTU of the way leaves."""
    return min(way.layer.largest for way in journey.carriers) - HEADER - TCP_OVERHEAD


FORMS: tuple[Form, ...] = (delays, losses, pictures, calls, goodputs, transactions, films, zapping, dialled)
"""All closed forms; of two that tell the same metric of a flow, the later one is believed."""

