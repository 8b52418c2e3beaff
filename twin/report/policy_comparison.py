"""Targets against policies: which promises hold under which, best policy first; from runs of the same load. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from twin.judge.run import Run
from twin.judge.verdict import Verdict
from twin.model import Metric
from twin.report.summary import Counts, badness, counts
from twin.report.wording import SIGNS, bound, show_beside

COLUMN = 17
"""Characters of a policy's column in the table for a terminal."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A policy and what came of it."""

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
class Contest:
    """The whole comparison: rivals best first, a line for each target in the order of the description."""

    rivals: tuple[Rival, ...]
    lines: tuple[Line, ...]

    @property
    def best(self) -> Rival:
        """The policy under which fewest targets are missed."""
        return self.rivals[0]


def contest(runs: Sequence[Run]) -> Contest:
    """Compare runs of one network and seed under several policies; of equally good ones the first stays first."""
    rivals = tuple(sorted((Rival(run.blueprint.policy.name, run) for run in runs), key=lambda rival: rival.rank))
    keys: dict[tuple[str, str, Metric, float], Verdict] = {}
    found: list[dict[tuple[str, str, Metric, float], list[Verdict]]] = []
    for rival in rivals:
        rows: dict[tuple[str, str, Metric, float], list[Verdict]] = {}
        for verdict in rival.run.verdicts:
            key = verdict.service, verdict.workload, verdict.metric, verdict.target
            keys.setdefault(key, verdict)
            rows.setdefault(key, []).append(verdict)
        found.append(rows)
    lines = tuple(Line(*key[:3], bound(verdict), tuple(_cell(rows.get(key, [])) for rows in found))
                  for key, verdict in keys.items())
    return Contest(rivals, lines)


def headline(made: Contest) -> str:
    """The comparison in one sentence."""
    total, best = made.best.counts.total, made.best
    whole = [rival.policy for rival in made.rivals if rival.counts.met == total > 0]
    if whole:
        return f"All {total} targets are met under {_listed(whole)}."
    unharmed = [rival for rival in made.rivals if rival.rank == best.rank and not rival.counts.missed]
    if unharmed:
        return (f"No target is missed under {_listed([rival.policy for rival in unharmed])}, but "
                f"{best.counts.inconclusive} of {total} could not be concluded: run for longer.")
    return f"No policy keeps every promise; {best.policy} breaks fewest: {best.counts.missed} of {total}."


def text(made: Contest) -> str:
    """The comparison as a table for a terminal, with a closing newline: policies from left to right, best first."""
    context = made.best.run.context
    head = f"{'':<38}{'target':>13}" + "".join(f"{rival.policy[:COLUMN - 1]:>{COLUMN}}" for rival in made.rivals)
    lines = [f"{made.best.run.network.name}, {context.lab} lab, seed {context.seed}, {context.seconds:g} s", "",
             head, *map(_text_line, made.lines), ""]
    for name in ("met", "missed", "inconclusive"):
        row = "".join(f"{getattr(rival.counts, name):>{COLUMN}}" for rival in made.rivals)
        lines.append(f"{name:<51}{row}")
    return "\n".join([*lines, "", headline(made), ""])


def _text_line(line: Line) -> str:
    name = f"{line.workload} {line.metric.row.short}"
    return f"{name[:37]:<38}{line.target:>13}" + "".join(f"{said(cell):>{COLUMN}}" for cell in line.cells)


def said(cell: Cell) -> str:
    """A cell in short: the worst value and what follows."""
    if cell.worst is None:
        return "–"
    return f"{show_beside(cell.worst.value, cell.worst.unit, cell.worst.target)} {SIGNS[cell.counts.outcome]}"


def plain(made: Contest) -> dict[str, Any]:
    """The comparison as JSON: the policies, best first, and each target with the value under each."""
    context = made.best.run.context
    return {
        "network": made.best.run.network.name, "seed": context.seed, "seconds": context.seconds, "lab": context.lab,
        "headline": headline(made),
        "policies": [{"policy": rival.policy, "scheduler": rival.run.blueprint.policy.scheduler.value,
                      "digest": rival.run.context.digest, "valid": rival.run.qos.certificate.valid,
                      **_plain_counts(rival.counts)} for rival in made.rivals],
        "targets": [{"service": line.service, "workload": line.workload, "metric": line.metric.value,
                     "target": line.target, "under": dict(_plain_cells(made, line))} for line in made.lines],
    }


def _plain_cells(made: Contest, line: Line) -> Iterator[tuple[str, dict[str, Any]]]:
    for rival, cell in zip(made.rivals, line.cells, strict=True):
        worst = cell.worst
        yield rival.policy, {"worst": worst.value if worst else None, "unit": worst.unit if worst else "",
                             "predicted": worst.predicted if worst else None, "flow": worst.flow if worst else None,
                             "verdict": cell.counts.outcome.value, **_plain_counts(cell.counts)}


def _plain_counts(one: Counts) -> dict[str, int]:
    return {"met": one.met, "missed": one.missed, "inconclusive": one.inconclusive}


def _cell(verdicts: Sequence[Verdict]) -> Cell:
    return Cell(min(verdicts, key=badness, default=None), counts(verdicts))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
