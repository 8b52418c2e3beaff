"""The closed forms of who takes what the network gives, and of who asks and waits: goodput, films and transactions."""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import NS_PER_S
from twin.model import Metric
from twin.plan.blueprint import (
    DnsQueries,
    Elastic,
    GameUpdates,
    LinkDirection,
    MailTransactions,
    PeerTransfer,
    ProgressiveDownload,
    RequestResponse,
    TerminalSession,
    WebPages,
)
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.predict.figures.web_pages import Ways, page_time
from twin.predict.network.packet_streams import Small, headers
from twin.predict.network.path_prediction import ALIKE, Journey
from twin.predict.prediction import SHARE_TOLERANCE, SPREAD, Prediction

PAGE_TOLERANCE = 0.02
"""For a page that has its way to itself, beside what is not known: a packet more or less in a window."""
START = 0.35 * NS_PER_S
"""By how much later than its bytes a film may begin: TCP comes up to speed, and a player's socket wakes at times."""
SWARM_TOLERANCE = 0.2
"""For goodput in a swarm: with a few packets on the way a connection often waits for its timer, and others go on."""
ASKED: Mapping[type[RequestResponse], Metric] = {
    WebPages: Metric.PAGE_TIME, MailTransactions: Metric.TRANSFER_TIME, DnsQueries: Metric.LOOKUP_TIME,
    TerminalSession: Metric.ROUND_TRIP, GameUpdates: Metric.ROUND_TRIP,
}
"""The time that each kind of transaction is judged by."""


def goodputs(journey: Journey) -> dict[Metric, Prediction]:
    """Of TCP that takes what it gets: the max-min share where theory knows it, and what the way carries of it alone."""
    if not isinstance(journey.flow.traffic, Elastic) or not journey.carriers:
        return {}
    calm, eager = journey.calm, journey.eager
    alone = _alone(journey)
    lossy = any(way.lossy for way in journey.carriers)
    alike = calm - eager <= ALIKE * calm and journey.fair and not journey.contended
    if alike and not lossy and journey.allowed is None:
        tolerance = SWARM_TOLERANCE if isinstance(journey.flow.traffic, PeerTransfer) else SHARE_TOLERANCE
        share = eager * _payload(journey) * 8
        if journey.held is not None:
            least, most = (pace * _payload(journey) * 8 for pace in journey.held)
            return {Metric.GOODPUT: Prediction(None, least * (1 - tolerance), min(alone, most * (1 + tolerance)),
                                               by="max-min shares, acknowledged by each packet or each second")}
        if not journey.steady:
            return {Metric.GOODPUT: Prediction(None, share * (1 - tolerance), by="max-min share at the least")}
        return {Metric.GOODPUT: Prediction(share, None, alone, tolerance, "max-min shares")}
    return {Metric.GOODPUT: Prediction(None, None, alone, by="headers and cells of a full packet")}


def transactions(journey: Journey) -> dict[Metric, Prediction]:
    """Of those who ask and wait: the least time, on an empty way.

    One packet each way; or a connection, a request and a response: two round trips, and the larger of the two at the
    goodput of the way; the objects of a page come a round trip later at the least. A page that has its way to itself
    is told as one value.
    """
    asked = journey.flow.traffic
    if not isinstance(asked, RequestResponse) or not journey.carriers:
        return {}
    trip = sum(way.delay for way in (*journey.carriers, *journey.back))
    if isinstance(asked, Small):
        least = trip + _through(journey.carriers, asked.response + headers(asked)) \
            + _through(journey.back, asked.request + headers(asked))
    else:
        trips = 3 if isinstance(asked, WebPages) and asked.objects else 2
        least = trips * trip + asked.largest * 8 * NS_PER_S / _alone(journey)
    if isinstance(asked, WebPages) and journey.alone is not None:
        return {Metric.PAGE_TIME: _page(page_time(asked, Ways(journey.carriers, journey.back, journey.alone)))}
    return {ASKED[type(asked)]: Prediction(None, least, by="serialization and propagation")}


def _page(bounds: tuple[float, float]) -> Prediction:
    """One value where what is not known about it is little."""
    less, more = bounds
    middle, by = (less + more) / 2, "handshakes, slow start and serialization"
    spread, (low, high) = (more - less) / 2 / middle, (less * (1 - PAGE_TOLERANCE), more * (1 + PAGE_TOLERANCE))
    if spread > SPREAD:
        return Prediction(None, low, high, by=by)
    return Prediction(middle, low, high, spread + PAGE_TOLERANCE, by)


def _through(ways: tuple[LinkDirection, ...], frame: int) -> float:
    """The time that one packet takes on all spans, one after the other, ns."""
    return sum(way.serialization(frame) for way in ways)


def films(journey: Journey) -> dict[Metric, Prediction]:
    """Of films: the picture comes with the buffer, and stays where the film comes faster than it plays."""
    film = journey.flow.traffic
    if not isinstance(film, ProgressiveDownload) or not journey.carriers:
        return {}
    first, goodput = film.rate * film.buffer, goodputs(journey)[Metric.GOODPUT].value
    if goodput is None:
        return {Metric.START_UP: Prediction(None, first / _alone(journey), by="the buffer at the way's own goodput")}
    begin = first / goodput
    told = {Metric.START_UP: Prediction(begin, first / _alone(journey), None, START / begin + SHARE_TOLERANCE,
                                        "the buffer at max-min goodput")}
    if goodput > film.rate * (1 + SPREAD):
        steady = Prediction(0.0, by="goodput beyond the film's rate")
        told |= {Metric.REBUFFERS: steady, Metric.REBUFFERING: steady}
    return told


def _alone(journey: Journey) -> float:
    """Goodput of TCP that has the whole way to itself, bit/s; on the air, if nothing but its own packets took time."""
    payload = _payload(journey)
    frame = payload + TCP_OVERHEAD + HEADER
    return min(payload * 8 * NS_PER_S / way.serialization(frame) for way in journey.carriers)


def _payload(journey: Journey) -> int:
    """Bytes of payload in a full packet of TCP: what the smallest MTU of the way leaves."""
    return min(way.layer.max_frame for way in journey.carriers) - HEADER - TCP_OVERHEAD
