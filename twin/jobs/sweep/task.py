"""A task: one computation of one point, as a text that any process can carry out; its id is a hash of all that its
result depends on. Pure.

A scheduler and the workers of a cluster import this, and not the computations: those are of the processes that compute.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """id: of its result. text: what is computed (twin.jobs.sweep.task_text)."""

    id: str
    text: str
    computation: str


def task_id(text: str, depends: str) -> str:
    """SHA-256 of a task's text and of what it depends on beside (twin.jobs.sweep.workers.identity)."""
    return hashlib.sha256(f"{depends}\0{text}".encode()).hexdigest()
