"""Measurements that are kept in files, and never made twice: those that are missing are made in labs side by side."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from twin.jobs.experiment.on_host import OnProgress
from twin.report.files.atomic_write import write_whole

LABS = 2
"""Labs side by side while somebody waits for a grade, and live twins run beside them."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement in a lab. file: where its result is kept, named by all that it follows from. make: measures; its
    result is the text of that file."""

    file: Path
    make: Callable[[OnProgress], str]


def key(*parts: object) -> str:
    """The name of what follows from these."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def make_missing(measurements: Iterable[Measurement], on_progress: OnProgress, *, labs: int = LABS) -> int:
    """Make those whose files are not there, `labs` of them at a time; returns how many that were.

    Raises what the first one raised that failed; those that are under way come to their ends, or die with the caller.
    """
    missing = [*{each.file: each for each in measurements if not each.file.exists()}.values()]
    progress = _SharedProgress(len(missing), on_progress)
    pool = ThreadPoolExecutor(labs)
    futures = [pool.submit(_keep, each, partial(progress.show, position)) for position, each in enumerate(missing)]
    try:
        for future in as_completed(futures):
            future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return len(missing)


def _keep(missing: Measurement, on_progress: OnProgress) -> None:
    write_whole(missing.file, missing.make(on_progress))


class _SharedProgress:
    """The share of all measurements together, of which several report at the same time."""

    def __init__(self, count: int, on_progress: OnProgress) -> None:
        self._shares, self._on_progress, self._lock = [0.0] * count, on_progress, threading.Lock()

    def show(self, position: int, phase: str, share: float | None) -> None:
        """One of them is in a phase, of which it has done this share."""
        with self._lock:
            if share is not None:
                self._shares[position] = share
            done = sum(self._shares) / len(self._shares)
            self._on_progress(phase if not done else f"measure {len(self._shares)} runs", done or None)
