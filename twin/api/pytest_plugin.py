"""Acceptance tests for operators: pytest collects the targets of a description as test items.

    pytest topologies/minimal.yaml                  one item for each target, measured once for the whole file,
                                                    and one for each trial
    pytest --twin-strict --junitxml=verdicts.xml topologies/castres-mazamet.yaml

and the fixture `measured` gives a run to a test of one's own:

    def test_calls_survive_the_busy_hour(measured):
        run = measured("topologies/minimal.yaml", seconds=60)
        assert run.exit_code == 0

and the fixture `live` a live twin, which is up for the tests of one file:

    def test_a_cut_is_survived(live):
        twin = live("topologies/minimal.yaml")
        twin.cut("north-east")
        assert twin.run("homes-1", ["ping", "-c", "1", "internet"]).exit_status == 0

A target that is missed fails. One that is inconclusive, and a lab that this machine cannot hold, are skipped with the
reason; with --twin-strict they fail. Verdicts become JUnit properties; the run's folder is kept when an item fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin.api.studies.regression_item import RegressionItem
from twin.core.errors import CannotRun, TwinError
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from twin.api import LiveTwin

SUFFIXES = (".yaml", ".yml")
WORKER = "PYTEST_XDIST_WORKER"
"""The variable in which a worker of pytest-xdist finds its name."""


class _OldSpelling(argparse.Action):
    def __call__(self, _parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any,
                 option: str | None = None) -> None:
        warnings.warn(f"{option} is now --twin-figures; the old spelling will be removed", stacklevel=1)
        setattr(namespace, self.dest, values)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of acceptance tests."""
    group = parser.getgroup("metro-twin", "acceptance tests of networks")
    group.addoption("--twin-strict", action="store_true", help="inconclusive targets fail instead of being skipped")
    group.addoption("--twin-seconds", type=float, default=60.0, help="emulated seconds of measurement (default: 60)")
    group.addoption("--twin-seed", type=int, default=1, help="seed of all randomness (default: 1)")
    group.addoption("--twin-lab", default="virtual", choices=("virtual", "wall", "native"), help="where to run")
    group.addoption("--twin-figures", type=Path, default=None, help="hold each run against a figures file (twin "
                    "compare --save-figures), or in a folder of them against NAME.figures.json of its description")
    group.addoption("--twin-baseline", type=Path, dest="twin_figures", action=_OldSpelling, help=argparse.SUPPRESS)
    group.addoption("--twin-fail-on", default="broken,gone", help="what that test fails on, as twin compare --fail-on "
                    "(default: broken,gone)")
    group.addoption("--twin-out", type=Path, default=None, help="keep all runs in this folder, failed or not")


def pytest_configure(config: pytest.Config) -> None:
    """Set up the store of runs of this session."""
    config.stash[_RUNS] = Runs(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folders of runs in which nothing failed."""
    config.stash[_RUNS].tidy()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A description named on the command line is a file of tests."""
    named = any(Path(argument.split("::")[0]).resolve() == file_path for argument in parent.config.args)
    return TopologyFile.from_parent(parent, path=file_path) if named and file_path.suffix in SUFFIXES else None


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Runs:
    """Gives the run of a description: measured(path, seconds=60, seed=1); each is measured once a session.

    measured.folder(path, ...) is where its files are.
    """
    return request.config.stash[_RUNS]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], LiveTwin]]:
    """Gives a live twin of a description, with its load: live(path). It is up for all tests of the file that ask."""
    from twin.api import live_twin, load
    with ExitStack() as stack:
        yield cache(lambda path: stack.enter_context(live_twin(
            load(path), name=f"pytest-{os.getpid()}-{Path(path).stem}", out=tmp_path_factory.mktemp("live"))))


@dataclass(frozen=True, slots=True)
class _Request:
    path: Path
    seconds: float
    seed: int
    trial: str = ""


class Runs:
    """The runs of a session: each measured once, their folders kept where something failed."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._done: dict[_Request, Run | TwinError] = {}
        self._folders: dict[_Request, Path] = {}
        self._failed: set[Path] = set()

    def __call__(self, path: str | Path, seconds: float | None = None, seed: int | None = None) -> Run:
        """The run of a description; raises again what its measurement raised."""
        from twin.api import RunOptions, verify

        request = self._request(path, seconds, seed)
        if request not in self._done:
            try:
                options = RunOptions(request.seconds, request.seed, self._config.getoption("--twin-lab"))
                self._done[request] = verify(request.path, self._folder(request), options, force=True)
            except TwinError as fault:
                self._done[request] = fault
        outcome = self._done[request]
        if isinstance(outcome, TwinError):
            raise outcome
        return outcome

    def folder(self, path: str | Path, seconds: float | None = None, seed: int | None = None, trial: str = "") -> Path:
        """Where the run of a description, or one of its trials, leaves its files."""
        return self._folder(self._request(path, seconds, seed, trial))

    def _request(self, path: str | Path, seconds: float | None, seed: int | None, trial: str = "") -> _Request:
        option = self._config.getoption
        return _Request(Path(path).resolve(), seconds or option("--twin-seconds"),
                      option("--twin-seed") if seed is None else seed, trial)

    def _folder(self, request: _Request) -> Path:
        if request not in self._folders:
            root: Path | None = self._config.getoption("--twin-out")
            root = root or self._config.rootpath / "runs"
            # Workers of pytest-xdist know nothing of each other's runs.
            worker = f"-{os.environ[WORKER]}" if WORKER in os.environ else ""
            what = request.trial or f"{request.seconds:g}s"
            self._folders[request] = root / f"pytest-{request.path.stem}-{request.seed}-{what}{worker}"
        return self._folders[request]

    def failed(self, path: Path, trial: str = "") -> Path:
        """Note that an item of this description failed; the folder of its run or trial."""
        self._failed.add(path.resolve())
        return self.folder(path, trial=trial)

    def tidy(self) -> None:
        """Remove the folders of runs in which nothing failed, unless all are to be kept."""
        if self._config.getoption("--twin-out") is None:
            for request, folder in self._folders.items():
                if request.path not in self._failed:
                    shutil.rmtree(folder, ignore_errors=True)


_RUNS = pytest.StashKey[Runs]()


class TopologyFile(pytest.File):
    """A description whose targets are test items."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each bound of each target, and for each trial."""
        from twin.api import load

        network = load(self.path)
        for target in network.targets:
            where = f"[{'+'.join(target.lines)}]" if target.lines else ""
            for metric in target.metrics:
                yield TargetItem.from_parent(self, name=f"{target.workload}{where}.{metric.value}", target=target,
                                             metric=metric)
        figures: Path | None = self.config.getoption("--twin-figures")
        if figures is not None:
            file = figures / f"{self.path.stem}.figures.json" if figures.is_dir() else figures
            yield RegressionItem.from_parent(self, name="regression", file=file, runs=self.config.stash[_RUNS])
        for trial in network.trials:
            yield TrialItem.from_parent(self, name=f"trial.{trial.name}", trial=str(trial.name))


class TargetItem(pytest.Item):
    """One bound of one target, for all its flows."""

    def __init__(self, *, target: Any, metric: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self._target, self._metric = target, metric

    def runtest(self) -> None:
        """Fail for a missed target; skip, or fail if strict, for one that is inconclusive."""
        strict = self.config.getoption("--twin-strict")
        try:
            run = self.config.stash[_RUNS](self.path)
        except CannotRun as reason:
            if strict:
                raise
            pytest.skip(str(reason))
        mine = [verdict for verdict in run.verdicts if self._is_mine(verdict, run)]
        self._note(mine)
        missed = [verdict for verdict in mine if verdict.verdict is Outcome.MISSED]
        unsure = [verdict for verdict in mine if verdict.verdict is Outcome.INCONCLUSIVE]
        if missed or (strict and (unsure or not mine)):
            raise TargetMissed(missed or unsure)
        if unsure or not mine:
            pytest.skip(f"inconclusive: {unsure[0].reason}" if unsure else "no flow was judged by this target")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdicts that failed and where the run is, instead of a traceback."""
        folder = self.config.stash[_RUNS].failed(self.path)
        if isinstance(excinfo.value, TwinError | TargetMissed):
            return f"{excinfo.value}\nthe run: {folder}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item comes from."""
        return self.path, None, self.name

    def _is_mine(self, verdict: Verdict, run: Run) -> bool:
        if verdict.workload != self._target.workload or verdict.metric is not self._metric:
            return False
        group = {flow.name: flow.line_group for flow in run.blueprint.flows}.get(verdict.flow)
        return not self._target.lines or group in self._target.lines

    def _note(self, mine: list[Verdict]) -> None:
        for verdict in mine:
            properties = {"value": verdict.value, "target": verdict.target, "baseline": verdict.baseline,
                          "predicted": verdict.predicted, "samples": verdict.samples, "verdict": verdict.verdict.value}
            self.user_properties.extend((f"{verdict.flow}.{key}", value) for key, value in properties.items())


class TrialItem(pytest.Item):
    """One trial of a line."""

    def __init__(self, *, trial: str, **rest: Any) -> None:
        super().__init__(**rest)
        self._trial = trial

    def runtest(self) -> None:
        """Fail for a missed limit; skip, or fail if strict, where the trial is inconclusive."""
        from twin.jobs.trials import TrialOptions, run_trials
        from twin.report.terminal.trials import render

        option = self.config.getoption
        folder = self.config.stash[_RUNS].folder(self.path, trial=self._trial)
        try:
            (tried,) = run_trials(self.path, folder, [self._trial],
                                  TrialOptions(option("--twin-seed"), option("--twin-lab")), force=True)
        except CannotRun as reason:
            if option("--twin-strict"):
                raise
            pytest.skip(str(reason))
        self.user_properties.extend((f"{row.test}, {row.step}: {key}", value) for row in tried.report.rows
                                    for key, value in row.values.items())
        if not tried.certificate.valid and not option("--twin-strict"):
            pytest.skip("inconclusive: the emulation failed its fidelity checks")
        if tried.exit_code:
            raise TrialFailed(render(tried.report))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The table of the trial and where it is, instead of a traceback."""
        folder = self.config.stash[_RUNS].failed(self.path, self._trial)
        if isinstance(excinfo.value, TwinError | TrialFailed):
            return f"{excinfo.value}\nthe trial: {folder}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item comes from."""
        return self.path, None, self.name


class TrialFailed(Exception):
    """A line failed a trial."""


class TargetMissed(Exception):
    """Some flows missed their targets."""

    def __init__(self, verdicts: list[Verdict]) -> None:
        from twin.report.summary import sentence

        super().__init__("\n".join(map(sentence, verdicts)) or "no flow was judged by this target")
