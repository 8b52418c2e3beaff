"""A sweep, end to end: read the study, compute what is not there yet, store each result as it comes, render all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from twin.core.errors import CannotRun, TopologyError
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.result_folder import resumed_results
from twin.jobs.sweep import store
from twin.jobs.sweep.computation_kinds import Need
from twin.jobs.sweep.design import Assignment, assignments, parameter_names, point_count
from twin.jobs.sweep.store import Store
from twin.jobs.sweep.study_file import StudyFile, read_study
from twin.jobs.sweep.task import Task, task_id
from twin.jobs.sweep.task_text import text_of
from twin.jobs.sweep.work_share import WorkShare
from twin.jobs.sweep.workers.identity import Identity, identity
from twin.jobs.sweep.workers.local_workers import LocalWorkers, Workers
from twin.jobs.sweep.workers.point_process import Finished
from twin.jobs.territory import require_numpy
from twin.jobs.verify import quiet
from twin.judge.sweep.results import Result, Sweep
from twin.report.files.manifest import Results
from twin.report.files.run_folder import SWEEP_FILES, store_sweep
from twin.report.language.catalogue import Language
from twin.report.language.wording import count
from twin.report.language.words import Words

ENTRIES = (*SWEEP_FILES, *store.FILES)
"""What a sweep leaves in its folder."""


@dataclass(slots=True)
class _Run:
    """What a sweep does while it is at work. failures: of tasks, by id, with their points' settings."""

    whole: StudyFile
    results: Store
    own: Identity
    share: WorkShare
    failures: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    def tasks(self) -> Iterator[Task]:
        """What is to be computed, point by point; of equal points one alone."""
        for assignment in assignments(self.whole.study, self.whole.place):
            for task in self._of_point(assignment):
                if self.results.has(task.id) or task.id in self.given:
                    self.share.skip(task.computation)
                else:
                    self.given.add(task.id)
                    yield task

    def take(self, finished: Finished) -> None:
        """Store a result, or note a failure."""
        self.share.add(finished.task.computation, finished.seconds)
        if finished.failure:
            self.failures[finished.task.id] = finished.failure
        else:
            self.results.keep(finished.task.id, finished.result, finished.worker, finished.seconds)

    def _of_point(self, assignment: Assignment) -> list[Task]:
        """The tasks of a point, which is noted. A description that cannot be read is a result at once."""
        study, tasks = self.whole.study, []
        try:
            point = self.whole.point(assignment)
        except TopologyError as fault:
            return self._refused(assignment, fault)
        for computed in study.compute:
            computation = computed.computation
            text = text_of(point, computation)
            key = task_id(text, str(self.own.only(computation.needs)))
            tasks.append(Task(key, text, computation.kind.value))
        self.results.add_point(assignment.number, assignment.settings(study),
                               {task.computation: task.id for task in tasks})
        return tasks

    def _refused(self, assignment: Assignment, fault: TopologyError) -> list[Task]:
        settings, why = assignment.settings(self.whole.study), str(fault)
        tasks = {}
        for computed in self.whole.study.compute:
            key = task_id(f"{settings}\0{why}", str(self.own.only(computed.computation.needs)))
            self.results.keep(key, store.result_text(Result(refused=why)), "", 0.0)
            self.share.skip(computed.computation.kind.value)
            tasks[computed.computation.kind.value] = key
        self.results.add_point(assignment.number, settings, tasks)
        return []


def run_sweep(file: Path, out: Path, workers: Workers | None = None, on_progress: OnProgress = quiet, *,
              force: bool = False, language: Language = Language.ENGLISH) -> Sweep:
    """Compute all points of a study, leave each result in `out` as it comes, then tables and pictures of all.

    What `out` holds already is not computed again, also of another version of the study; force: begin afresh. language:
    of page and pictures. Raises TopologyError with every problem of study and description, UsageError for a folder that
    holds other results or in which another sweep is at work, CannotRun without the lab kernel or numpy where they are
    needed.
    """
    whole, own = read_study(file), identity()
    needs = frozenset().union(*(computed.computation.needs for computed in whole.study.compute))
    _require(needs, own)
    out = out.resolve()
    with resumed_results(out, Results.SWEEP, f"sweep {file.stem}", ENTRIES, force=force), \
            store.opened(out) as results:
        share = WorkShare({computed.computation.kind.value: point_count(whole.study, whole.place)
                           for computed in whole.study.compute})
        run = _Run(whole, results, own, share)
        _compute_all(run, workers or LocalWorkers(), needs, on_progress)
        sweep = _sweep(run, file.stem)
        on_progress("draw", None)
        store_sweep(sweep, [drawn.drawing for drawn in whole.study.draw], out, Words(language))
    return sweep


def _compute_all(run: _Run, workers: Workers, needs: frozenset[Need], on_progress: OnProgress) -> None:
    run.results.begin()
    what = f"compute {count(sum(run.share.total.values()), 'result')}"
    on_progress(what, None)
    for finished in workers.finished(run.tasks(), run.own.only(needs)):
        run.take(finished)
        on_progress(what, run.share.done)


def _sweep(run: _Run, name: str) -> Sweep:
    study = run.whole.study
    failures = tuple(dict.fromkeys(run.failures.values()))
    return Sweep(name, parameter_names(study), tuple(computed.computation.kind.value for computed in study.compute),
                 tuple(run.results.points()), failures)


def _require(needs: frozenset[Need], own: Identity) -> None:
    if Need.KERNEL in needs and not own.kernel:
        raise CannotRun("the lab kernel is not built, and the study asks for packets", "run: twin kernel build")
    if Need.NUMPY in needs:
        require_numpy()
