"""What the instructor's page asks for: typed acts, read from JSON, and the events that they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from twin.core.errors import UsageError
from twin.core.records import Tagged, from_plain
from twin.jobs.classroom.events import ClassEvent, GivenBack, HandLowered, MessageSent, Paused, Resumed, TakenOver

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Say something to a seat, or to all ("")."""

    text: str
    seat: str = ""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Work at a seat."""

    seat: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Let its trainees work again."""

    seat: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Shut the twin of a seat down, so that another can work."""

    seat: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Let a seat wait for a twin again."""

    seat: str


@dataclass(frozen=True, slots=True)
class LowerHand:
    """The trainee was helped."""

    seat: str


@dataclass(frozen=True, slots=True)
class ResetSeat:
    """Set the network of a seat back to how the exercise began."""

    seat: str


ClassAct = Annotated[SendMessage | TakeOver | GiveBack | Pause | Resume | LowerHand | ResetSeat, Tagged]
"""Everything that an instructor can ask for."""


@dataclass(frozen=True, slots=True)
class ClassRequest:
    """An act as it travels: {"act": {"kind": "pause", "seat": "anna"}}."""

    act: ClassAct


def class_act_of(plain: Any) -> ClassAct:
    """The act that JSON means. Raises UsageError for any other shape."""
    try:
        return from_plain(ClassRequest, plain).act
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise UsageError(f"this is not an act of an instructor: {fault}") from fault


def message(text: str, seat: str = "") -> MessageSent:
    """A message as an event. Raises UsageError for one that is empty or too long."""
    if not text.strip() or len(text) > LONGEST:
        raise UsageError(f"a message has 1 to {LONGEST} characters")
    return MessageSent(text.strip(), seat)


def event_of(act: ClassAct, instructor: str) -> ClassEvent | None:
    """The event that an act of an instructor is; None where it is one of the session."""
    match act:
        case SendMessage(text, seat):
            return message(text, seat)
        case TakeOver(seat):
            return TakenOver(seat, instructor)
        case GiveBack(seat):
            return GivenBack(seat)
        case Pause(seat):
            return Paused(seat)
        case Resume(seat):
            return Resumed(seat)
        case LowerHand(seat):
            return HandLowered(seat)
        case ResetSeat():
            return None
