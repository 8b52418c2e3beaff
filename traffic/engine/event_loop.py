"""One thread, many sockets and timers: waits until something is due or ready, and never spins.

Times are ns since 1970 by CLOCK_REALTIME, the one clock of the lab. A callback that fails with OSError fails its owner
alone; the loop and everybody else go on.
"""

from __future__ import annotations

import heapq
import os
import select
import time
from collections.abc import Callable
from itertools import count
from typing import Protocol

from traffic.engine import syscalls

READ, WRITE = select.EPOLLIN, select.EPOLLOUT


class Owner(Protocol):
    """The flow or server that a callback belongs to."""

    def fail(self, fault: OSError) -> None:
        """Record that the callback failed with `fault`."""
        ...


class Descriptor(Protocol):
    """A socket, or anything else with a descriptor to wait for."""

    def fileno(self) -> int:
        """The number of the descriptor."""
        ...


class EventLoop:
    """Sockets and timers; `now` is the time at which the callbacks of one iteration run."""

    def __init__(self) -> None:
        self.now = time.time_ns()
        self.lateness = 0
        """By how much the latest of all timers came after its time, ns."""
        self._timers: list[tuple[int, int, Owner, Callable[[], None]]] = []
        self._order = count()
        self._sockets: dict[int, tuple[Owner, Callable[[], None]]] = {}
        self._unwatched: set[int] = set()
        self._epoll = select.epoll()
        self._alarm = syscalls.timer()
        self._armed = 0
        self._epoll.register(self._alarm, READ)

    def close(self) -> None:
        """Close the descriptors of the loop itself."""
        self._epoll.close()
        os.close(self._alarm)

    def call_at(self, moment: int, owner: Owner, call: Callable[[], None]) -> None:
        """Call at `moment`; calls of one moment come in the order in which they were scheduled."""
        heapq.heappush(self._timers, (moment, next(self._order), owner, call))

    def cancel(self, owner: Owner) -> None:
        """Call nothing more for an owner at any moment; its sockets are its own business."""
        self._timers = [timer for timer in self._timers if timer[2] is not owner]
        heapq.heapify(self._timers)

    def watch(self, sock: Descriptor, events: int, owner: Owner, call: Callable[[], None]) -> None:
        """Call whenever one of `events` holds for the socket; replaces what was watched for before."""
        if sock.fileno() in self._sockets:
            self._epoll.modify(sock, events)
        else:
            self._epoll.register(sock, events)
        self._sockets[sock.fileno()] = (owner, call)

    def unwatch(self, sock: Descriptor) -> None:
        """Stop watching the socket, if it is watched; whoever gets its descriptor next is not called in its place."""
        if self._sockets.pop(sock.fileno(), None):
            self._epoll.unregister(sock)
            self._unwatched.add(sock.fileno())

    def run_until(self, stop: int) -> None:
        """Run until all that is due by `stop` has been called."""
        self.now = time.time_ns()
        while True:
            self._run_timers(min(self.now, stop))
            if self.now >= stop:
                return
            self._arm(min(self._timers[0][0], stop) if self._timers else stop)
            ready = self._epoll.poll()
            self.now = time.time_ns()
            self._unwatched.clear()
            for descriptor, _ in ready:
                if descriptor in self._sockets and descriptor not in self._unwatched:
                    self._call(*self._sockets[descriptor])

    def _arm(self, moment: int) -> None:
        if moment != self._armed:
            syscalls.set_timer(self._alarm, moment)
            self._armed = moment

    def _run_timers(self, until: int) -> None:
        while self._timers and self._timers[0][0] <= until:
            moment, _, owner, call = heapq.heappop(self._timers)
            self.lateness = max(self.lateness, self.now - moment)
            self._call(owner, call)

    def _call(self, owner: Owner, call: Callable[[], None]) -> None:
        try:
            call()
        except OSError as fault:
            owner.fail(fault)
