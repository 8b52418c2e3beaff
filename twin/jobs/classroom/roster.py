"""The roster of a class: its exercise, its instructors, and its seats, each for a trainee or a pair.

    roster: 1
    name: monday
    exercise: ../exercises/minimal-meter.yaml
    instructors: [claire]
    seats:
      - {trainees: [anna]}
      - {trainees: [ben, chloe]}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import Place, Problem, TopologyError
from twin.jobs.training.exercise_file import all_draws
from twin.lab.session.attach import NAME
from twin.model import Name
from twin.model.yaml.file_source import bytes_of, text_of
from twin.model.yaml.node_tree import compose
from twin.model.yaml.problems import Path as KeyPath
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.record_file import read_record
from twin.model.yaml_field_metadata import yaml_key

FORMAT = 1
MOST_SEATS = 60
PAIR = 2


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """A seat of the class: a twin, and who works on it."""

    trainees: tuple[Name, ...] = yaml_key("One or two trainees.", example="[anna, ben]")

    @property
    def name(self) -> str:
        """What the seat is called: by its trainees."""
        return "-".join(self.trainees)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in a class, and what is worked on."""

    roster: int = yaml_key("Version of the format.", least=FORMAT, most=FORMAT, example="1")
    name: Name = yaml_key("What the class is called.", example="monday")
    exercise: str = yaml_key("The exercise, relative to this file.", example="../exercises/minimal-meter.yaml")
    instructors: tuple[Name, ...] = yaml_key("Who looks over and takes over.", example="[claire]")
    seats: tuple[SeatEntry, ...] = yaml_key("The seats, in the order in which their twins are brought up.")
    exam: bool = yaml_key("Without hints; only passed or failed is told.", default=False, example="false")

    def twin_name(self, seat: SeatEntry) -> str:
        """What the twin of a seat is called."""
        return f"class-{self.name}-{seat.name}"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster, and the file of its exercise, which can be used."""

    roster: Roster
    exercise: Path


def read_roster(file: Path) -> RosterFile:
    """Read a roster and its exercise. Raises TopologyError with every problem of both at once."""
    findings = ProblemCollector()
    root = compose(text_of(bytes_of(str(file)), str(file)), str(file), findings)
    roster, places = read_record(Roster, root, findings)
    exercise = (file.parent / roster.exercise).resolve()
    problems = [*_problems(roster, file, places), *_of_exercise(exercise, places.get(("exercise",), Place(str(file))))]
    if problems:
        raise TopologyError(problems)
    return RosterFile(roster, exercise)


def _problems(roster: Roster, file: Path, places: Mapping[KeyPath, Place]) -> Iterator[Problem]:
    people = Counter([*roster.instructors, *(name for seat in roster.seats for name in seat.trainees)])
    seats, whole = Counter(seat.name for seat in roster.seats), Place(str(file))
    if not roster.instructors:
        yield Problem(places.get(("instructors",), whole), "instructors", "is empty", "name at least one instructor")
    if not 1 <= len(roster.seats) <= MOST_SEATS:
        yield Problem(places.get(("seats",), whole), "seats", f"are {len(roster.seats)}", f"have 1 to {MOST_SEATS}")
    for number, seat in enumerate(roster.seats):
        place = places.get(("seats", number), places.get(("seats", number, "trainees"), whole))
        where = f"seats[{number}]"
        if not 1 <= len(seat.trainees) <= PAIR:
            yield Problem(place, where, f"has {len(seat.trainees)} trainees", "name one trainee, or a pair")
        for name in sorted({*seat.trainees}):
            if people[name] > 1:
                yield Problem(place, where, f'"{name}" is {people[name]} people of this class',
                              f"call them differently, for example {name}-1 and {name}-2")
        if seats[seat.name] > 1 and all(people[name] == 1 for name in seat.trainees):
            yield Problem(place, where, f'is called "{seat.name}", and so is another seat',
                          "call their trainees differently: a seat is called by them")
        if not NAME.fullmatch(roster.twin_name(seat)):
            yield Problem(place, where, f'its twin would be called "{roster.twin_name(seat)}", which is too long',
                          "use shorter names")


def _of_exercise(exercise: Path, place: Place) -> Iterator[Problem]:
    """What is wrong with the exercise, where it stands."""
    if not exercise.exists():
        yield Problem(place, "exercise", f"there is no file {exercise}", "name it relative to the roster")
        return
    try:
        list(all_draws(exercise))
    except TopologyError as fault:
        yield from fault.problems
