"""The regression gate: how much worse the figures of a run may be than another's, or than those in a figures file."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.errors import ExitCode, UsageError
from twin.judge.regression_gate import Decision, decide, rule_of
from twin.judge.run_record import Run
from twin.judge.run_summary import RunSummary, summary_of
from twin.report.files import figures_file
from twin.report.terminal import regression_gate, run_comparison
from twin.report.terminal.run_comparison import Change, Comparison

__all__ = ["changes_and_rules", "compare_runs", "gate_markdown", "gate_text", "judge_gate", "read_measured",
           "save_figures"]

read_measured = figures_file.read_measured
save_figures = figures_file.write_figures


def compare_runs(before: Run | RunSummary, after: Run | RunSummary) -> Comparison:
    """Compare the verdicts of two runs, target by target."""
    return run_comparison.compare(_summary(before), _summary(after))


def judge_gate(rules: Sequence[str], before: Run | RunSummary, after: Run | RunSummary) -> tuple[Decision, ...]:
    """What rules such as "voice.p99:+10%" say of two runs. Raises UsageError for what is no rule, and for one that
    speaks of nothing that the first run measured."""
    return decide([rule_of(rule) for rule in rules], _summary(before), _summary(after))


def changes_and_rules(written: str) -> tuple[list[Change], list[str]]:
    """What a gate is to fail on: changes of targets, and rules for figures. Raises UsageError for any other word."""
    words = [word.strip() for word in written.split(",") if word.strip()]
    changes = {change.value: change for change in Change}
    unknown = next((word for word in words if word not in changes and ":" not in word), None)
    if unknown is not None:
        raise UsageError(f'--fail-on: "{unknown}" is no change of a target; known: {", ".join(changes)}; or a rule '
                             "for a figure, as voice.p99:+10%")
    return [changes[word] for word in words if word in changes], [word for word in words if word not in changes]


def gate_text(decisions: Sequence[Decision]) -> str:
    """What rules say, for a terminal; "" where there are none."""
    return regression_gate.text(decisions)


def gate_markdown(comparison: Comparison, decisions: Sequence[Decision], code: ExitCode) -> str:
    """Two runs and what rules say of them in Markdown, for a merge request."""
    return regression_gate.markdown(comparison, decisions, code)


def _summary(run: Run | RunSummary) -> RunSummary:
    return summary_of(run) if isinstance(run, Run) else run
