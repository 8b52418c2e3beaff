"""Sweeps: every point of a study, on this machine or on others; run one, and show the result."""

from __future__ import annotations

from twin.core.records import to_json
from twin.jobs.sweep.runner import run_sweep
from twin.jobs.sweep.workers.dask_cluster import DaskWorkers
from twin.jobs.sweep.workers.local_workers import LocalWorkers
from twin.judge.sweep.results import Sweep
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.sweep import tables, text

__all__ = ["DaskWorkers", "LocalWorkers", "Sweep", "run_sweep", "sweep_csv", "sweep_json", "sweep_text"]


def sweep_text(sweep: Sweep, *, where: str = "", language: Language = Language.ENGLISH) -> str:
    """What varied and the range of each response, for a terminal. where: of the results, for the last line."""
    return text.text(sweep, where=where, words=Words(language))


def sweep_json(sweep: Sweep) -> str:
    """Every point with its settings and responses, as JSON."""
    return to_json(tables.plain(sweep))


def sweep_csv(sweep: Sweep) -> str:
    """The same as CSV, a row a point."""
    return tables.as_csv(sweep)
