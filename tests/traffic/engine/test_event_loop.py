"""The loop: order of timers, and errors that stay with their owner."""

import socket
import time
from collections.abc import Iterator
from functools import partial

import pytest

from traffic.engine.event_loop import READ, EventLoop


class Owner:
    """Remembers what failed."""

    def __init__(self) -> None:
        self.faults: list[OSError] = []

    def fail(self, fault: OSError) -> None:
        """Keep the fault."""
        self.faults.append(fault)


@pytest.fixture
def loop() -> Iterator[EventLoop]:
    """A loop that is closed in the end."""
    made = EventLoop()
    yield made
    made.close()


def test_timers_run_in_order(loop: EventLoop) -> None:
    """By time, and at one time in the order in which they were set; those set meanwhile too."""
    called: list[str] = []
    owner = Owner()
    begin = loop.now

    def first() -> None:
        called.append("first")
        loop.call_at(begin + 3, owner, lambda: called.append("last"))

    loop.call_at(begin + 2, owner, lambda: called.append("third"))
    loop.call_at(begin + 1, owner, first)
    loop.call_at(begin + 1, owner, lambda: called.append("second"))
    loop.call_at(begin + 10**18, owner, lambda: called.append("never"))
    loop.run_until(begin + 10)
    assert called == ["first", "second", "third", "last"]


def test_what_is_cancelled_is_not_called(loop: EventLoop) -> None:
    """All of one owner's, also what is due at the moment at which it is cancelled; the others' stays, in order."""
    called: list[str] = []
    gone, stays = Owner(), Owner()
    begin = loop.now
    loop.call_at(begin + 1, stays, lambda: loop.cancel(gone))
    for moment in (1, 2):
        loop.call_at(begin + moment, gone, lambda: called.append("gone"))
        loop.call_at(begin + moment, stays, partial(called.append, str(moment)))
    loop.run_until(begin + 3)
    assert called == ["1", "2"]


def test_an_error_fails_its_owner_alone(loop: EventLoop) -> None:
    """A timer that raises OSError is its owner's; the others run."""
    broken, whole = Owner(), Owner()
    called: list[str] = []

    def refuse() -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    loop.call_at(loop.now, broken, refuse)
    loop.call_at(loop.now, whole, lambda: called.append("ran"))
    loop.run_until(loop.now)
    assert ([fault.errno for fault in broken.faults], whole.faults, called) == ([111], [], ["ran"])


def test_a_socket_is_watched_until_it_is_unwatched(loop: EventLoop) -> None:
    """A readable socket calls; one that stays unread calls again; an unwatched one does not."""
    here, there = socket.socketpair()
    owner = Owner()
    calls: list[int] = []

    def heard() -> None:
        calls.append(loop.now)
        if len(calls) == 2:
            loop.unwatch(there)

    with here, there:
        loop.watch(there, READ, owner, heard)
        here.send(b"x")
        loop.run_until(loop.now + 50_000_000)
    assert len(calls) == 2


def test_it_asks_for_the_time_once_a_wake_up(loop: EventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question is a system call, and moves a lab's clock; a timer that has fired wakes it once and no more."""
    times: list[int] = []

    def clock() -> int:
        times.append(time.clock_gettime_ns(time.CLOCK_REALTIME))
        return times[-1]

    monkeypatch.setattr("traffic.engine.event_loop.time.time_ns", clock)
    begin, called = loop.now, [0]
    for number in range(3):
        loop.call_at(begin + number * 20_000_000, Owner(), lambda: called.append(1))
    loop.run_until(begin + 60_000_000)
    assert sum(called) == 3
    assert len(times) <= 1 + 4
