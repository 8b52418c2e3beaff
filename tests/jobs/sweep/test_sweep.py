"""A sweep computes each point once, whatever stops it, and leaves tables."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.jobs.sweep.studies import RATES, study_file
from twin.core.errors import UsageError
from twin.jobs.sweep.computations import compute
from twin.jobs.sweep.runner import run_sweep
from twin.jobs.sweep.store import result_text
from twin.jobs.sweep.task import Task
from twin.jobs.sweep.task_text import read_task
from twin.jobs.sweep.workers.identity import Identity
from twin.jobs.sweep.workers.local_workers import LocalWorkers
from twin.jobs.sweep.workers.point_process import Finished, PointProcess
from twin.lab import allowed_cores, exclusive_folder


class HereWorkers:
    """Carries tasks out in this process, and stops after so many. carried_out: their ids."""

    def __init__(self, stop_after: int = 1000) -> None:
        self.carried_out: list[str] = []
        self._stop_after = stop_after

    def finished(self, tasks: Iterable[Task], needed: Identity) -> Iterator[Finished]:
        """As `Workers`."""
        for task in tasks:
            if len(self.carried_out) == self._stop_after:
                raise KeyboardInterrupt
            point, computation = read_task(task.text)
            self.carried_out.append(task.id)
            yield Finished(task, result_text(compute(computation, point, lambda _phase, _share: None)), "here", 0.1)


def rows(out: Path) -> list[dict[str, str]]:
    """The table that a sweep left."""
    with (out / "results.csv").open() as file:
        return list(csv.DictReader(file))


def test_what_was_finished_is_not_computed_again(tmp_path: Path) -> None:
    """A sweep that was stopped goes on where it was, and ends with the same table."""
    file = study_file(tmp_path)
    first, second, whole = HereWorkers(5), HereWorkers(), HereWorkers()
    with pytest.raises(KeyboardInterrupt):
        run_sweep(file, tmp_path / "out", first)
    run_sweep(file, tmp_path / "out", second)
    run_sweep(file, tmp_path / "whole", whole)
    assert len(first.carried_out) == 5 and not {*first.carried_out} & {*second.carried_out}
    assert {*first.carried_out, *second.carried_out} == {*whole.carried_out} and len(whole.carried_out) == 12
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")


def test_a_changed_study_keeps_what_it_shares(tmp_path: Path) -> None:
    """One more value is computed, the others are there already; theory of another seed is the same."""
    run_sweep(study_file(tmp_path), tmp_path / "out", HereWorkers())
    more = HereWorkers()
    text = RATES.replace("2 Mbit/s]", "2 Mbit/s, 4 Mbit/s]").replace("policies", "seeds: [1, 2]\npolicies")
    sweep = run_sweep(study_file(tmp_path, text), tmp_path / "out", more)
    assert len(more.carried_out) == 4 and len(sweep.points) == 32


def test_points_that_cannot_be_built_are_results(tmp_path: Path) -> None:
    """The reason stands in the table; the others are computed."""
    text = RATES.replace("512 kbit/s, 1 Mbit/s", "64 kbit/s, 1 Mbit/s")
    sweep = run_sweep(study_file(tmp_path, text), tmp_path / "out", HereWorkers())
    refused = [row["theory remark"] for row in rows(tmp_path / "out")]
    assert sweep.exit_code == 0 and sum(map(bool, refused)) == 4 and len(refused) == 12


def test_two_clients_do_not_mix(tmp_path: Path) -> None:
    """The second is refused while the first is at work in the folder."""
    with exclusive_folder(tmp_path / "out"), pytest.raises(UsageError, match="at work"):
        run_sweep(study_file(tmp_path), tmp_path / "out", HereWorkers())


def test_a_killed_worker_costs_only_its_point(tmp_path: Path) -> None:
    """It is computed by the next; real processes, one of which dies over its first task."""
    doomed: list[PointProcess] = []

    def start(core: int | None) -> PointProcess:
        process = PointProcess(core)
        if not doomed:
            doomed.append(process)
            os.kill(int(process.name.rpartition(":")[2]), signal.SIGKILL)
        return process

    workers = LocalWorkers(min(2, len(allowed_cores())), start)
    sweep = run_sweep(study_file(tmp_path), tmp_path / "out", workers)
    run_sweep(study_file(tmp_path), tmp_path / "here", HereWorkers())
    assert sweep.exit_code == 0 and doomed
    assert rows(tmp_path / "out") == rows(tmp_path / "here")
    kept = sqlite3.connect(tmp_path / "out" / "sweep.db").execute("SELECT count(*) FROM results").fetchone()
    assert kept == (12,)
