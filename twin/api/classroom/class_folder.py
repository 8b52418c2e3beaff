"""The folder of a class: its secret, its journal, and the sessions of its seats. All that outlives a power loss."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from twin.api.training.session import (
    PRIVATE_FOLDER,
    RUNS,
    SESSION_FILE,
    SessionFile,
    TrainingSession,
    begin_session,
    new_folder,
)
from twin.core.errors import UsageError
from twin.core.records import from_plain, to_json
from twin.jobs.classroom.events import Opened
from twin.jobs.classroom.journal import ClassJournal
from twin.jobs.classroom.keys import grading_secret, seat_seed, token
from twin.jobs.classroom.roster import RosterFile
from twin.report.files.atomic_write import write_whole

CLASS_FILE = "class.json"
PREFIX, SEATS = "class-", "seats"


@dataclass(frozen=True, slots=True)
class ClassFile:
    """What a class is begun with. trainees: by seat, in the roster's order. secret: 32 random bytes, in hex."""

    name: str
    exercise: str
    exam: bool
    instructors: tuple[str, ...]
    trainees: Mapping[str, tuple[str, ...]]
    secret: str


class ClassFolder:
    """A class in its folder. Raises UsageError where there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.file = from_plain(ClassFile, json.loads((folder / CLASS_FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise UsageError(f"{folder} holds no class: {fault}; begin one with: twin class start --roster FILE"
                             ) from fault
        self.journal = ClassJournal(folder)
        self._sessions: dict[str, TrainingSession] = {}

    @cached_property
    def tokens(self) -> Mapping[str, str]:
        """The token of each person."""
        trainees = [name for pair in self.file.trainees.values() for name in pair]
        return {person: token(self.file.secret, person) for person in (*self.file.instructors, *trainees)}

    def seat_of(self, person: str) -> str:
        """Where a trainee sits, "" for an instructor."""
        return next((seat for seat, pair in self.file.trainees.items() if person in pair), "")

    def twin_name(self, seat: str) -> str:
        """What the twin of a seat is called."""
        return f"{PREFIX}{self.file.name}-{seat}"

    def session(self, seat: str) -> TrainingSession:
        """The session of a seat. Raises UsageError where there is no such seat."""
        if seat not in self.file.trainees:
            raise UsageError(f'there is no seat "{seat}"; seats: {", ".join(self.file.trainees)}')
        if seat not in self._sessions:
            self._sessions[seat] = TrainingSession(self.folder / SEATS / self.twin_name(seat))
        return self._sessions[seat]


def class_folder(roster: RosterFile, runs: Path = RUNS) -> Path:
    """Where the class of a roster is kept."""
    return runs / f"{PREFIX}{roster.roster.name}"


def open_class(roster: RosterFile, runs: Path = RUNS) -> ClassFolder:
    """The class of a roster: begun, or resumed where it was not ended. Raises UsageError where the class that is being
    held has another exercise."""
    folder = class_folder(roster, runs)
    if not _goes_on(folder):
        _begin(new_folder(folder), roster)
    before = ClassFolder(folder).file
    if before.exercise != str(roster.exercise) or before.exam is not roster.roster.exam:
        raise UsageError(f"the class {before.name} goes on with {before.exercise}; end it first: twin class stop")
    _write(folder, roster, before.secret)
    held = ClassFolder(folder)
    for seat in held.file.trainees:
        _begin_seat(held, seat)
    digest = sha256(roster.exercise.read_bytes()).hexdigest()
    held.journal.add(Opened(roster.exercise.stem, digest, tuple(held.file.trainees)))
    return held


def find_class(name: str = "", runs: Path = RUNS) -> ClassFolder:
    """The class of that name, or the only one that is not ended. Raises UsageError naming the choices."""
    folders = {path.parent.name.removeprefix(PREFIX): path.parent for path in runs.glob(f"{PREFIX}*/{CLASS_FILE}")}
    going_on = [known for known, folder in folders.items() if _goes_on(folder)]
    chosen = name or (going_on[0] if len(going_on) == 1 else "")
    if chosen not in folders:
        raise UsageError(f"name a class with --class; known: {', '.join(sorted(folders)) or 'none'}")
    return ClassFolder(folders[chosen])


def _goes_on(folder: Path) -> bool:
    return (folder / CLASS_FILE).exists() and not ClassJournal(folder).state().ended


def _begin(folder: Path, roster: RosterFile) -> None:
    _write(folder, roster, secrets.token_hex(32))


def _write(folder: Path, roster: RosterFile, secret: str) -> None:
    entries = {seat.name: tuple(seat.trainees) for seat in roster.roster.seats}
    content = ClassFile(roster.roster.name, str(roster.exercise), roster.roster.exam, tuple(roster.roster.instructors),
                        entries, secret)
    write_whole(folder / CLASS_FILE, to_json(content), private=True)


def _begin_seat(held: ClassFolder, seat: str) -> None:
    """The session of a seat, where it was not begun before."""
    folder, file = held.folder / SEATS / held.twin_name(seat), held.file
    if (folder / SESSION_FILE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    exercise = Path(file.exercise).stem
    begin_session(folder, SessionFile(file.exercise, seat_seed(file.secret, seat, exercise), file.exam,
                                      grading_secret(file.secret, seat, exercise)))
