"""What happens in a class: every event that is kept in its journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from twin.core.records import Tagged


@dataclass(frozen=True, slots=True)
class Opened:
    """The class was opened, or opened again, with these seats in this order. digest: of its exercise's file."""

    exercise: str
    digest: str
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TwinStarting:
    """The twin of a seat is being brought up."""

    seat: str


@dataclass(frozen=True, slots=True)
class TwinUp:
    """The twin of a seat is up."""

    seat: str


@dataclass(frozen=True, slots=True)
class TwinFailed:
    """The twin of a seat could not be brought up."""

    seat: str
    reason: str


@dataclass(frozen=True, slots=True)
class TwinDown:
    """The twin of a seat is not up any more. lost: it ended by itself, or with the machine."""

    seat: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A seat has handed its exercise in."""

    seat: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The instructor lets a seat wait, so that another can work."""

    seat: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """A seat that was paused, or failed, waits for a twin again."""

    seat: str


@dataclass(frozen=True, slots=True)
class HandRaised:
    """A trainee asks for the instructor."""

    seat: str


@dataclass(frozen=True, slots=True)
class HandLowered:
    """And does no more."""

    seat: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """An instructor works at a seat; its trainees look on."""

    seat: str
    instructor: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The trainees work again."""

    seat: str


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message of the instructor. seat: "" for all."""

    text: str
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The class is over."""


ClassEvent = Annotated[Opened | TwinStarting | TwinUp | TwinFailed | TwinDown | HandedIn | Paused | Resumed | HandRaised
                       | HandLowered | TakenOver | GivenBack | MessageSent | Ended, Tagged]
"""Everything that is kept of a class."""
