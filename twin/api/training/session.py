"""A session of an exercise: a live twin with something wrong in it, and the journal of what its trainee does."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from twin.api.live.live_twin import LiveTwin, attach, running_twins
from twin.api.live.start import bring_up, ignore
from twin.api.training import walkthrough
from twin.core.errors import UsageError
from twin.core.records import from_plain, to_json
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.acts import (
    Act,
    Changed,
    Diagnosed,
    Graded,
    Hinted,
    Started,
    Tried,
    WasReset,
    commands_tried,
    configured,
    handed_in,
    hints_taken,
    last_diagnosis,
    may_diagnose,
)
from twin.jobs.training.change_words import change_of
from twin.jobs.training.exercise import Cause, Diagnosis, Evidence, Exercise, Hint, Way
from twin.jobs.training.exercise_checks import names_of
from twin.jobs.training.exercise_file import DrawnExercise, draw_exercise
from twin.jobs.training.gates import HandedIn, broken_places, by_hand_broken, patches
from twin.jobs.training.grading import Grade, grade
from twin.jobs.training.journal import ActJournal, JournalLine
from twin.jobs.training.observing.hypothesis_table import read_table
from twin.jobs.training.points import points
from twin.model import Name
from twin.plan.configuration_changes import CONTROLLER
from twin.report.files.atomic_write import write_whole

SESSION_FILE = "session.json"
RUNS, PREFIX = Path("runs"), "train-"
PRIVATE_FOLDER = 0o700
PATIENCE_S, MOST = 60.0, 2**20
"""How long a trainee's command is listened to, and how many bytes of its output: some would never end."""
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What a session is begun with. secret: from which seeds are drawn that nobody has seen."""

    exercise: str
    seed: int
    exam: bool
    secret: str


class TrainingSession:
    """A session in its folder; what is done in it is kept at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = from_plain(SessionFile, json.loads((folder / SESSION_FILE).read_text(encoding="utf-8")))
        self._journal = ActJournal(folder)
        self.drawn: DrawnExercise = draw_exercise(Path(self._file.exercise), self._file.seed)

    @property
    def exercise(self) -> Exercise:
        """The exercise, with the values that were drawn."""
        return self.drawn.exercise

    @property
    def exam(self) -> bool:
        """Whether only passed or failed is told, and no hints are given."""
        return self._file.exam

    @property
    def twin_name(self) -> str:
        """What its live twin is called."""
        return self.folder.name

    def acts(self) -> tuple[Act, ...]:
        """What was done so far."""
        return self._journal.acts()

    def lines(self) -> tuple[JournalLine, ...]:
        """The journal: what was done, and when. Raises UsageError where its chain of hashes breaks."""
        return self._journal.lines()

    def places(self) -> tuple[str, ...]:
        """What a diagnosis can name: lines and head-ends, switches, spans, the controller."""
        return tuple(sorted(names_of(self.drawn.sound).places))

    def twin(self) -> LiveTwin:
        """Attach to its live twin. Raises UsageError where it is not up."""
        return attach(self.twin_name)

    def bring_up(self, on_line: Callable[[str], None] = ignore) -> None:
        """Bring its live twin up as the exercise stands now."""
        state = configured(self.drawn, self.acts())
        with bring_up(self.drawn.network, blueprint=state, name=self.twin_name, out=self.folder / "twin",
                      on_line=on_line) as twin:
            for fault in state.faults:
                twin.inject(fault)

    def diagnose(self, place: str, direction: str, cause: str, because: Sequence[str] = ()) -> Diagnosed:
        """Name place, direction and cause, and a command (node, then words) whose output shows it; the last one before
        the first change counts. Raises UsageError for words that are none, and once it is sealed."""
        self._still_open()
        if not may_diagnose(self.acts()):
            raise UsageError("the diagnosis is sealed: the configuration was changed already")
        if place not in self.places():
            raise UsageError(f'there is no place "{place}"; name a line, a span, a switch, a head-end or '
                             f'"{CONTROLLER}"')
        diagnosis = Diagnosis(Name(place), _word(Way, "direction", direction),
                              _word(Cause, "cause", cause))
        act = Diagnosed(diagnosis, " ".join(because), bool(because) and self._shows(because))
        self._journal.add(act)
        return act

    def _shows(self, because: Sequence[str]) -> bool:
        """Whether a command's output shows what is wrong."""
        output = self._output(because[0], because[1:]).decode(errors="replace")
        return any(_matches(evidence, because, output) for evidence in self.exercise.evidence)

    def _output(self, node: str, command: Sequence[str]) -> bytes:
        with self.twin() as twin:
            return twin.run(node, command, seconds=PATIENCE_S, most=MOST).stdout

    def test(self, node: str, command: Sequence[str]) -> bytes:
        """Run a command in a node to test a hypothesis; returns its output, of a command that does not end by itself
        what it has written within a minute. Raises UsageError for an unknown node."""
        self._still_open()
        if not command:
            raise UsageError("write a command to test a hypothesis with")
        output = self._output(node, command)
        self._journal.add(Tried(" ".join((node, *command))))
        return output

    def hint(self) -> Hint:
        """The next hint. Raises UsageError where there is none left, and in an examination."""
        self._still_open()
        taken = hints_taken(self.acts())
        if self.exam:
            raise UsageError("an examination gives no hints")
        if taken == len(self.exercise.hints):
            raise UsageError("there are no more hints")
        hint = self.exercise.hints[taken]
        self._journal.add(Hinted(taken, hint.cost))
        return hint

    def change(self, kind: str, words: Sequence[str]) -> None:
        """Change the configuration, and the live twin with it. words: "key=value" each, as the keys of `troubles`.

        Raises UsageError for a kind that the exercise does not allow and for what cannot be changed so.
        """
        self._still_open()
        change = change_of(kind, words)
        allowed = [known.value for known in self.exercise.may]
        if change.kind not in self.exercise.may:
            raise UsageError(f'this exercise does not change "{change.kind}"; it may change: {", ".join(allowed)}')
        self._apply(Changed(change))

    def reset(self) -> None:
        """Set the network back to how the exercise began."""
        self._still_open()
        self._apply(WasReset())

    def _apply(self, act: Changed | WasReset) -> None:
        before, state = configured(self.drawn, self.acts()), configured(self.drawn, (*self.acts(), act))
        with self.twin() as twin:
            by_hand = by_hand_broken(before, twin.status().faults) if isinstance(act, Changed) else ()
            if not (self.folder / walkthrough.BEFORE).exists():
                walkthrough.keep(self.folder, walkthrough.BEFORE, walkthrough.observe(twin, self.exercise.evidence))
            twin.rebuild(state, keep_faults=False)
            for fault in (*state.faults, *by_hand):
                twin.inject(fault)
        self._journal.add(act)

    def check(self, on_progress: OnProgress, *, final: bool = False) -> tuple[Grade, Graded]:
        """Judge the gates as it stands now. final: hand it in for good."""
        self._still_open()
        acts = self.acts()
        made = last_diagnosis(acts)
        with self.twin() as twin:
            patched, status = patches(twin.deviations()), twin.status()
            if final:
                walkthrough.keep(self.folder, walkthrough.AFTER, walkthrough.observe(twin, self.exercise.evidence))
        now = configured(self.drawn, acts)
        patched = (*patched, *broken_places(by_hand_broken(now, status.faults)))
        state = HandedIn(now, made.diagnosis if made else None, patched, frozenset(status.flows))
        result = grade(self.drawn, state, self._file.secret, self.folder / "measured", on_progress)
        table, right = read_table(self.drawn.file), self.exercise.diagnosis
        ruled_out = None if table is None else table.ruled_out(right.place, commands_tried(acts))
        act = Graded(result.gates, final, points(right, acts, result.gates, ruled_out),
                     tuple(effects.digest for effects in result.measured.handed_in), ruled_out)
        self._journal.add(act)
        return result, act

    def stop(self) -> None:
        """Shut its live twin down; the journal stays."""
        if self.twin_name in running_twins():
            with self.twin() as twin:
                twin.down()

    def _still_open(self) -> None:
        if handed_in(self.acts()) is not None:
            raise UsageError("this exercise was handed in; start it again with another --seed")


def exercise_files(folder: Path = Path("exercises")) -> Iterator[Path]:
    """The exercises in a folder, sorted by name."""
    yield from sorted(folder.glob("*.yaml"))


def start_training(file: Path, *, seed: int | None = None, exam: bool = False,
                   on_line: Callable[[str], None] = ignore) -> TrainingSession:
    """Start an exercise: bring its network up with what is wrong in it, under the load of the description.

    Raises TopologyError for an exercise that cannot be used, UsageError where it is being worked on already, and what
    `bring_up` raises.
    """
    seed = secrets.randbelow(1 << 31) if seed is None else seed
    drawn = draw_exercise(file.resolve(), seed)
    name = f"{PREFIX}{drawn.exercise.name}"
    if name in running_twins():
        raise UsageError(f"{drawn.exercise.name} is being worked on; end it with: twin train stop")
    began = SessionFile(str(file.resolve()), seed, exam, secrets.token_hex(16))
    session = begin_session(new_folder(RUNS / name), began)
    session.bring_up(on_line)
    return session


def begin_session(folder: Path, began: SessionFile) -> TrainingSession:
    """A session in a folder, which is its own; its twin is not up yet. Raises TopologyError as `draw_exercise`."""
    file = Path(began.exercise)
    name = draw_exercise(file, began.seed).exercise.name
    write_whole(folder / SESSION_FILE, to_json(began), private=True)
    ActJournal(folder).add(Started(name, began.seed, began.exam, sha256(file.read_bytes()).hexdigest()))
    return TrainingSession(folder)


def open_session(name: str = "") -> TrainingSession:
    """The session of an exercise, or the only one whose twin is up. Raises UsageError naming the choices."""
    up = [twin.removeprefix(PREFIX) for twin in running_twins() if twin.startswith(PREFIX)]
    if not name and len(up) != 1:
        raise UsageError(f"name an exercise; being worked on: {', '.join(up) or 'none'}")
    folder = session_folder(name or up[0])
    if not (folder / SESSION_FILE).exists():
        raise UsageError(f'"{name or up[0]}" was not started in this folder; see: twin train list')
    return TrainingSession(folder)


def session_of(twin: LiveTwin) -> TrainingSession | None:
    """The session whose twin this is; None where it is that of none."""
    folder = twin.folder.parent
    return TrainingSession(folder) if (folder / SESSION_FILE).exists() else None


def session_folder(exercise: str) -> Path:
    """Where the last session of an exercise is kept."""
    return RUNS / f"{PREFIX}{exercise}"


def new_folder(folder: Path) -> Path:
    """An empty folder of that name; what a session before has left is kept beside it, with a number."""
    if folder.exists():
        number = next(n for n in range(1, 10**6) if not folder.with_name(f"{folder.name}.{n}").exists())
        folder.rename(folder.with_name(f"{folder.name}.{number}"))
    folder.mkdir(parents=True, mode=PRIVATE_FOLDER)
    return folder


def _matches(evidence: Evidence, because: Sequence[str], output: str) -> bool:
    """Whether a command of the evidence's node and program shows what it is to show: echo would show anything."""
    return (evidence.at, evidence.run[:1]) == (because[0], tuple(because[1:2])) and bool(
        re.search(evidence.shows, output))


def _word(kind: type[Word], what: str, written: str) -> Word:
    try:
        return kind(written)
    except ValueError as fault:
        raise UsageError(f'there is no {what} "{written}"; known: {", ".join(kind)}') from fault
