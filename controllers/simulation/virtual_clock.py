"""A clock that jumps to the next thing that is due: a controller with it needs no thread and no waiting."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import partial
from typing import Any

Action = Callable[[], None]
MOST_AT_ONCE = 10_000
"""How much may happen at one moment: a controller that acts more often would go on for ever."""


class EndlessMoment(Exception):
    """At one moment more and more happens, so that the next one never comes."""


class VirtualClock:
    """The time of a simulation, ns from its start. What is due at one moment happens in the order in which it was
    planned."""

    def __init__(self) -> None:
        self.now_ns = 0
        self._planned: list[tuple[int, int, Action]] = []
        self._count = 0

    def at(self, when_ns: int, action: Action) -> None:
        """Do something at a time, at once if that is over."""
        self._count += 1
        heapq.heappush(self._planned, (max(when_ns, self.now_ns), self._count, action))

    def run(self, until_ns: int, after_each: Action = lambda: None) -> None:
        """Let everything happen that is due until then, with `after_each` behind every moment at which something did.

        Raises EndlessMoment where a moment does not end.
        """
        while self._planned and self._planned[0][0] <= until_ns:
            self.now_ns = self._planned[0][0]
            self._run_moment()
            after_each()
        self.now_ns = until_ns

    def _run_moment(self) -> None:
        for _ in range(MOST_AT_ONCE):
            if not self._planned or self._planned[0][0] != self.now_ns:
                return
            heapq.heappop(self._planned)[2]()
        raise EndlessMoment


class ApplicationClock:
    """The clock of one application (controllers.clock.Clock). deliver: takes its events that are due."""

    def __init__(self, clock: VirtualClock, deliver: Callable[[Any], None]) -> None:
        self._clock = clock
        self._deliver = deliver

    def now_ns(self) -> int:
        """See Clock."""
        return self._clock.now_ns

    def date_ns(self) -> int:
        """See Clock; a simulation begins in 1970."""
        return self._clock.now_ns

    def after(self, wait_ns: int, event: Any) -> None:
        """See Clock."""
        self._clock.at(self._clock.now_ns + wait_ns, partial(self._deliver, event))

    def event_queue(self, service_ns: int = 0) -> VirtualQueue:
        """See Clock."""
        return VirtualQueue(self._clock, self._deliver, service_ns)


class VirtualQueue:
    """A queue with one server (controllers.clock.EventQueue)."""

    def __init__(self, clock: VirtualClock, deliver: Callable[[Any], None], service_ns: int) -> None:
        self._clock = clock
        self._deliver = deliver
        self._service_ns = service_ns
        self._free_ns = 0

    def put(self, delay_ns: int, event: Any) -> None:
        """See EventQueue."""
        self._free_ns = max(self._clock.now_ns + delay_ns, self._free_ns) + self._service_ns
        self._clock.at(self._free_ns, partial(self._deliver, event))

    def serve(self) -> None:
        """See EventQueue: the clock does it."""
