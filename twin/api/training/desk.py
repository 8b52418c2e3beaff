"""The desk of a session: what a page asks for, as typed acts, done one after the other, with the progress of a grading.

Several people may sit at one desk, such as a pair, or an instructor who helps: what one does, all see.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Annotated, Any

from twin.api.training.session import TrainingSession
from twin.api.training.sheet import Sheet, sheet_of
from twin.core.errors import UsageError
from twin.core.records import Tagged, from_plain


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Name place, direction and cause. node, command: whose output shows it, "" for none."""

    place: str
    direction: str
    cause: str
    node: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class RunTest:
    """Run a command in a node to test a hypothesis."""

    node: str
    command: str


@dataclass(frozen=True, slots=True)
class TakeHint:
    """Take the next hint."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change the configuration. values: by key, as written in an exercise; "" for a key that is left out."""

    change: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckGates:
    """Judge the gates as it stands."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """Have it judged for good."""


@dataclass(frozen=True, slots=True)
class BeginAgain:
    """Set the network back to how the exercise began."""


SHOWN = 20_000
"""Characters of a test's output that a page shows."""
DeskAct = Annotated[Diagnose | RunTest | TakeHint | Change | CheckGates | HandIn | BeginAgain, Tagged]
"""Everything that the sheet can ask for."""


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """An act as it travels: {"act": {"kind": "take-hint"}}."""

    act: DeskAct


@dataclass(frozen=True, slots=True)
class DeskView:
    """The sheet, and what is being done: "" for nothing, an act's name, or a phase of grading with its share.
    output: of the last test."""

    sheet: Sheet
    doing: str = ""
    share: float | None = None
    output: str = ""


def act_of(plain: Any) -> DeskAct:
    """The act that JSON means. Raises UsageError for any other shape."""
    try:
        return from_plain(DeskRequest, plain).act
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise UsageError(f"this is not an act of the sheet: {fault}") from fault


class Desk:
    """The desk of one session. grading: held while gates are judged, so that a class grades one after the other."""

    def __init__(self, session: TrainingSession, grading: AbstractContextManager[Any] | None = None) -> None:
        self._session, self._grading = session, grading or nullcontext()
        self._busy = threading.Lock()
        self._doing, self._share, self._output = "", None, ""

    _share: float | None

    @property
    def session(self) -> TrainingSession:
        """Whose desk it is."""
        return self._session

    def view(self) -> DeskView:
        """The sheet as it is now, and what is being done."""
        return DeskView(sheet_of(self._session), self._doing, self._share, self._output)

    def perform(self, act: DeskAct) -> None:
        """Do it. Raises UsageError while another act is being done, and what the session raises."""
        with self._alone("grading-waits" if isinstance(act, CheckGates | HandIn) else "changing"):
            self._perform(act)

    def _perform(self, act: DeskAct) -> None:
        match act:
            case Diagnose(place, direction, cause, node, command):
                because = [node, *command.split()] if command.strip() else []
                self._session.diagnose(place, direction, cause, because)
            case RunTest(node, command):
                output = self._session.test(node, command.split()).decode(errors="replace")
                self._output = output[:SHOWN]
            case TakeHint():
                self._session.hint()
            case Change(kind, values):
                self._session.change(kind, [f"{key}={value}" for key, value in values.items() if value])
            case CheckGates() | HandIn():
                with self._grading:
                    self._session.check(self._progress, final=isinstance(act, HandIn))
            case BeginAgain():
                self._session.reset()

    def _progress(self, _phase: str, share: float | None) -> None:
        self._doing, self._share = "grading", share

    @contextmanager
    def _alone(self, doing: str) -> Iterator[None]:
        if not self._busy.acquire(blocking=False):
            raise UsageError("another act is being done; wait until it ends")
        self._doing, self._share = doing, None
        try:
            yield
        finally:
            self._doing, self._share = "", None
            self._busy.release()
