"""The search for the bad day: random schedules of events against the controller, and what they led to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from twin.core.errors import ExitCode
from twin.core.records import to_json, to_plain
from twin.core.units import NS_PER_S, show_time
from twin.jobs.result_folder import new_results
from twin.jobs.search.draw import draw
from twin.jobs.search.labs.lab_search import LabRuns, lab_blueprint, search_labs
from twin.jobs.search.labs.timetable import timetable, until_healed
from twin.jobs.search.outcome import Outcome
from twin.jobs.search.replay_file import check_schedule, description, read_schedule, runs_in_lab, schedule_json
from twin.jobs.search.runner import Failure, SearchResult, Show, search, with_outcome
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.jobs.search.simulate import Simulation
from twin.model import Network
from twin.model.yaml import load
from twin.plan.blueprint import Blueprint
from twin.report.files.atomic_write import write_whole
from twin.report.files.manifest import Results
from twin.report.language.wording import count, grouped

__all__ = ["Event", "EventKind", "Failure", "Outcome", "Schedule", "SearchResult", "draw", "read_schedule",
           "replay_in_lab", "replay_schedule", "runs_in_lab", "search", "search_exit_code", "search_json",
           "search_labs", "search_text", "store_search"]


def replay_schedule(blueprint: Blueprint, schedule: Schedule) -> SearchResult:
    """What one schedule leads to. Raises UsageError where it is of another network."""
    check_schedule(schedule, blueprint)
    return _replayed(SearchResult(blueprint.name, schedule.seed, 0), Simulation(blueprint).run(schedule))


def replay_in_lab(network: Network, schedule: Schedule) -> SearchResult:
    """What one schedule leads to in a lab. Raises UsageError where it is of another network, CannotRun where this
    machine cannot hold one."""
    runs = LabRuns(network)
    check_schedule(schedule, runs.blueprint)
    return _replayed(SearchResult(network.name, schedule.seed, 0, labs=True), runs.run(schedule))


def _replayed(result: SearchResult, outcome: Outcome) -> SearchResult:
    events = len(outcome.schedule.events)
    failures = (Failure(outcome.schedule.seed, events, outcome),) if outcome.violations else ()
    return replace(with_outcome(result, outcome), failures=failures)


def search_exit_code(result: SearchResult) -> ExitCode:
    """1 where an invariant was violated, 5 where a lab cannot be trusted."""
    if result.doubts:
        return ExitCode.INCONCLUSIVE
    return ExitCode.MISSED if result.failing else ExitCode.MET


def store_search(out: Path, file: Path, result: SearchResult, show: Show = lambda *_: None, *, force: bool = False
                 ) -> None:
    """Leave the result and each failure's least schedule in a folder: as JSON, and as a description to verify.

    file: the description that was searched. Raises UsageError where the folder holds other results.
    """
    text = file.read_text(encoding="utf-8")
    lab = lab_blueprint(load(file)) if result.labs and result.failures else None
    with new_results(out, Results.SEARCH, force=force) as folder:
        write_whole(folder / "search.json", search_json(result))
        for number, failure in enumerate(result.failures, 1):
            show("schedules", number / len(result.failures))
            schedule = failure.least.schedule
            write_whole(folder / f"failure-{number}.json", schedule_json(result.network, schedule, labs=result.labs))
            write_whole(folder / f"failure-{number}.yaml", _verifiable(text, failure, lab))


def _verifiable(text: str, failure: Failure, lab: Blueprint | None) -> str:
    """The description of a failure; with what a lab did beside the events of the schedule, if it was found in one."""
    schedule, comments = failure.least.schedule, _comments(failure)
    if lab is None:
        return description(text, schedule, comments)
    stop = -(-timetable(lab, schedule).stop // NS_PER_S)
    return description(text, until_healed(lab, schedule), (*comments, f"The lab ran for --seconds {stop}."),
                       lab.protection)


def search_json(result: SearchResult) -> str:
    """Everything about a search; times in ns."""
    return to_json({**to_plain(result), "bound": result.bound})


def search_text(result: SearchResult, where: str = "") -> str:
    """How much ran, what failed with its least schedule, the least margins, the longest outages. where: of the files.
    """
    files = [f"files: {where}"] if where else []
    parts = (_head(result), _failures(result), _margins(result), _outages(result), files)
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(result: SearchResult) -> Iterator[str]:
    last = result.first + result.seeds - 1
    where = " in labs" if result.labs else ""
    yield (f"{result.network}: {count(result.seeds, 'schedule')}{where} (seeds {result.first} to {last}), "
           f"{count(result.events, 'event')}, {count(result.reroutes, 'reroute')}")
    if result.left_out:
        yield f"Left out, since no lab has them: {count(result.left_out, 'event')} of slow switches."
    yield from (f"The lab of seed {seed} cannot be trusted: {doubt}." for seed, doubt in result.doubts)
    if result.failing:
        yield f"{grouped(result.failing)} of them violate an invariant; each least schedule is listed once."
    else:
        yield (f"No schedule violates an invariant: with 95 % confidence fewer than {100 * result.bound:.2g} % of such "
               "schedules do.")


def _failures(result: SearchResult) -> Iterator[str]:
    for number, failure in enumerate(result.failures, 1):
        enough = "of which these are enough:" if failure.least.schedule.events else "of which none is needed:"
        yield f"\n{number}. seed {failure.seed}, {count(failure.events, 'event')}, {enough}"
        yield from (f"     {event}" for event in failure.least.schedule.events)
        yield from (f"   {show_time(at)}: violates \"{violation.invariant}\": {violation.what}"
                    for violation, at in failure.least.violations)


def _margins(result: SearchResult) -> Iterator[str]:
    if result.margins:
        yield "\nLeast margins (what was left of what an invariant allows)"
    for seed, margin in result.margins:
        yield f"  {100 * margin.left:>6.1f} %  {margin.invariant}: {margin.of} {margin.shown}, seed {seed}"


def _outages(result: SearchResult) -> Iterator[str]:
    worst = [outcome for outcome in result.worst if outcome.longest_outage]
    if worst:
        yield "\nLongest outages of a destination that was connected (no violation: until the controller has rerouted)"
    for outcome in worst:
        source, destination = outcome.of
        yield f"  {show_time(outcome.longest_outage):>10}  from {source} to {destination}, seed {outcome.schedule.seed}"


def _comments(failure: Failure) -> tuple[str, ...]:
    events = (f"  {event}" for event in failure.least.schedule.events)
    return ("The least schedule of a search that violates:",
            *(f"  {violation.invariant}: {violation.what}" for violation, _ in failure.least.violations),
            f"Its events, of seed {failure.seed}:", *(tuple(events) or ("  none",)))
