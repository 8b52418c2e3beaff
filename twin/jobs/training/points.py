"""Points of 100 for a handed-in exercise. None for speed: who is in a hurry learns less (Morris and Rouse 1985)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.jobs.training.acts import Act, cost, last_diagnosis
from twin.jobs.training.exercise import Diagnosis, Gate
from twin.jobs.training.gates import GateResult

PLACE, CAUSE, EVIDENCE, REPAIR, UNHARMED = 20, 20, 20, 30, 10
"""The parts: place; direction and cause; a command that shows it; the repair (G1 and G2); nothing else harmed (G3, G4).
"""


def parts(right: Diagnosis, acts: Sequence[Act], gates: Sequence[GateResult]) -> Mapping[str, int]:
    """The points of each part, and what hints and diagnoses cost (negative)."""
    passed, made = {result.gate for result in gates if result.passed}, last_diagnosis(acts)
    given = made.diagnosis if made else None
    named = given is not None and (given.direction, given.cause) == (right.direction, right.cause)
    return {
        "place": PLACE * (given is not None and given.place == right.place),
        "cause": CAUSE * named,
        "evidence": EVIDENCE * (made is not None and made.shown),
        "repair": REPAIR * ({Gate.CAUSE, Gate.EFFECT} <= passed),
        "unharmed": UNHARMED * ({Gate.ROBUST, Gate.LOAD} <= passed),
        "cost": -cost(acts),
    }


def points(right: Diagnosis, acts: Sequence[Act], gates: Sequence[GateResult]) -> int:
    """All of them together, 0 to 100."""
    return max(0, sum(parts(right, acts, gates).values()))
