"""The state of a class, from its events: who works, who waits and at which place, and what is to be done next. Pure.

As many twins are up as the machine holds; the other seats wait, the one that has waited longest first. A seat that has
handed in keeps its twin, to look at the explanation in it, until another seat needs the place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce

from twin.jobs.classroom.events import (
    ClassEvent,
    Ended,
    GivenBack,
    HandedIn,
    HandLowered,
    HandRaised,
    MessageSent,
    Opened,
    Paused,
    Resumed,
    TakenOver,
    TwinDown,
    TwinFailed,
    TwinStarting,
    TwinUp,
)


class SeatState(StrEnum):
    """What a seat does."""

    WAITING = "waiting"
    STARTING = "starting"
    WORKING = "working"
    PAUSED = "paused"
    HANDED_IN = "handed-in"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat. up: its twin is. order: in the queue, lowest first. taken_over: by whom. reason: of a failure."""

    name: str
    order: int
    state: SeatState = SeatState.WAITING
    up: bool = False
    hand: bool = False
    taken_over: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClassState:
    """A class. messages: of the instructor, in order. number: of events that made it."""

    seats: dict[str, Seat] = field(default_factory=dict)
    messages: tuple[MessageSent, ...] = ()
    ended: bool = False
    number: int = 0

    def queue(self) -> tuple[str, ...]:
        """The seats that wait for a twin, the next one first."""
        waiting = [seat for seat in self.seats.values() if seat.state is SeatState.WAITING]
        return tuple(seat.name for seat in sorted(waiting, key=lambda seat: seat.order))

    def messages_to(self, seat: str) -> tuple[str, ...]:
        """What a seat was told, in order."""
        return tuple(message.text for message in self.messages if message.seat in ("", seat))


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What is to be done: twins to bring up, and to shut down."""

    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()


def class_state(events: Iterable[ClassEvent]) -> ClassState:
    """The class after its events."""
    return reduce(after, events, ClassState())


def after(state: ClassState, event: ClassEvent) -> ClassState:
    """The class after one more event. What is said of a seat that is not there changes nothing."""
    state = replace(state, number=state.number + 1)
    match event:
        case Opened(seats=names):
            return replace(state, seats=_opened(state, names), ended=False)
        case MessageSent():
            return replace(state, messages=(*state.messages, event))
        case Ended():
            return replace(state, ended=True)
    known = state.seats.get(event.seat)
    if known is None:
        return state
    return replace(state, seats={**state.seats, event.seat: _seat_after(state, known, event)})


def _opened(state: ClassState, names: tuple[str, ...]) -> dict[str, Seat]:
    """The seats in the roster's order; those that are there already stay as they are, with their place in the queue."""
    return {name: state.seats.get(name, Seat(name, state.number * len(names) + number))
            for number, name in enumerate(names)}


def _seat_after(state: ClassState, seat: Seat, event: ClassEvent) -> Seat:
    waits, done = replace(seat, state=SeatState.WAITING, reason=""), seat.state is SeatState.HANDED_IN
    last = 1 + max(other.order for other in state.seats.values())
    match event:
        case TwinStarting():
            return replace(seat, state=SeatState.STARTING)
        case TwinUp():
            keeps = done or seat.state is SeatState.PAUSED
            return replace(seat, state=seat.state if keeps else SeatState.WORKING, up=True)
        case TwinFailed(reason=reason):
            return replace(seat, state=SeatState.FAILED, up=False, reason=reason)
        case TwinDown():
            keeps = done or seat.state is SeatState.PAUSED
            return replace(seat if keeps else waits, up=False)
        case HandedIn():
            return replace(seat, state=SeatState.HANDED_IN)
        case Paused():
            return seat if done else replace(seat, state=SeatState.PAUSED)
        case Resumed():
            return replace(waits, order=last) if seat.state in (SeatState.PAUSED, SeatState.FAILED) else seat
        case HandRaised() | HandLowered():
            return replace(seat, hand=isinstance(event, HandRaised))
        case TakenOver(instructor=instructor):
            return replace(seat, taken_over=instructor, hand=False)
        case GivenBack():
            return replace(seat, taken_over="")
    return seat


def next_steps(state: ClassState, live: int) -> NextSteps:
    """What is to be done so that as many seats work as can. live: how many twins may be up at once.

    One twin is brought up at a time: each takes a whole core meanwhile.
    """
    seats, queue = state.seats.values(), state.queue()
    if state.ended:
        return NextSteps(end=tuple(seat.name for seat in seats if seat.up))
    paused = tuple(seat.name for seat in seats if seat.up and seat.state is SeatState.PAUSED)
    starting = any(seat.state is SeatState.STARTING for seat in seats)
    held = sum(seat.up or seat.state is SeatState.STARTING for seat in seats)
    if held < live:
        return NextSteps(start=queue[:1] if not starting else (), end=paused)
    idle = tuple(seat.name for seat in seats if seat.up and seat.state is SeatState.HANDED_IN)
    return NextSteps(end=paused or (idle[:1] if queue else ()))


def after_power_loss(state: ClassState, up: Iterable[str]) -> tuple[ClassEvent, ...]:
    """What happened unseen to the seats while nobody kept the class. up: seats whose twins are."""
    still = {*up}
    lost = (seat.name for seat in state.seats.values()
            if (seat.up or seat.state is SeatState.STARTING) and seat.name not in still)
    alive = (seat.name for seat in state.seats.values() if not seat.up and seat.name in still)
    return (*(TwinDown(name, lost=True) for name in lost), *(TwinUp(name) for name in alive))
