"""The regression gate between two runs: lines for a terminal, and a summary in Markdown for a merge request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.core.errors import ExitCode
from twin.judge.regression_gate import Decision, Ruling
from twin.judge.run_summary import Figure
from twin.report.language.wording import SIGNS, count, show, show_beside
from twin.report.terminal.run_comparison import Change, Comparison, growth

SHOWN = 20
"""Rows of a table in Markdown; what follows is counted."""


def text(decisions: Sequence[Decision]) -> str:
    """What the rules say, with an empty line before it; "" without rules."""
    if not decisions:
        return ""
    lines = [_line(decision) for decision in decisions if decision.ruling is not Ruling.KEPT]
    return "\n".join(["", headline(decisions), *lines, ""])


def headline(decisions: Sequence[Decision]) -> str:
    """The rules in one sentence."""
    broken = sum(decision.breaks for decision in decisions)
    noise = sum(decision.ruling is Ruling.NOISE for decision in decisions)
    first = f"{count(broken, 'figure')} of {len(decisions)} {'breaks' if broken == 1 else 'break'} the rules" \
        if broken else f"All {count(len(decisions), 'figure')} keep the rules"
    return first + (f"; {count(noise, 'figure')} may be noise." if noise else ".")


def markdown(comparison: Comparison, decisions: Sequence[Decision], code: ExitCode) -> str:
    """Headline, what broke, and how many targets changed how; a change of a target, and its values, in a table."""
    passed = "✅ passed" if code is ExitCode.MET else "❌ failed"
    lines = [f"### Metro Twin: {passed}", ""]
    lines += [headline(decisions), ""] if decisions else []
    lines += _rules_table([decision for decision in decisions if decision.ruling is not Ruling.KEPT])
    changes = [f"{change.value} {len(comparison.of(change))}" for change in Change if comparison.of(change)]
    lines += [f"Targets: {', '.join(changes) or 'none'}. "
              f"Samples {'identical' if comparison.same_digest else 'differ'}.", ""]
    lines += _targets_table(comparison)
    lines += [f"- {' '.join(difference.split())}" for difference in comparison.differences]
    return "\n".join(lines).rstrip() + "\n"


def _rules_table(decisions: Sequence[Decision]) -> Iterator[str]:
    if decisions:
        yield "| rule | flow | before | after | ruling |"
        yield "| --- | --- | --- | --- | --- |"
        for decision in decisions[:SHOWN]:
            yield (f"| `{decision.rule.text}` | {decision.before.flow} | {_shown(decision.before)} | "
                   f"{'–' if decision.after is None else _shown(decision.after)} | {decision.ruling.value} |")
        yield from _rest(len(decisions))
        yield ""


def _targets_table(comparison: Comparison) -> Iterator[str]:
    pairs = [pair for pair in comparison.pairs if pair.change not in (Change.SAME, Change.BETTER)]
    if pairs:
        yield "| target | flow | before | after | change |"
        yield "| --- | --- | --- | --- | --- |"
        for pair in pairs[:SHOWN]:
            sides = ["–" if side is None else f"{SIGNS[side.verdict]} {show_beside(side.value, side.unit, side.target)}"
                     for side in (pair.before, pair.after)]
            grown = growth(pair)
            yield (f"| {pair.known.workload} {pair.known.metric.value} | {pair.known.flow} | {sides[0]} | {sides[1]} | "
                   f"{pair.change.value}{'' if grown is None else f', {grown:+.1%}'} |")
        yield from _rest(len(pairs))
        yield ""


def _rest(rows: int) -> Iterator[str]:
    if rows > SHOWN:
        yield f"| … and {rows - SHOWN} more | | | | |"


def _line(decision: Decision) -> str:
    after = "not measured" if decision.after is None else _shown(decision.after)
    return (f"  {decision.ruling.value:<7} {decision.rule.text}  {decision.before.flow}: {_shown(decision.before)} → "
            f"{after}")


def _shown(figure: Figure) -> str:
    """A figure with its interval: "31.2 ms (30.9 ms to 31.6 ms)"."""
    ends = [show(end, figure.unit) for end in (figure.low, figure.high)]
    return show(figure.value, figure.unit) + ("" if figure.exact else f" ({ends[0]} to {ends[1]})")
