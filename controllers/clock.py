"""The controller's clock: what time it is, and events that come later.

`Clock` is what the controller asks for; `FrameworkClock` is that of this machine. A simulated one is in
controllers.simulation.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from controllers import ryu_api
from twin.core.units import NS_PER_S

SendEvent = Callable[[Any], None]
"""Puts an event into the application's own queue."""


class EventQueue(Protocol):
    """A queue of events, in order: each is due at a time, and then takes the server its service time."""

    def put(self, delay_ns: int, event: Any) -> None:
        """Queue an event that is due after so many ns."""

    def serve(self) -> None:
        """Send the events on when it is time; never returns, save where the clock itself does it."""


class Clock(Protocol):
    """The time, and events that are sent to the application when it has come."""

    def now_ns(self) -> int:
        """Of the monotonic clock."""

    def date_ns(self) -> int:
        """Since 1970."""

    def after(self, wait_ns: int, event: Any) -> None:
        """Send an event after so many ns."""

    def event_queue(self, service_ns: int = 0) -> EventQueue:
        """A new queue whose server takes so many ns for each event."""


class FrameworkClock:
    """The machine's clock, waited for in the framework's threads."""

    def __init__(self, send_event: SendEvent) -> None:
        self._send_event = send_event

    def now_ns(self) -> int:
        """See Clock."""
        return time.monotonic_ns()

    def date_ns(self) -> int:
        """See Clock."""
        return time.time_ns()

    def after(self, wait_ns: int, event: Any) -> None:
        """See Clock."""
        ryu_api.hub.spawn(self._sleep_and_send, wait_ns, event)

    def event_queue(self, service_ns: int = 0) -> EventQueue:
        """See Clock."""
        return DelayQueue(self._send_event, service_ns)

    def _sleep_and_send(self, wait_ns: int, event: Any) -> None:
        ryu_api.hub.sleep(wait_ns / NS_PER_S)
        self._send_event(event)


class DelayQueue:
    """A queue that a thread of the framework serves.

    In order, not a timer each: Open vSwitch reports a cut twice, and only the second report says that the port is down.
    """

    def __init__(self, send_event: SendEvent, service_ns: int = 0) -> None:
        self._send_event = send_event
        self._service_ns = service_ns
        self._events: Any = ryu_api.hub.Queue()

    def put(self, delay_ns: int, event: Any) -> None:
        """Queue an event that is due after so many ns."""
        self._events.put((time.monotonic_ns() + delay_ns, event))

    def get(self) -> tuple[int, Any]:
        """The first event and when it is due, ns of the monotonic clock; waits for one."""
        due_ns, event = self._events.get()
        return due_ns, event

    def serve(self) -> None:
        """Send the events on when it is time; never returns."""
        while True:
            due_ns, event = self.get()
            now_ns = time.monotonic_ns()
            ryu_api.hub.sleep((max(due_ns, now_ns) + self._service_ns - now_ns) / NS_PER_S)
            self._send_event(event)
