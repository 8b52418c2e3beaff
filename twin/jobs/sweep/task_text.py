"""The text of a task: a point and a computation as canonical JSON, written and read; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from twin.core.records import from_plain, to_plain
from twin.jobs.sweep.computation_kinds import Depends
from twin.jobs.sweep.computations import Computation, TaggedComputation
from twin.jobs.sweep.point import Point


@dataclass(frozen=True, slots=True)
class _Order:
    point: Point
    computation: TaggedComputation


def text_of(point: Point, computation: Computation) -> str:
    """What is computed, as JSON with sorted keys; what it does not depend on is left out."""
    depends = computation.depends
    seen = Point(point.network, point.seed if Depends.SEED in depends else 0,
                 point.cut if Depends.CUT in depends else "", point.stage if Depends.STAGE in depends else "")
    return json.dumps(to_plain(_Order(seen, computation)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_task(text: str) -> tuple[Point, Computation]:
    """The point and the computation that a text describes. Raises ValueError, TypeError or KeyError on another text."""
    order = from_plain(_Order, json.loads(text))
    return order.point, order.computation
