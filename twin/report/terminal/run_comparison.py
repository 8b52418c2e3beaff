"""Two runs side by side: which targets got better or worse, and what else differs between the runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from twin.core.errors import ExitCode
from twin.core.records import to_plain
from twin.judge.run_summary import RunSummary
from twin.judge.verdict import Outcome, Verdict
from twin.report.language.wording import SIGNS, count, show, show_beside
from twin.report.summary import burden, counts
from twin.report.terminal.verdict_table import WIDTH, clip

NOTICEABLE = 0.01
"""Changes of a value by less than this part of it are called the same."""
_RANK = {Outcome.MISSED: 0, Outcome.INCONCLUSIVE: 1, Outcome.MET: 2}


class Change(StrEnum):
    """How a target changed from the first run to the second, worst first."""

    BROKEN = "broken"
    """The verdict is worse: met became inconclusive or missed, or inconclusive became missed."""
    WORSE = "worse"
    """The verdict is the same, and the value is worse by more than 1 %."""
    GONE = "gone"
    """Only the first run judged it."""
    NEW = "new"
    """Only the second run judged it."""
    BETTER = "better"
    """The verdict is the same, and the value is better by more than 1 %."""
    FIXED = "fixed"
    """The verdict is better."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """One target in both runs; one of the two is None where only the other run judged it."""

    change: Change
    before: Verdict | None
    after: Verdict | None

    @property
    def known(self) -> Verdict:
        """The verdict of the second run, else of the first."""
        known = self.after or self.before
        assert known is not None
        return known


@dataclass(frozen=True, slots=True)
class Comparison:
    """All targets of two runs, worst change first, and what differs in how the runs came about."""

    pairs: tuple[Pair, ...]
    differences: tuple[str, ...]
    same_digest: bool

    def of(self, change: Change) -> tuple[Pair, ...]:
        """The targets that changed so."""
        return tuple(pair for pair in self.pairs if pair.change is change)

    @property
    def worse(self) -> bool:
        """Whether a verdict got worse or a target is judged no longer."""
        return bool(self.exit_code((Change.BROKEN, Change.GONE)))

    def exit_code(self, fail_on: Collection[Change]) -> ExitCode:
        """As a gate: MISSED where a target changed in one of these ways, else MET."""
        return ExitCode.MISSED if any(pair.change in fail_on for pair in self.pairs) else ExitCode.MET


def compare(before: RunSummary, after: RunSummary) -> Comparison:
    """Compare the verdicts of two runs, target by target."""
    old, new = ({_key(verdict): verdict for verdict in run.verdicts} for run in (before, after))
    pairs = [_pair(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    order = list(Change)
    ranked = sorted(pairs, key=lambda pair: (order.index(pair.change), -abs(growth(pair) or 0.0), _key(pair.known)))
    return Comparison(tuple(ranked), tuple(_differences(before, after)), before.digest == after.digest)


def growth(pair: Pair) -> float | None:
    """By which part of itself the value grew from the first run to the second; None where that cannot be said."""
    if pair.before is None or pair.after is None or not pair.before.value or pair.after.value is None:
        return None
    return pair.after.value / pair.before.value - 1


def text(comparison: Comparison, *, every: bool = False) -> str:
    """The comparison for a terminal, within 100 columns. every: targets that are the same too."""
    lines = list(comparison.differences)
    lines.append("samples  identical" if comparison.same_digest else "samples  differ")
    for change in Change:
        pairs = comparison.of(change)
        if pairs:
            lines += ["", f"{change.value}: {count(len(pairs), 'target')}"]
            lines += [_line(pair) for pair in pairs] if every or change is not Change.SAME else []
    return "\n".join([*lines, ""])


def as_json(comparison: Comparison) -> str:
    """The comparison as JSON: differences, and of every target the change and both verdicts."""
    plain = {
        "same_digest": comparison.same_digest,
        "worse": comparison.worse,
        "differences": list(comparison.differences),
        "counts": {change.value: len(comparison.of(change)) for change in Change},
        "targets": [{"change": pair.change.value, "before": to_plain(pair.before), "after": to_plain(pair.after)}
                    for pair in comparison.pairs],
    }
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _key(verdict: Verdict) -> tuple[str, str, str, str]:
    return verdict.service, verdict.workload, verdict.flow, verdict.metric.value


def _pair(before: Verdict | None, after: Verdict | None) -> Pair:
    if before is None or after is None:
        return Pair(Change.NEW if before is None else Change.GONE, before, after)
    if before.verdict is not after.verdict:
        worse = _RANK[after.verdict] < _RANK[before.verdict]
        return Pair(Change.BROKEN if worse else Change.FIXED, before, after)
    return Pair(_drift(before, after), before, after)


def _drift(before: Verdict, after: Verdict) -> Change:
    """Whether the value moved towards its target or away from it, where the verdict stayed."""
    old, new = burden(before), burden(after)
    if old == new or (isfinite(old) and isfinite(new) and abs(new - old) <= NOTICEABLE * max(abs(old), abs(new))):
        return Change.SAME
    return Change.WORSE if new > old else Change.BETTER


def _differences(before: RunSummary, after: RunSummary) -> Iterator[str]:
    """What differs in how the runs came about, as lines "name  before → after"."""
    facts = [("network", before.network, after.network), ("seed", str(before.seed), str(after.seed)),
             ("lab", before.lab, after.lab), ("seconds", f"{before.seconds:g}", f"{after.seconds:g}"),
             ("verdicts", str(counts(before.verdicts)), str(counts(after.verdicts)))]
    for name in sorted(before.versions.keys() | after.versions.keys()):
        facts.append((name, before.versions.get(name, "none"), after.versions.get(name, "none")))
    yield from (f"{name:<8} {was} → {is_now}" for name, was, is_now in facts if was != is_now)
    if before.description != after.description:
        yield "network  the descriptions differ"


def _line(pair: Pair) -> str:
    known = pair.known
    sides = ["–" if v is None else f"{SIGNS[v.verdict]} {show_beside(v.value, v.unit, v.target)}"
             for v in (pair.before, pair.after)]
    part = growth(pair)
    grown = "" if part is None else f"{part:+.1%}"
    bound = f"{'≤' if known.lower else '≥'} {show(known.target, known.unit)}"
    cells = [clip(known.flow, 36).ljust(36), known.metric.row.short.ljust(10), bound.rjust(12),
             sides[0].rjust(13), "→", sides[1].rjust(13), clip(grown, 8).rjust(8)]
    return clip(" ".join(["", *cells]).rstrip(), WIDTH)
