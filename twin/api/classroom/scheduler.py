"""Keeps as many twins of a class up as the machine holds: looks at its state again and again, and does what is next.

Which twin is next is decided by a pure function (twin.jobs.classroom.seats); here it is only done, and written down.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from twin.api.classroom.class_folder import ClassFolder
from twin.api.live.live_twin import attach, running_twins
from twin.core.errors import TwinError
from twin.jobs.classroom.events import HandedIn, TwinDown, TwinFailed, TwinStarting, TwinUp
from twin.jobs.classroom.seats import SeatState, after_power_loss, next_steps
from twin.jobs.training.acts import handed_in

AGAIN_S = 0.5
"""How often the state is looked at."""


class SchedulerEventKind(StrEnum):
    """What happened to the twin of a seat."""

    BEGINS = "begins"
    UP = "up"
    DOWN = "down"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class SchedulerEvent:
    """Something that happened to the twin of a seat. reason: why it cannot be brought up."""

    kind: SchedulerEventKind
    seat: str
    reason: str = ""


class Twins(Protocol):
    """What brings twins up and down; a fake in tests."""

    def running(self) -> Iterable[str]:
        """The names of those that are up."""

    def start(self, held: ClassFolder, seat: str) -> None:
        """Bring the twin of a seat up. Raises TwinError where that fails."""

    def end(self, name: str) -> None:
        """Shut a twin down, if it is up."""


class LiveTwins:
    """The twins of this machine."""

    def running(self) -> Iterable[str]:
        """Those of this user."""
        return running_twins()

    def start(self, held: ClassFolder, seat: str) -> None:
        """As the session stands."""
        held.session(seat).bring_up()

    def end(self, name: str) -> None:
        """Where it has gone meanwhile, nothing is left to do."""
        with suppress(TwinError), attach(name) as twin:
            twin.down()


class Scheduler:
    """Of one class; `run` until the class is ended, or `stop`."""

    def __init__(self, held: ClassFolder, live: int, twins: Twins,
                 on_event: Callable[[SchedulerEvent], None]) -> None:
        self._held, self._live, self._twins, self._on_event = held, live, twins, on_event
        self._stopped = threading.Event()

    def run(self) -> None:
        """Until the class is ended and its twins are down, or it is stopped, which leaves them up."""
        while not self._stopped.is_set() and self.step():
            self._stopped.wait(AGAIN_S)

    def stop(self) -> None:
        """Do nothing more; twins stay up."""
        self._stopped.set()

    def step(self) -> bool:
        """Do what is next; whether there can be more."""
        self.notice()
        state = self._held.journal.state()
        steps = next_steps(state, self._live)
        for seat in steps.end:
            self._twins.end(self._held.twin_name(seat))
            self._held.journal.add(TwinDown(seat))
        for seat in steps.start:
            self._start(seat)
        return not (state.ended and not any(seat.up for seat in self._held.journal.state().seats.values()))

    def notice(self) -> None:
        """Write down what happened by itself: twins that have ended, exercises that were handed in."""
        journal, up = self._held.journal, {*self._twins.running()}
        state = journal.state()
        for event in after_power_loss(state, [seat for seat in state.seats if self._held.twin_name(seat) in up]):
            if isinstance(event, TwinUp | TwinDown):
                kind = SchedulerEventKind.UP if isinstance(event, TwinUp) else SchedulerEventKind.DOWN
                self._on_event(SchedulerEvent(kind, event.seat))
            journal.add(event)
        for seat in state.seats.values():
            if seat.state is SeatState.WORKING and handed_in(self._held.session(seat.name).acts()):
                journal.add(HandedIn(seat.name))

    def _start(self, seat: str) -> None:
        self._held.journal.add(TwinStarting(seat))
        self._on_event(SchedulerEvent(SchedulerEventKind.BEGINS, seat))
        try:
            self._twins.start(self._held, seat)
        except TwinError as fault:
            self._on_event(SchedulerEvent(SchedulerEventKind.BROKEN, seat, str(fault)))
            self._held.journal.add(TwinFailed(seat, str(fault)))
        else:
            self._held.journal.add(TwinUp(seat))
            self._on_event(SchedulerEvent(SchedulerEventKind.UP, seat))
