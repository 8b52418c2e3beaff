"""What the instructor sees of each seat, and what its trainees do: tiles of the page, rows of the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from twin.api.classroom.class_folder import ClassFolder
from twin.api.classroom.lamps import Lamp, Lamps
from twin.core.records import tag
from twin.jobs.training.acts import Act, Diagnosed, Graded, cost, handed_in, hints_taken


@dataclass(frozen=True, slots=True)
class Tile:
    """A seat. place: in the queue, from 1, 0 where it does not wait. idle: seconds since the last act. checks: how
    often gates were judged. passed: at the last of them, None before. last: the kind of the last act.
    lamp: whether what its twin shows can be trusted, None where that is not known."""

    seat: str
    trainees: tuple[str, ...]
    state: str
    up: bool
    place: int
    hand: bool
    taken_over: str
    reason: str
    idle: float
    last: str
    hints: int
    diagnoses: int
    cost: int
    checks: int
    passed: bool | None
    points: int | None
    lamp: Lamp | None = None


def tiles(held: ClassFolder, now: datetime | None = None, lamps: Lamps | None = None) -> tuple[Tile, ...]:
    """A tile for each seat. now: the time of day, an argument for tests. lamps: of those who follow the twins."""
    state, moment = held.journal.state(), now or datetime.now(UTC)
    queue = state.queue()
    shown = [_tile(held, name, queue.index(name) + 1 if name in queue else 0, moment) for name in state.seats
             if name in held.file.trainees]
    return tuple(replace(tile, lamp=lamps.lamp(tile.seat)) if lamps else tile for tile in shown)


def _tile(held: ClassFolder, name: str, place: int, now: datetime) -> Tile:
    seat, lines = held.journal.state().seats[name], held.session(name).lines()
    acts: list[Act] = [line.act for line in lines]
    graded, final = [act for act in acts if isinstance(act, Graded)], handed_in(acts)
    return Tile(
        seat=name, trainees=tuple(held.file.trainees[name]), state=seat.state.value, up=seat.up, place=place,
        hand=seat.hand, taken_over=seat.taken_over, reason=seat.reason,
        idle=(now - datetime.fromisoformat(lines[-1].at)).total_seconds(), last=tag(type(acts[-1])),
        hints=hints_taken(acts), diagnoses=sum(isinstance(act, Diagnosed) for act in acts), cost=cost(acts),
        checks=len(graded), passed=all(result.passed for result in graded[-1].gates) if graded else None,
        points=final.points if final else None)
