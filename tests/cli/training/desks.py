"""A desk of an exercise on a twin without a lab: it knows evidence by a given output, and grades as it is prepared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twin.api.training.desk import Desk
from twin.api.training.session import SESSION_FILE, SessionFile, TrainingSession
from twin.core.records import to_json
from twin.jobs.training.acts import Changed, Graded, Started, WasReset, last_diagnosis
from twin.jobs.training.exercise import Gate
from twin.jobs.training.gates import GateResult
from twin.jobs.training.journal import ActJournal
from twin.jobs.training.points import points

METER = Path(__file__).parents[3] / "exercises" / "minimal-meter.yaml"


class SessionWithoutLab(TrainingSession):
    """A session whose twin is none: a repair is what passes."""

    def _shows(self, because: Any) -> bool:
        return "dump-meters" in because

    def _output(self, node: str, command: Any) -> bytes:
        return f"{node} says {command[0]}".encode()

    def _apply(self, act: Changed | WasReset) -> None:
        self._journal.add(act)

    def check(self, on_progress: Any, *, final: bool = False) -> Any:
        """Passed after a change and a diagnosis."""
        on_progress("measuring", 0.5)
        acts = self.acts()
        good = {Gate.DIAGNOSIS: last_diagnosis(acts) is not None, Gate.LOAD: True}
        repaired = any(isinstance(act, Changed) for act in acts)
        gates = tuple(GateResult(gate, good.get(gate, repaired), () if good.get(gate, repaired) else
                                 ("no diagnosis was made" if gate is Gate.DIAGNOSIS else "north is not as planned: x",))
                      for gate in Gate)
        self._journal.add(Graded(gates, final, points(self.exercise.diagnosis, acts, gates), ("d" * 16,)))
        return None




def desk(folder: Path, *, exam: bool = False) -> Desk:
    """A desk at which nothing was done yet, with seed 1: homes-1 is the line."""
    (folder / SESSION_FILE).write_text(to_json(SessionFile(str(METER), 1, exam, "a secret")))
    ActJournal(folder).add(Started("minimal-meter", 1, exam, "d" * 64))
    return Desk(SessionWithoutLab(folder))
