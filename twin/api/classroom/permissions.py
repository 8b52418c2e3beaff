"""Who may do what at a seat of a class: its trainees work; an instructor looks on, and works once it is taken over."""

from __future__ import annotations

from dataclasses import dataclass

from twin.api.console.access import Refusal
from twin.jobs.classroom.seats import Seat


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at a seat. instructor: whose it is; own: the person sits there. works: it may change something."""

    person: str
    instructor: bool
    own: bool
    works: bool


def refusal(visit: Visit, seat: Seat | None) -> Refusal | None:
    """Why it is refused; None where it is allowed."""
    if seat is None or not (visit.instructor or visit.own):
        return Refusal(403, "this is not your seat")
    if visit.works and visit.instructor and seat.taken_over != visit.person:
        return Refusal(409, "take the seat over first")
    if visit.works and not visit.instructor and seat.taken_over:
        return Refusal(409, "the instructor works here now; wait until the seat is given back")
    return None


def works(kind: str, method: str, path: str) -> bool:
    """Whether a request may change something: all that writes, and shells."""
    return method not in ("GET", "HEAD") if kind == "http" else path.startswith("/api/terminal/")
