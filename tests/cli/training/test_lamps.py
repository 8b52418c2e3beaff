"""The lamps of a class: what each twin shows is trusted, or not, or the twin says nothing any more."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from twin.api.classroom.lamps import SILENT_S, Lamp, Lamps
from twin.core.errors import EmulationError
from twin.judge.live.fidelity import Fidelity, Trust

GOOD = Fidelity(Trust.TRUSTED, (), 300_000, {}, 0.0)
LATE = Fidelity(Trust.UNTRUSTED, ("a timer was late by 90 ms, more than 10 ms",), 90_000_000, {}, 0.0)


@dataclass
class FakeTwins:
    """Twins that tell what a test says, and a clock. noted: whether the last words were heard."""

    now: float = 0.0
    words: dict[str, queue.Queue[Fidelity | None]] = field(default_factory=dict)
    noted: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def fidelities(self, name: str) -> Iterator[Fidelity]:
        """What a twin says of its fidelity, until it ends."""
        while (fidelity := self.words[name].get()) is not None:
            yield fidelity
            self.noted.release()
        self.noted.release()
        raise EmulationError("the lab has ended")

    def say(self, name: str, fidelity: Fidelity | None) -> None:
        """Let a twin tell something, or end, and wait until that was heard."""
        self.words[name].put(fidelity)
        self.noted.acquire()


@contextmanager
def followed(*seats: str) -> Iterator[tuple[FakeTwins, Lamps]]:
    """Lamps that follow the twins of these seats, which end with the block."""
    twins = FakeTwins(words={f"class-{seat}": queue.Queue() for seat in seats})
    lamps = Lamps(twins.fidelities, lambda: twins.now)
    before = {*threading.enumerate()}
    lamps.follow({seat: f"class-{seat}" for seat in seats})
    try:
        yield twins, lamps
    finally:
        for name in twins.words:
            twins.words[name].put(None)
        ended(before)


def ended(before: set[threading.Thread]) -> None:
    """Wait until the threads that came meanwhile have ended."""
    for thread in {*threading.enumerate()} - before:
        thread.join()


def test_each_seat_has_the_lamp_of_its_twin() -> None:
    """None before it has said anything."""
    with followed("anna", "ben") as (twins, lamps):
        assert lamps.lamp("anna") is lamps.lamp("nobody") is None
        twins.say("class-anna", GOOD)
        twins.say("class-ben", LATE)
        assert lamps.lamp("anna") == Lamp(Trust.TRUSTED, 300_000, ())
        assert lamps.lamp("ben") == Lamp(Trust.UNTRUSTED, 90_000_000, LATE.reasons)


def test_a_twin_that_says_nothing_any_more_is_not_trusted() -> None:
    """Such as one that gets no processor at all, from the start or later; it is again once it speaks."""
    with followed("anna") as (twins, lamps):
        twins.now = SILENT_S + 5
        assert lamps.lamp("anna") == Lamp(Trust.UNKNOWN, 0, ("nothing was heard of this twin for 15 s",))
        twins.say("class-anna", GOOD)
        assert lamps.lamp("anna") == Lamp(Trust.TRUSTED, 300_000, ())
        twins.now += SILENT_S + 1
        assert lamps.lamp("anna") == Lamp(Trust.UNKNOWN, 0, ("nothing was heard of this twin for 11 s",))


def test_a_twin_that_ended_has_no_lamp_and_a_new_one_is_followed() -> None:
    """Its seat keeps nothing of the one before."""
    before = {*threading.enumerate()}
    with followed("anna") as (twins, lamps):
        twins.say("class-anna", LATE)
        lamps.follow({})
        assert lamps.lamp("anna") is None
        twins.say("class-anna", None)
        ended(before)
        lamps.follow({"anna": "class-anna"})
        assert lamps.lamp("anna") is None
        twins.say("class-anna", GOOD)
        assert lamps.lamp("anna") == Lamp(Trust.TRUSTED, 300_000, ())
