"""Trials of lines, end to end: load, plan, test by the method of a standard in a lab each, report, store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

from twin.core.errors import EmulationError, ExitCode, UsageError
from twin.core.records import from_plain
from twin.jobs.experiment import spec
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.instrument_plan import InstrumentPlan
from twin.jobs.experiment.on_host import OnProgress, carry_out, read_samples, require_memory
from twin.jobs.experiment.spec import Closing, Order
from twin.jobs.result_folder import new_results
from twin.jobs.verify import quiet
from twin.judge.certificate.certificate import VIRTUAL, certify
from twin.judge.verdict import Certificate
from twin.lab import lab_named
from twin.model import Network, Trial
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.trials.measurements import Report
from twin.plan.trials.trial_plan import trial_plan
from twin.report.files.manifest import Results
from twin.report.files.run_folder import store_trials
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.terminal.trials import Sheet


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """How lines are tested. lab: virtual, wall or native. language: of the page."""

    seed: int = 1
    lab: str = VIRTUAL
    language: Language = Language.ENGLISH


DEFAULTS = TrialOptions()


@dataclass(frozen=True, slots=True)
class TrialRun:
    """A trial as it came out, and whether the lab that it ran in is to be trusted."""

    report: Report
    certificate: Certificate

    @property
    def sheet(self) -> Sheet:
        """The trial as reports show it."""
        return Sheet(self.report, self.certificate)

    @property
    def exit_code(self) -> ExitCode:
        """MET: passed, or nothing was to be kept; MISSED: something was not kept; INCONCLUSIVE: the lab failed."""
        if not self.certificate.valid:
            return ExitCode.INCONCLUSIVE
        return ExitCode.MISSED if self.report.passed is False else ExitCode.MET


def run_trials(file: Path | Network, out: Path, names: Sequence[str] = (), options: TrialOptions = DEFAULTS,
               on_progress: OnProgress = quiet, *, force: bool = False) -> list[TrialRun]:
    """Carry out the trials of a network, all or those named, side by side; each leaves its files in `out`/name, and
    trials.json and report.html in `out` are of all. force: replace what `out` holds.

    Each line is alone on the network: the workloads rest, and so do faults. Raises UsageError for a name that is no
    trial's, and what twin.jobs.verify.verify raises.
    """
    network = file if isinstance(file, Network) else load(file)
    require_memory(network, options.lab)
    chosen = _chosen_trials(network, names)
    blueprint = replace(plan(network), flows=(), faults=())
    order = Order(0.0, options.seed, options.lab == VIRTUAL)
    orders = [replace(order, trial=trial_plan(network, blueprint, trial)) for trial in chosen]
    with new_results(out.resolve(), Results.TRIALS, force=force) as aside:
        folders = [aside / trial.name for trial in chosen]
        carry_out(lab_named(options.lab), list(zip(repeat(blueprint), folders, orders, strict=False)), on_progress,
                  noun="trials")
        trial_runs = [_read(folder, options.lab) for folder in folders]
        store_trials(network, [trial.sheet for trial in trial_runs], command(network, trial_runs, options), aside,
                     Words(options.language))
    return trial_runs


def command(network: Network, trial_runs: Sequence[TrialRun], options: TrialOptions) -> str:
    """The command line that repeats trials."""
    return " ".join(["twin trial", f"{network.name}.yaml", *(trial.report.name for trial in trial_runs),
                     f"--seed {options.seed} --lab {options.lab}"])


def _chosen_trials(network: Network, names: Sequence[str]) -> list[Trial]:
    known: dict[str, Trial] = {trial.name: trial for trial in network.trials}
    missing = [name for name in names if name not in known]
    if missing or not known:
        has = f"known: {', '.join(known)}" if known else "the description has none"
        raise UsageError(f'there is no trial "{missing[0]}"; {has}' if missing else "the description has no trials")
    return [known[name] for name in names] or list(known.values())


def _read(folder: Path, lab: str) -> TrialRun:
    try:
        report = from_plain(Report, json.loads((folder / spec.REPORT_FILE).read_text())["report"])
        closing = from_plain(Closing, json.loads((folder / spec.CLOSING_FILE).read_text()))
        plan = from_plain(InstrumentPlan, json.loads((folder / spec.INSTRUMENTS_FILE).read_text()))
    except (OSError, ValueError, KeyError) as fault:
        raise EmulationError(f"the trial in {folder} is incomplete: {fault}") from fault
    measured = probes(plan.probes, read_samples(folder / spec.CALIBRATION))
    return TrialRun(report, certify(lab, measured, closing.lag, sum(closing.strays.values())))
