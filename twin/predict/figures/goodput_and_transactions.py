"""Closed forms of TCP and of requests: goodput, progressive download, and transaction times."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

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
from twin.predict.figures.page_time import PagePath, page_time
from twin.predict.load.packet_streams import Small, headers
from twin.predict.load.tcp_shares import TcpRange
from twin.predict.path_prediction import ALIKE, PathPrediction
from twin.predict.prediction import GRAIN, SHARE_TOLERANCE, SPREAD, Prediction

PAGE_TOLERANCE = 0.02
"""Of a page that has its path to itself, beyond its uncertainty: a packet more or less in a window."""
START = 0.35 * NS_PER_S
"""By how much later than its bytes playback may begin: slow start, and the polling of the player, ns."""
HELD_BACK = 4
"""Packets that may have come before the measurement, and are handed on in it: they waited for one that was lost."""
SWARM_TOLERANCE = 0.2
"""Of goodput in a swarm: with few packets in flight a connection often waits for a timeout while others continue."""
TIME_METRIC: Mapping[type[RequestResponse], Metric] = {
    WebPages: Metric.PAGE_TIME, MailTransactions: Metric.TRANSFER_TIME, DnsQueries: Metric.LOOKUP_TIME,
    TerminalSession: Metric.ROUND_TRIP, GameUpdates: Metric.ROUND_TRIP,
}
"""The metric of the time of each kind of transaction."""


def goodputs(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of TCP: the max-min share where that is certain, or between what and what it lies."""
    if not isinstance(path.flow.traffic, Elastic) or not path.carriers:
        return {}
    alone, payload = _alone(path), _payload(path) * 8
    if path.air_range is not None and path.tcp_range is not None:
        return {Metric.GOODPUT: _on_air(path, path.air_range, path.tcp_range, payload)}
    held = HELD_BACK * payload / path.seconds
    alone += held if held > ALIKE * alone else 0.0
    if path.contended or path.tcp_range is None:
        return {Metric.GOODPUT: Prediction(None, None, alone, by="headers and cells of a full packet")}
    tolerance = SWARM_TOLERANCE if isinstance(path.flow.traffic, PeerTransfer) else SHARE_TOLERANCE
    least, most, waiting = (packets * payload for packets in path.tcp_range)
    if not path.steady:
        most = alone
    tolerance = max(tolerance, held / most if most else 0.0)
    if waiting / path.seconds > tolerance * least:  # as the run ends, or as it begins
        least, most = max(0.0, least - waiting / path.seconds), most + waiting / path.seconds
    if most - least <= ALIKE * most:
        return {Metric.GOODPUT: Prediction(least, None, alone, tolerance, "max-min shares")}
    high = min(alone, most * (1 + tolerance), inf if path.policed is None else path.policed * payload)
    if not least:
        return {Metric.GOODPUT: Prediction(None, None, high, by="max-min share, at most: losses decide the least")}
    return {Metric.GOODPUT: Prediction(None, least * (1 - tolerance), high, by="max-min shares, buffers, round trips")}


def _share(path: PathPrediction) -> float | None:
    """The goodput of TCP before a run ends, bit/s, where it is certain."""
    if path.contended or path.tcp_range is None or path.air_range is not None or not path.steady:
        return None
    least, most = path.tcp_range.least, path.tcp_range.most
    return least * _payload(path) * 8 if most - least <= ALIKE * most else None


def _on_air(path: PathPrediction, air: TcpRange, wired: TcpRange, payload: float) -> Prediction:
    """Of TCP over contended air: no more than the airtime of its packets and acknowledgements allows, no less than its
    turns beside saturated stations; other spans may allow less."""
    high = min(_alone(path), air.most * payload, inf if path.policed is None else path.policed * payload)
    least = min(air.least, wired.least) * payload * (1 - SHARE_TOLERANCE)
    if not least:
        return Prediction(None, None, high, by="airtime of packets and acknowledgements: losses decide the least")
    return Prediction(None, min(least, high), high, by="airtime of packets and acknowledgements, turns of stations")


def transactions(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of requests and responses: the least time, on an empty path.

    One packet each way; or a connection, a request and a response: two round trips, and the larger of the two at the
    goodput of the path; the objects of a page need one round trip more. A page that has its path to itself has a value.
    """
    traffic = path.flow.traffic
    if not isinstance(traffic, RequestResponse) or not path.carriers:
        return {}
    trip = sum(medium.least_delay for medium in (*path.carriers, *path.back))
    if isinstance(traffic, Small):
        least = trip + _through(path.carriers, traffic.response + headers(traffic)) \
            + _through(path.back, traffic.request + headers(traffic))
    else:
        trips = 3 if isinstance(traffic, WebPages) and traffic.objects else 2
        least = trips * trip + traffic.largest * 8 * NS_PER_S / _alone(path)
    if isinstance(traffic, WebPages) and path.unshared_fifo is not None:
        return {Metric.PAGE_TIME: _page(page_time(traffic, PagePath(path.carriers, path.back, path.unshared_fifo)))}
    if isinstance(traffic, Small):
        return {TIME_METRIC[type(traffic)]: _exchange(path, least)}
    return {TIME_METRIC[type(traffic)]: Prediction(
        None, least, by="serialization and propagation: at the most, losses beside other flows cost timeouts")}


def _exchange(path: PathPrediction, least: float) -> Prediction:
    """A packet there and one back: no queue holds them up for longer than its bound, if none of them can be lost."""
    longest = path.longest_exchange
    if longest is None:
        return Prediction(None, least, by="serialization and propagation: at the most, what is lost is asked again")
    most = least + longest + GRAIN * len(path.round_trip)
    return Prediction(None, least, most, by="network calculus, there and back")


def _page(bounds: tuple[float, float]) -> Prediction:
    """One value where the uncertainty is small."""
    least, most = bounds
    middle, by = (least + most) / 2, "handshakes, slow start and serialization"
    spread, (low, high) = (most - least) / 2 / middle, (least * (1 - PAGE_TOLERANCE), most * (1 + PAGE_TOLERANCE))
    if spread > SPREAD:
        return Prediction(None, low, high, by=by)
    return Prediction(middle, low, high, spread + PAGE_TOLERANCE, by)


def _through(carriers: tuple[LinkDirection, ...], frame: int) -> float:
    """The time that one packet takes on all spans, one after the other, ns."""
    return sum(medium.serialization(frame) for medium in carriers)


def films(path: PathPrediction) -> dict[Metric, Prediction]:
    """Of progressive download: playback begins with a full buffer, and continues where goodput exceeds its rate."""
    film = path.flow.traffic
    if not isinstance(film, ProgressiveDownload) or not path.carriers:
        return {}
    first, goodput = film.rate * film.buffer, _share(path)
    if goodput is None:
        return {Metric.START_UP: Prediction(None, first / _alone(path), by="the buffer at the path's own goodput")}
    begin = first / goodput
    predictions = {Metric.START_UP: Prediction(begin, first / _alone(path), None, START / begin + SHARE_TOLERANCE,
                                               "the buffer at max-min goodput")}
    if goodput > film.rate * (1 + SPREAD):
        steady = Prediction(0.0, by="goodput exceeds the film's rate")
        predictions |= {Metric.REBUFFERS: steady, Metric.REBUFFERING: steady}
    return predictions


def _alone(path: PathPrediction) -> float:
    """Goodput of TCP that has the whole path to itself, bit/s; on the air, if only its own packets took airtime."""
    payload = _payload(path)
    frame = payload + TCP_OVERHEAD + HEADER
    return min(payload * 8 * NS_PER_S / medium.serialization(frame) for medium in path.carriers)


def _payload(path: PathPrediction) -> int:
    """Bytes of payload in a full TCP packet, by the smallest MTU of the path."""
    return min(medium.layer.max_frame for medium in path.carriers) - HEADER - TCP_OVERHEAD
