"""Policies compared: which targets are met under which policy, best first; from runs of the same load. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from twin.judge.run_record import Run
from twin.judge.verdict import Verdict
from twin.model import Metric
from twin.report.language.wording import SIGNS
from twin.report.language.words import ENGLISH, Words
from twin.report.summary import Counts, badness, counts

COLUMN = 17
"""Characters of a policy's column in the table for a terminal."""


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """A policy and its run."""

    policy: str
    run: Run

    @property
    def counts(self) -> Counts:
        """How its verdicts came out."""
        return counts(self.run.verdicts)

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the best first: fewest targets missed, then most met; one that cannot be trusted last."""
        missed = self.counts.missed if self.run.qos.certificate.valid else self.counts.total + 1
        return missed, -self.counts.met


@dataclass(frozen=True, slots=True)
class Cell:
    """One target under one policy: the worst of its flows (None where none was judged), and how all came out."""

    worst: Verdict | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Line:
    """One target under every policy, in their order."""

    service: str
    workload: str
    metric: Metric
    target: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PolicyComparison:
    """The whole comparison: results best first, a line for each target in the order of the description."""

    results: tuple[PolicyResult, ...]
    lines: tuple[Line, ...]

    @property
    def best(self) -> PolicyResult:
        """The policy under which fewest targets are missed."""
        return self.results[0]


def compare(runs: Sequence[Run]) -> PolicyComparison:
    """Compare runs of one network and seed under several policies; of equally good ones the first stays first."""
    results = tuple(sorted((PolicyResult(run.blueprint.policy.name, run) for run in runs),
                           key=lambda result: result.rank))
    keys: dict[tuple[str, str, Metric, float], Verdict] = {}
    of_results: list[dict[tuple[str, str, Metric, float], list[Verdict]]] = []
    for result in results:
        rows: dict[tuple[str, str, Metric, float], list[Verdict]] = {}
        for verdict in result.run.verdicts:
            key = verdict.service, verdict.workload, verdict.metric, verdict.target
            keys.setdefault(key, verdict)
            rows.setdefault(key, []).append(verdict)
        of_results.append(rows)
    lines = tuple(Line(*key[:3], ENGLISH.bound(verdict), tuple(_cell(rows.get(key, [])) for rows in of_results))
                  for key, verdict in keys.items())
    return PolicyComparison(results, lines)


def headline(comparison: PolicyComparison, words: Words = ENGLISH) -> str:
    """The comparison in one sentence."""
    total, best = comparison.best.counts.total, comparison.best
    all_met = [result.policy for result in comparison.results if result.counts.met == total > 0]
    if all_met:
        return words.say("policies.all-met", number=total, names=words.listed(all_met))
    none_missed = [result for result in comparison.results
                   if result.rank == best.rank and not result.counts.missed]
    if none_missed:
        return words.say("policies.none-missed", names=words.listed([result.policy for result in none_missed]),
                         number=best.counts.inconclusive, total=total)
    return words.say("policies.fewest", name=best.policy, number=best.counts.missed, total=total)


def text(comparison: PolicyComparison, words: Words = ENGLISH) -> str:
    """The comparison as a table for a terminal, with a closing newline: policies from left to right, best first."""
    context = comparison.best.run.context
    names = "".join(f"{result.policy[:COLUMN - 1]:>{COLUMN}}" for result in comparison.results)
    lines = [words.say("policies.how", network=comparison.best.run.network.name, lab=context.lab,
                       seed=str(context.seed), seconds=words.figure(f"{context.seconds:g} s")), "",
             f"{'':<38}{words.say('head.target'):>13}{names}",
             *(_text_line(line, words) for line in comparison.lines), ""]
    for outcome in ("met", "missed", "inconclusive"):
        row = "".join(f"{getattr(result.counts, outcome):>{COLUMN}}" for result in comparison.results)
        lines.append(f"{words.say(f'outcome.{outcome}'):<51}{row}")
    return "\n".join([*lines, "", headline(comparison, words), ""])


def _text_line(line: Line, words: Words) -> str:
    name = f"{line.workload} {words.short(line.metric)}"
    return f"{name[:37]:<38}{words.figure(line.target):>13}" + "".join(
        f"{cell_text(cell, words):>{COLUMN}}" for cell in line.cells)


def cell_text(cell: Cell, words: Words = ENGLISH) -> str:
    """A cell in short: the worst value and the outcome."""
    if cell.worst is None:
        return "–"
    value = words.show_beside(cell.worst.value, cell.worst.unit, cell.worst.target)
    return f"{value} {SIGNS[cell.counts.outcome]}"


def plain(comparison: PolicyComparison) -> dict[str, Any]:
    """The comparison as JSON: the policies, best first, and each target with the value under each."""
    context = comparison.best.run.context
    return {
        "network": comparison.best.run.network.name, "seed": context.seed, "seconds": context.seconds,
        "lab": context.lab, "headline": headline(comparison),
        "policies": [{"policy": result.policy, "scheduler": result.run.blueprint.policy.scheduler.value,
                      "digest": result.run.context.digest, "valid": result.run.qos.certificate.valid,
                      **_plain_counts(result.counts)} for result in comparison.results],
        "targets": [{"service": line.service, "workload": line.workload, "metric": line.metric.value,
                     "target": line.target, "under": dict(_plain_cells(comparison, line))}
                    for line in comparison.lines],
    }


def _plain_cells(comparison: PolicyComparison, line: Line) -> Iterator[tuple[str, dict[str, Any]]]:
    for result, cell in zip(comparison.results, line.cells, strict=True):
        worst = cell.worst
        yield result.policy, {"worst": worst.value if worst else None, "unit": worst.unit if worst else "",
                             "predicted": worst.predicted if worst else None, "flow": worst.flow if worst else None,
                             "verdict": cell.counts.outcome.value, **_plain_counts(cell.counts)}


def _plain_counts(counted: Counts) -> dict[str, int]:
    return {"met": counted.met, "missed": counted.missed, "inconclusive": counted.inconclusive}


def _cell(verdicts: Sequence[Verdict]) -> Cell:
    return Cell(min(verdicts, key=badness, default=None), counts(verdicts))

