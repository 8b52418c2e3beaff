"""How long a page takes on a path of its own: handshakes, requests, slow start, and serialization on the bottleneck.

The first request of a connection follows its handshake, and each response is sent in windows that double every round
trip (RFC 5681; ten segments at first, RFC 6928). Where a window is sent before its first acknowledgement is back, the
bottleneck is idle for the difference. Objects are requested once the document has arrived; each connection requests
its next object when it has the one before. Times in ns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from heapq import heappop, heappush
from math import inf

from twin.plan.blueprint import LinkDirection, WebPages
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.predict.theory.goodput import ACK_PACKET

SYN_PACKET = 60
"""IP bytes of a SYN and of a SYN-ACK, with the options that Linux sends."""
ACKNOWLEDGEMENTS = 2
"""How many acknowledgements may be sent before a request, or a SYN: one in service, and one behind it."""
FIRST_WINDOW = 10
"""Segments (RFC 6928)."""


@dataclass(frozen=True, slots=True)
class PagePath:
    """The media of a page and of its requests. fifo: whether responses wait in one FIFO, or share the bottleneck."""

    down: tuple[LinkDirection, ...]
    up: tuple[LinkDirection, ...]
    fifo: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """One response: service on the bottleneck, the rest of its delay on the path, and by how much slow start delays it.
    """

    service: float
    rest: float
    stalls: float

    @property
    def whole(self) -> float:
        """All of it, on an idle path."""
        return self.stalls + self.service + self.rest


def page_time(page: WebPages, path: PagePath) -> tuple[float, float]:
    """From the first SYN to the last byte: the least and the most.

    The two differ by how long a request waits for acknowledgements and for requests of the other connections, and by
    whether responses that share the bottleneck drift apart or end together.
    """
    times = [RequestTimes(page, path, waits) for waits in (False, True)]
    if path.fifo or not page.objects:
        least, most = (_in_fifo(page, path, variant) for variant in times)
    else:
        least, most = _spread(page, path, times[0]), _together(page, path, times[1])
    return min(least, most), max(least, most)


def beside_service(page: WebPages, path: PagePath) -> float:
    """What a page without objects takes beside the service of its bytes on the bottleneck: handshake, request, slow
    start, and the rest of the way."""
    response = fetch(page.response, path, 1)
    return RequestTimes(page, path, waits=False).first + response.stalls + response.rest


class RequestTimes:
    """The time of a request: on an open connection, and with the handshake of a new one. waits: whether it waits for
    what else is sent upstream."""

    def __init__(self, page: WebPages, path: PagePath, waits: bool) -> None:
        ack = slowest(path.up, ACK_PACKET)
        syn = through(path.up, SYN_PACKET)
        self.answer = Fetch(slowest(path.down, SYN_PACKET),
                            through(path.down, SYN_PACKET) - slowest(path.down, SYN_PACKET), 0.0)
        self.close = Fetch(2 * slowest(path.down, ACK_PACKET), 0.0, 0.0)
        self.request = through(path.up, page.request + TCP_OVERHEAD)
        self.up = {Stage.SYN: syn, Stage.REQUEST: self.request, Stage.FIN: syn + slowest(path.up, ACK_PACKET)}
        self.first = syn + self.answer.whole + ack + self.request
        others = max(0, min(page.connections, page.objects) - 1)
        self.wait = waits * (ACKNOWLEDGEMENTS * ack + others * slowest(path.up, page.request + TCP_OVERHEAD))
        self.again = self.wait + (self.request if page.persistent else self.first)


def fetch(size: int, path: PagePath, connections: int) -> Fetch:
    """A response of `size` bytes, while so many `connections` in all send as much at a time."""
    payload = min(medium.layer.max_frame for medium in path.down) - HEADER - TCP_OVERHEAD
    full, last = payload + TCP_OVERHEAD, (size - 1) % payload + 1 + TCP_OVERHEAD
    segments = -(-size // payload)
    each = slowest(path.down, full)
    service = (segments - 1) * each + slowest(path.down, last)
    trip = through(path.down, full) + through(path.up, ACK_PACKET)
    stalls, window, left = 0.0, FIRST_WINDOW, segments - FIRST_WINDOW
    while left > 0 and window * connections * each < trip:
        stalls += trip - window * connections * each
        window *= 2
        left -= window
    return Fetch(service, through(path.down, last) - slowest(path.down, last), stalls)


def through(carriers: Sequence[LinkDirection], packet: int) -> float:
    """The delay of an IP packet over all spans."""
    return sum(medium.least_delay + medium.serialization(packet + HEADER) for medium in carriers)


def slowest(carriers: Sequence[LinkDirection], packet: int) -> float:
    """The service time of an IP packet on the slowest medium."""
    return max(medium.serialization(packet + HEADER) for medium in carriers)


class Stage(IntEnum):
    """What a connection sends over the bottleneck next."""

    SYN = auto()
    """The SYN-ACK of its handshake."""
    REQUEST = auto()
    """A response."""
    FIN = auto()
    """The packets that close the connection before, which nobody waits for."""


def _in_fifo(page: WebPages, path: PagePath, times: RequestTimes) -> float:
    """All responses wait in one FIFO before the bottleneck."""
    response = fetch(page.object_size, path, 1)
    end = times.first + fetch(page.response, path, 1).whole
    served = {Stage.SYN: times.answer, Stage.REQUEST: response, Stage.FIN: times.close}
    width = min(page.connections, page.objects)
    stages = [Stage.REQUEST if _is_open(page, place) else Stage.SYN for place in range(width)]
    due = sorted((end + times.wait + times.up[stage], place, stage) for place, stage in enumerate(stages))
    left, free = page.objects - width, 0.0
    while due:
        ready, place, stage = heappop(due)
        free = max(ready + served[stage].stalls, free) + served[stage].service
        arrived = free + served[stage].rest
        if stage is Stage.SYN:
            heappush(due, (arrived + times.first - times.up[Stage.SYN] - times.answer.whole, place, Stage.REQUEST))
        elif stage is Stage.REQUEST:
            end = arrived
            following = [Stage.REQUEST] if page.persistent else [Stage.SYN, Stage.FIN]
            for stage in following if left else following[1:]:
                heappush(due, (arrived + times.wait + times.up[stage], place, stage))
            left -= bool(left)
    return end


def _is_open(page: WebPages, place: int) -> bool:
    """Whether the first object of a connection finds it open: only that of the document, if connections persist."""
    return page.persistent and place == 0


def _spread(page: WebPages, path: PagePath, times: RequestTimes) -> float:
    """Responses share the bottleneck equally, and end as far apart as they began."""
    width = min(page.connections, page.objects)
    response = fetch(page.object_size, path, width)
    end = times.first + fetch(page.response, path, 1).whole
    waiting = sorted(end + (times.request if _is_open(page, place) else times.first) for place in range(width))
    left, now, requested = list[float](), 0.0, 0
    while requested < page.objects or left:
        arrives = waiting[0] + response.stalls if waiting and requested < page.objects else inf
        ends = now + min(left) * len(left) if left else inf
        moment = min(arrives, ends)
        left, now = [rest - (moment - now) / len(left) for rest in left], moment
        if ends <= arrives:
            left.remove(min(left))
            end = now + response.rest
            waiting = sorted([*waiting, end + times.again])
        else:
            waiting.pop(0)
            left.append(response.service)
            requested += 1
    return end


def _together(page: WebPages, path: PagePath, times: RequestTimes) -> float:
    """All connections send requests at once, and all responses end at once: the bottleneck is idle in between."""
    response, width = fetch(page.object_size, path, 1), min(page.connections, page.objects)
    rounds, rest = divmod(page.objects, width)
    end = times.first + fetch(page.response, path, 1).whole
    end += times.wait + (times.request if page.persistent and width == 1 else times.first)
    end += (rounds + bool(rest) - 1) * times.again
    end += 0.0 if page.persistent else page.objects * times.close.service
    return end + (rounds + bool(rest)) * (response.stalls + response.rest) + page.objects * response.service
