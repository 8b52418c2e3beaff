"""How long a page takes on a way of its own: handshakes, requests, slow start, and serialization on the bottleneck.

A connection's first request comes after a handshake, and each response is sent in windows that double every round trip
(RFC 5681; ten segments at first, RFC 6928). Where the window is on its way before its first acknowledgement is back,
the bottleneck stands still for the difference. Objects are asked for once the document is there; each connection asks
for its next object when it has the one before. Times in ns.
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
"""IP bytes of a SYN and of its answer, with the options that Linux sends."""
ACKNOWLEDGEMENTS = 2
"""How many of what came last may stand before a request, or a SYN: one on its way, and one behind it."""
FIRST_WINDOW = 10
"""Segments (RFC 6928)."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What carries a page, and what its requests. fifo: whether responses wait in one line, or share the bottleneck."""

    down: tuple[LinkDirection, ...]
    up: tuple[LinkDirection, ...]
    fifo: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """One response: service on the bottleneck, what it takes beside that on its way, and by how much slow start holds
    it up."""

    service: float
    rest: float
    stalls: float

    @property
    def whole(self) -> float:
        """All of it, where nobody else is on the way."""
        return self.stalls + self.service + self.rest


def page_time(page: WebPages, ways: Ways) -> tuple[float, float]:
    """From the first SYN to the last byte: what it takes at the least and at the most.

    Between the two lies how long a request waits for acknowledgements and for requests of the other connections, and
    whether responses that share the bottleneck drift apart or end together.
    """
    turns = [Turn(page, ways, waits) for waits in (False, True)]
    if ways.fifo or not page.objects:
        less, more = (_in_line(page, ways, turn) for turn in turns)
    else:
        less, more = _apart(page, ways, turns[0]), _together(page, ways, turns[1])
    return min(less, more), max(less, more)


class Turn:
    """What asking takes: on a connection that stands, and with the handshake of a new one before. waits: whether it
    does, for what else can be on the way up."""

    def __init__(self, page: WebPages, ways: Ways, waits: bool) -> None:
        ack = slowest(ways.up, ACK_PACKET)
        call = through(ways.up, SYN_PACKET)
        self.answer = Fetch(slowest(ways.down, SYN_PACKET),
                            through(ways.down, SYN_PACKET) - slowest(ways.down, SYN_PACKET), 0.0)
        self.close = Fetch(2 * slowest(ways.down, ACK_PACKET), 0.0, 0.0)
        self.ask = through(ways.up, page.request + TCP_OVERHEAD)
        self.up = {Stage.CALLED: call, Stage.ASKED: self.ask, Stage.LEFT: call + slowest(ways.up, ACK_PACKET)}
        self.first = call + self.answer.whole + ack + self.ask
        others = max(0, min(page.connections, page.objects) - 1)
        self.wait = waits * (ACKNOWLEDGEMENTS * ack + others * slowest(ways.up, page.request + TCP_OVERHEAD))
        self.again = self.wait + (self.ask if page.persistent else self.first)


def fetch(size: int, ways: Ways, beside: int) -> Fetch:
    """A response of so many bytes, while `beside` connections in all send as much at a time."""
    payload = min(one.layer.max_frame for one in ways.down) - HEADER - TCP_OVERHEAD
    full, last = payload + TCP_OVERHEAD, (size - 1) % payload + 1 + TCP_OVERHEAD
    segments = -(-size // payload)
    each = slowest(ways.down, full)
    service = (segments - 1) * each + slowest(ways.down, last)
    trip = through(ways.down, full) + through(ways.up, ACK_PACKET)
    stalls, window, left = 0.0, FIRST_WINDOW, segments - FIRST_WINDOW
    while left > 0 and window * beside * each < trip:
        stalls += trip - window * beside * each
        window *= 2
        left -= window
    return Fetch(service, through(ways.down, last) - slowest(ways.down, last), stalls)


def through(carriers: Sequence[LinkDirection], packet: int) -> float:
    """The time that an IP packet takes over all spans."""
    return sum(one.delay + one.serialization(packet + HEADER) for one in carriers)


def slowest(carriers: Sequence[LinkDirection], packet: int) -> float:
    """The time that an IP packet takes of the slowest medium."""
    return max(one.serialization(packet + HEADER) for one in carriers)


class Stage(IntEnum):
    """What waits before the bottleneck next on behalf of a connection."""

    CALLED = auto()
    """The answer to its handshake."""
    ASKED = auto()
    """A response."""
    LEFT = auto()
    """What closes the one before, which nobody waits for."""


def _in_line(page: WebPages, ways: Ways, turn: Turn) -> float:
    """All that comes down waits one behind the other before the bottleneck."""
    one = fetch(page.object_size, ways, 1)
    end = turn.first + fetch(page.response, ways, 1).whole
    served = {Stage.CALLED: turn.answer, Stage.ASKED: one, Stage.LEFT: turn.close}
    width = min(page.connections, page.objects)
    stages = [Stage.ASKED if _stands(page, place) else Stage.CALLED for place in range(width)]
    due = sorted((end + turn.wait + turn.up[stage], place, stage) for place, stage in enumerate(stages))
    unasked, free = page.objects - width, 0.0
    while due:
        ready, place, stage = heappop(due)
        free = max(ready + served[stage].stalls, free) + served[stage].service
        seen = free + served[stage].rest
        if stage is Stage.CALLED:
            heappush(due, (seen + turn.first - turn.up[Stage.CALLED] - turn.answer.whole, place, Stage.ASKED))
        elif stage is Stage.ASKED:
            end = seen
            following = [Stage.ASKED] if page.persistent else [Stage.CALLED, Stage.LEFT]
            for stage in following if unasked else following[1:]:
                heappush(due, (seen + turn.wait + turn.up[stage], place, stage))
            unasked -= bool(unasked)
    return end


def _stands(page: WebPages, place: int) -> bool:
    """Whether the first object of a connection finds it open: that of the document stays so, if any does."""
    return page.persistent and place == 0


def _apart(page: WebPages, ways: Ways, turn: Turn) -> float:
    """Those that are under way share the bottleneck alike, and come as far apart as they began."""
    width = min(page.connections, page.objects)
    one = fetch(page.object_size, ways, width)
    end = turn.first + fetch(page.response, ways, 1).whole
    waiting = sorted(end + (turn.ask if _stands(page, place) else turn.first) for place in range(width))
    left, now, asked = list[float](), 0.0, 0
    while asked < page.objects or left:
        arrives = waiting[0] + one.stalls if waiting and asked < page.objects else inf
        ends = now + min(left) * len(left) if left else inf
        moment = min(arrives, ends)
        left, now = [rest - (moment - now) / len(left) for rest in left], moment
        if ends <= arrives:
            left.remove(min(left))
            end = now + one.rest
            waiting = sorted([*waiting, end + turn.again])
        else:
            waiting.pop(0)
            left.append(one.service)
            asked += 1
    return end


def _together(page: WebPages, ways: Ways, turn: Turn) -> float:
    """All connections ask at once, and all responses end at once, so that the bottleneck rests while they ask."""
    one, width = fetch(page.object_size, ways, 1), min(page.connections, page.objects)
    rounds, rest = divmod(page.objects, width)
    asks = turn.first + fetch(page.response, ways, 1).whole
    asks += turn.wait + (turn.ask if page.persistent and width == 1 else turn.first)
    asks += (rounds + bool(rest) - 1) * turn.again
    asks += 0.0 if page.persistent else page.objects * turn.close.service
    return asks + (rounds + bool(rest)) * (one.stalls + one.rest) + page.objects * one.service
