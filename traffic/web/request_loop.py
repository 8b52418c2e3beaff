"""The loop of request, response and think time that web pages, mail, DNS queries, games and terminals share."""

from __future__ import annotations

from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.sample_files import LOST, Transactions
from twin.core.seeds import stream
from twin.plan.blueprint import Flow, RequestResponse


class RequestLoop(ActiveFlow):
    """One subscriber who requests one thing after the other, with exponentially distributed think time.

    It begins with a pause, as most of its time is: subscribers are not synchronized, and what is left of an
    exponential pause is as long as a whole one, on average. Began all with a request, many would meet on one link.

    A subclass sends the request in `request`, calls `complete` once the response is there, and closes its sockets in
    `close`.
    """

    def __init__(self, flow: Flow, traffic: RequestResponse, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, counters)
        self.traffic, self.loop, self.timing = traffic, context.loop, context.timing
        self._random = stream(self.timing.seed, f"pauses/{flow.name}")
        self._started: int | None = None
        self._rows: list[tuple[int, int]] = []

    @property
    def outstanding(self) -> bool:
        """Whether a request has no response yet."""
        return self._started is not None

    def begin(self) -> None:
        """Send the first request after a pause."""
        self._pause()

    def request(self) -> None:
        """Send a request; its time counts from now on."""
        raise NotImplementedError

    def complete(self, ended: int) -> None:
        """The response has come (ns since 1970) or never will (LOST); send the next request after a pause."""
        if self._started is None:
            return
        self._rows.append((self._started, ended))
        self._started = None
        self._pause()

    def _pause(self) -> None:
        pause = round(self._random.expovariate(1.0) * self.traffic.pause)
        self.loop.call_at(self.loop.now + pause, self, self._next)

    def _next(self) -> None:
        if self.loop.now < self.timing.stop and not self.counters.errors:
            self._started = self.loop.now
            self.counters.requests += 1
            self.request()

    def stop(self) -> None:
        """Send no more requests; the outstanding one is LOST."""
        if self._started is not None:
            self._rows.append((self._started, LOST))
            self._started = None
        self.close()

    def take(self, until: int) -> Transactions:
        """The requests begun before `until` that have come to their end; see ActiveFlow."""
        rows = [row for row in self._rows if row[0] < until]
        self._rows = self._rows[len(rows):]
        started = tuple(start - self.timing.origin for start, _ in rows)
        ended = tuple(end if end == LOST else end - self.timing.origin for _, end in rows)
        return Transactions(started, ended, (self.traffic.largest,) * len(rows))
