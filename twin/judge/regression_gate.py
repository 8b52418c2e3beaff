"""The regression gate between two runs: rules of how much worse a figure may be, and what breaks them. Pure.

    voice.p99:+10%              delays of the class voice: the 99th percentile, at most 10 % more
    download.goodput:-5%        goodput of the workload download: at most 5 % less
    call.mean-delay:+2ms        at most 2 ms more

A rule is broken where a figure is worse by more than that, and the intervals of the two lie apart: what may be noise
breaks nothing. A figure that is not measured any more breaks it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from twin.core.errors import UsageError
from twin.judge.run_summary import Figure, RunSummary

_RULE = re.compile(r"([\w.-]+?)\.([a-z][a-z-]*|p[0-9.]+):([+-])([0-9]+(?:\.[0-9]+)?) ?(%|[A-Za-z/µ]*)")
_SCALES: Mapping[str, Mapping[str, float]] = {
    "ms": {"ms": 1.0, "µs": 1e-3, "us": 1e-3, "s": 1e3}, "kbit/s": {"kbit/s": 1.0, "Mbit/s": 1e3, "bit/s": 1e-3},
    "ppm": {"ppm": 1.0}}
"""Units in which a change may be written, in those of figures."""


class Ruling(StrEnum):
    """What a rule says of one figure, worst first."""

    BROKEN = "broken"
    """It is worse by more than the rule allows, and that is no noise."""
    GONE = "gone"
    """Only the first run measured it."""
    NOISE = "noise"
    """It is worse by more than that, but the two intervals meet, or too few samples gave none."""
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Rule:
    """How much a figure may change. text: as it was written. of: a class, service, workload or flow. figure: its name.
    growth: whether it speaks of more; by: how much, in `unit`, "%" of the first run's value."""

    text: str
    of: str
    figure: str
    growth: bool
    by: float
    unit: str

    def speaks_of(self, figure: Figure) -> bool:
        """Whether it is a rule for this figure."""
        return self.figure == figure.name and self.of in (
            figure.service_class, figure.service, figure.workload, figure.flow)

    def limit(self, before: Figure) -> float:
        """The value that the second run may not pass. Raises UsageError for a unit that the figure has not."""
        sign = 1 if self.growth else -1
        if self.unit == "%":
            return before.value + sign * abs(before.value) * self.by / 100
        known = _SCALES.get(before.unit, {})
        if self.unit not in known and self.unit != before.unit:
            raise UsageError(f'--fail-on: "{self.text}" is in {self.unit or "no unit"}, {before.name} is in '
                             f'{before.unit or "none"}; write it so, or in %')
        return before.value + sign * self.by * known.get(self.unit, 1.0)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule says of one figure of both runs."""

    rule: Rule
    ruling: Ruling
    before: Figure
    after: Figure | None

    @property
    def breaks(self) -> bool:
        """Whether the gate closes."""
        return self.ruling in (Ruling.BROKEN, Ruling.GONE)


def rule_of(text: str) -> Rule:
    """Read a rule. Raises UsageError where it is none."""
    match = _RULE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f'--fail-on: "{text}" is neither a change of a target nor a rule; write for example '
                         "voice.p99:+10%, download.goodput:-5% or call.mean-delay:+2ms")
    return Rule(text.strip(), match[1], match[2], match[3] == "+", float(match[4]), match[5])


def decide(rules: Iterable[Rule], before: RunSummary, after: RunSummary) -> tuple[Decision, ...]:
    """What each rule says of each figure that it speaks of, the worst first. Raises UsageError for a rule that speaks
    of none."""
    now = {figure.key: figure for figure in after.figures}
    decisions = [decision for rule in rules for decision in _of_rule(rule, before, now)]
    order = list(Ruling)
    return tuple(sorted(decisions, key=lambda decision: order.index(decision.ruling)))


def _of_rule(rule: Rule, before: RunSummary, now: Mapping[tuple[str, str], Figure]) -> Iterator[Decision]:
    known = [figure for figure in before.figures if rule.speaks_of(figure)]
    if not known:
        raise _unknown(rule, before)
    for figure in known:
        later = now.get(figure.key)
        yield Decision(rule, _ruling(rule, figure, later), figure, later)


def _ruling(rule: Rule, before: Figure, after: Figure | None) -> Ruling:
    if after is None:
        return Ruling.GONE
    limit = rule.limit(before)
    if not (after.value > limit if rule.growth else after.value < limit):
        return Ruling.KEPT
    return Ruling.BROKEN if before.exact or _apart(before, after, rule.growth) else Ruling.NOISE


def _apart(before: Figure, after: Figure, growth: bool) -> bool:
    """Whether the whole interval of the second run lies beyond that of the first."""
    first, second = (before.high, after.low) if growth else (before.low, after.high)
    return first is not None and second is not None and (second > first if growth else second < first)


def _unknown(rule: Rule, run: RunSummary) -> UsageError:
    names = sorted({name for figure in run.figures for name in (figure.service_class, figure.service, figure.workload)
                    if name})
    kinds = sorted({figure.name for figure in run.figures if rule.of in (
        figure.service_class, figure.service, figure.workload, figure.flow)})
    wanted, known = (rule.figure, kinds) if kinds else (rule.of, names)
    near = get_close_matches(wanted, known, n=1)
    remedy = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
    return UsageError(f'--fail-on: "{rule.text}": the first run has no {wanted}; {remedy}')
