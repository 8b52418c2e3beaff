"""Points of 100 for a handed-in exercise. None for speed: who is in a hurry learns less (Morris and Rouse 1985)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.jobs.training.acts import Act, cost, last_diagnosis
from twin.jobs.training.exercise import Diagnosis, Gate
from twin.jobs.training.gates import GateResult

PLACE, CAUSE, EVIDENCE, REPAIR, UNHARMED, METHOD = 20, 20, 15, 25, 10, 10
"""The parts: place; direction and cause; a command that shows it; the repair (G1 and G2); nothing else harmed (G3, G4);
the tests, by how many hypotheses they ruled out."""
SPARE = METHOD // 2
"""What evidence and repair each have more where an exercise has no table of tests."""


def parts(right: Diagnosis, acts: Sequence[Act], gates: Sequence[GateResult], ruled_out: float | None = None
          ) -> Mapping[str, int]:
    """The points of each part, and what hints and diagnoses cost (negative). ruled_out: the share of hypotheses that
    tests ruled out, None without a table of them."""
    passed, made = {result.gate for result in gates if result.passed}, last_diagnosis(acts)
    given, spare = made.diagnosis if made else None, SPARE if ruled_out is None else 0
    named = given is not None and (given.direction, given.cause) == (right.direction, right.cause)
    return {
        "place": PLACE * (given is not None and given.place == right.place),
        "cause": CAUSE * named,
        "evidence": (EVIDENCE + spare) * (made is not None and made.shown),
        "repair": (REPAIR + spare) * ({Gate.CAUSE, Gate.EFFECT} <= passed),
        "unharmed": UNHARMED * ({Gate.ROBUST, Gate.LOAD} <= passed),
        **({} if ruled_out is None else {"method": round(METHOD * ruled_out)}),
        "cost": -cost(acts),
    }


def points(right: Diagnosis, acts: Sequence[Act], gates: Sequence[GateResult], ruled_out: float | None = None) -> int:
    """All of them together, 0 to 100."""
    return max(0, sum(parts(right, acts, gates, ruled_out).values()))
