"""The screen of `twin watch`: fidelity, the fullest spans, and targets by workload, of the last seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.core.units import show_rate, show_time
from twin.judge.live.fidelity import Fidelity, Trust
from twin.judge.live.view import View, share
from twin.judge.verdict import Outcome, SpanLoad
from twin.model import Network
from twin.plan.failures.degradation import faults_text
from twin.report.language.wording import SIGNS, bound, count, show
from twin.report.summary import Counts, Row, counts, grouped_verdicts

SPANS = 8
"""How many spans are shown."""
_BAR = 20
_CODES = {Outcome.MET: "32", Outcome.MISSED: "31", Outcome.INCONCLUSIVE: "2"}


def render(network: Network, seen: View, *, colours: bool = False) -> str:
    """The screen as lines of text with a closing newline. colours: ANSI escapes."""
    total = counts(seen.verdicts)
    lines = [
        f"{network.name}, policy {seen.blueprint.policy.name}: {count(len(seen.flows), 'flow')} in the last "
        f"{seen.seconds:g} s; {faults_text(seen.faults)}",
        f"fidelity  {_fidelity(seen.fidelity)}",
        "", *_spans(seen.loads),
        "", f"targets   {_counts(total, colours=colours)}",
    ]
    for group in grouped_verdicts(network, seen.blueprint, seen.verdicts):
        lines += [f"  {group.title}", *(_target(row, colours=colours) for row in group.rows)]
    return "\n".join([*lines, ""])


def _fidelity(fidelity: Fidelity) -> str:
    match fidelity.trust:
        case Trust.TRUSTED:
            stolen = "stolen time is not counted on this machine" if fidelity.stolen is None else \
                f"at most {fidelity.stolen:.1%} of a processor was stolen"
            return f"trusted: no timer was late by more than {show_time(fidelity.lateness)}; {stolen}"
        case Trust.UNTRUSTED:
            return f"NOT TRUSTED, nothing is judged: {'; '.join(fidelity.reasons)}"
        case Trust.UNKNOWN:
            return f"unknown, nothing is judged: {'; '.join(fidelity.reasons)}"


def _spans(loads: Sequence[SpanLoad]) -> Iterator[str]:
    yield "spans     the fullest, to or from their second end"
    for load in loads[:SPANS]:
        part = share(load)
        bar = ("#" * round(min(part, 1.0) * _BAR)).ljust(_BAR, ".")
        classes = ", ".join(f"{name or 'all'} {show_rate(rate)}" for name, rate in load.by_class.items() if rate)
        dropped = sum(load.dropped.values())
        name = f"{load.span} {'to' if load.forth else 'from'}"
        yield f"  {name:<28}{part:>5.0%} {bar} {f'{dropped} dropped, ' if dropped else ''}{classes}"


def _target(row: Row, *, colours: bool) -> str:
    worst = row.worst
    value = f"{show(worst.value, worst.unit)} {bound(worst)}"
    return (f"    {row.workload:<16}{row.metric.row.short:<14}{value:<30}"
            f"{_counts(row.counts, colours=colours)}")


def _counts(total: Counts, *, colours: bool) -> str:
    shown = ((Outcome.MET, total.met, "met"), (Outcome.MISSED, total.missed, "missed"),
             (Outcome.INCONCLUSIVE, total.inconclusive, "unknown"))
    return "  ".join(_ink(outcome, f"{SIGNS[outcome]} {number} {word}", colours=colours)
                     for outcome, number, word in shown if number) or "none that is measured"


def _ink(outcome: Outcome, text: str, *, colours: bool) -> str:
    return f"\x1b[{_CODES[outcome]}m{text}\x1b[0m" if colours else text
