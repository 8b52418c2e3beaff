"""The most packets that TCP and request-response traffic send within any time: a burst and a rate.

TCP never has more than its window in flight, and what is acknowledged has passed its slowest medium: within a time t it
sends at most a window more than was acknowledged, and what was acknowledged is at most a window (held up somewhere) and
t at the rate of that medium. Requests are closed loops: the next one is sent after the response to the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.plan.blueprint import DatagramRequests, Elastic, LinkDirection, MailTransactions, RequestResponse, WebPages
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD

LARGEST_WINDOW = 16 * 1024 * 1024
"""Bytes that the sockets of the traffic generators hold at most."""
WINDOWS = 2
"""How many windows TCP may send at once: one that is acknowledged together, and one that follows it."""
TRIES = 2
"""Packets of a request or response that may be sent together: one, and its retransmission."""


class BurstBound(NamedTuple):
    """Packets at once, and packets/s beside these."""

    burst: float
    rate: float


def tcp_burst(traffic: Elastic | WebPages | MailTransactions, frame: int, carriers: Sequence[LinkDirection],
              towards_client: bool = True) -> BurstBound:
    """Of the data of TCP in packets of `frame` bytes over these media. towards_client: whether it is the responses
    rather than the requests."""
    slowest = max((medium.serialization(frame) for medium in carriers), default=0.0)
    rate = NS_PER_S / slowest if slowest else inf
    payload = frame - HEADER - TCP_OVERHEAD
    match traffic:
        case Elastic(window=window, connections=connections, clamp=clamp):
            held = connections * (clamp or window or LARGEST_WINDOW)
        case RequestResponse() as pages:
            held = pages.largest if towards_client else pages.request
    return BurstBound(WINDOWS * -(-held // payload), rate)


def ack_burst(data: BurstBound, frame: int, carriers: Sequence[LinkDirection]) -> BurstBound:
    """Of the acknowledgements of such data: one for each packet at most, which arrive one after the other if the last
    medium is the slowest."""
    times = [medium.serialization(frame) for medium in carriers]
    return BurstBound(1 if times and times[-1] == max(times) else data.burst, data.rate)


def request_burst(traffic: RequestResponse, round_trip: float) -> BurstBound:
    """Of small requests and responses: one per round trip at most. round_trip: ns, without queueing."""
    tries = traffic.tries if isinstance(traffic, DatagramRequests) else TRIES
    return BurstBound(1 + tries, NS_PER_S / round_trip if round_trip else inf)
