"""A task: one computation of one point, as a text that any process can carry out; its id is a hash of all that its
result depends on. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from twin.core.records import from_plain, to_plain
from twin.jobs.sweep.computations import Computation, TaggedComputation
from twin.jobs.sweep.computations.kind import Depends
from twin.jobs.sweep.point import Point


@dataclass(frozen=True, slots=True)
class Task:
    """id: of its result. text: what is computed, as canonical JSON."""

    id: str
    text: str
    computation: str


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


def task_id(text: str, depends: str) -> str:
    """SHA-256 of a task's text and of what it depends on beside (twin.jobs.sweep.workers.identity)."""
    return hashlib.sha256(f"{depends}\0{text}".encode()).hexdigest()


def read_task(text: str) -> tuple[Point, Computation]:
    """The point and the computation that a text describes. Raises ValueError, TypeError or KeyError on another text."""
    order = from_plain(_Order, json.loads(text))
    return order.point, order.computation
