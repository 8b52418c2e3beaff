"""The terminal table of a run: fidelity first, then each service with its worst rows first; within 100 columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict
from twin.report.summary import Group, Row, counts, fidelity, groups, headline, worst_sentence
from twin.report.terminal import airtime
from twin.report.wording import SIGNS, bound, count, predicted, show, show_beside

WIDTH = 100
_CODES = {Outcome.MET: "32", Outcome.MISSED: "31", Outcome.INCONCLUSIVE: "33"}
_COLUMNS = (("workload", 11), ("metric", 11), ("target", -12), ("worst", -12), ("no QoS ", -13), ("predicted", -13),
            ("samples", -7), ("met", -3), ("miss", -4), ("inc", -3))
"""Heads and widths; negative: set right, as numbers are."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """Terminal colours, or none."""

    colours: bool

    def of(self, outcome: Outcome, text: str) -> str:
        return self._wrap(_CODES[outcome], text)

    def strong(self, text: str) -> str:
        return self._wrap("1", text)

    def faint(self, text: str) -> str:
        return self._wrap("2", text)

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours and text else text


def render(run: Run, *, every: bool = False, colours: bool = False, where: str = "") -> str:
    """The table as text with a closing newline.

    every: each verdict, not only the worst of each workload and metric. colours: ANSI escapes. where: the place of
    the full report, for the closing line.
    """
    ink = _Ink(colours)
    lines = [*_head(run, ink)]
    for group in groups(run):
        lines += ["", *_group(group, ink, every=every)]
    return "\n".join([*lines, "", *_foot(run, ink, where), ""])


def _head(run: Run, ink: _Ink) -> Iterator[str]:
    context, valid = run.context, run.qos.certificate.valid
    yield from _folded("fidelity ", fidelity(run.qos.certificate), ink, Outcome.MET if valid else Outcome.MISSED)
    if run.baseline is not None and not run.baseline.certificate.valid:
        yield from _folded("baseline ", fidelity(run.baseline.certificate), ink, Outcome.MISSED)
    if run.qos.certificate.unchecked:
        yield from _folded("no check ", "; ".join(run.qos.certificate.unchecked), ink, None)
    pace = f"{context.emulated_seconds:g} s emulated in {context.wall_seconds:.1f} s"
    yield f"network  {ink.strong(run.network.name)}, {context.lab} lab, seed {context.seed}, {pace}"
    if run.qos.air:
        yield from _folded("airtime  ", airtime.sentence(run.qos.air), ink, None)


def _folded(name: str, text: str, ink: _Ink, outcome: Outcome | None) -> Iterator[str]:
    for index, part in enumerate(fold(text, WIDTH - len(name))):
        yield (name if index == 0 else " " * len(name)) + (ink.of(outcome, part) if outcome else part)


def _group(group: Group, ink: _Ink, *, every: bool) -> Iterator[str]:
    name = group.title if group.title == group.service else f"{group.title} ({group.service})"
    kind = f", class {group.service_class}" if group.service_class else ""
    yield ink.strong(clip(name, 50)) + kind + ": " + ink.of(group.counts.outcome, str(group.counts))
    yield ink.faint("  " + _cells([head for head, _ in _COLUMNS]))
    for row in group.rows:
        yield _row(row, ink)
        shown = row.verdicts if every else row.verdicts[:1] if row.worst.verdict is not Outcome.MET else ()
        for verdict in shown:
            yield from _detail(verdict, ink, every=every)
    if any(row.no_evidence for row in group.rows):
        yield ink.faint("  ° also met without QoS: no evidence for QoS")
    if any(row.by_theory for row in group.rows):
        yield ink.faint("  † of some flows by theory, as the run is too short to show it")


def _row(row: Row, ink: _Ink) -> str:
    worst, tally = row.worst, row.counts
    baseline = show(worst.baseline, worst.unit) + ("°" if row.no_evidence else " ")
    known = predicted(worst) + ("†" if row.by_theory else "")
    cells = [row.workload, row.metric.row.short, bound(worst), show_beside(worst.value, worst.unit, worst.target),
             baseline, known, str(worst.samples), str(tally.met), str(tally.missed), str(tally.inconclusive)]
    return ink.of(worst.verdict, SIGNS[worst.verdict]) + " " + _cells(cells)


def _detail(verdict: Verdict, ink: _Ink, *, every: bool) -> Iterator[str]:
    sign = SIGNS[verdict.verdict] if every else "└"
    value = show_beside(verdict.value, verdict.unit, verdict.target)
    parts = [f"{verdict.source} → {verdict.sink}"]
    if every:
        parts += [value, f"{show(verdict.baseline, verdict.unit)} without QoS", count(verdict.samples, "sample")]
    if verdict.reason:
        parts.append(verdict.reason)
    for index, part in enumerate(fold(", ".join(parts), WIDTH - 6)):
        yield "    " + (f"{ink.of(verdict.verdict, sign)} " if index == 0 else "  ") + part


def _foot(run: Run, ink: _Ink, where: str) -> Iterator[str]:
    total = counts(run.verdicts)
    yield ink.of(total.outcome, headline(run))
    yield from fold(worst_sentence(run), WIDTH) if worst_sentence(run) else ()
    yield f"{total}; digest {run.context.digest[:16]}"
    if where:
        yield f"report: {where}"


def _cells(texts: list[str]) -> str:
    cells = []
    for text, (_, width) in zip(texts, _COLUMNS, strict=True):
        text = clip(text, abs(width))
        cells.append(text.rjust(-width) if width < 0 else text.ljust(width))
    return " ".join(cells).rstrip()


def clip(text: str, width: int) -> str:
    """`text` within `width` characters, with an ellipsis where it was cut."""
    return text if len(text) <= width else text[: width - 1] + "…"


def fold(text: str, width: int) -> list[str]:
    """`text` as lines of at most `width` characters, broken at blanks where there are any; at least one line."""
    lines, rest = [], text
    while len(rest) > width:
        cut = rest.rfind(" ", 1, width + 1)
        cut = cut if cut > 0 else width
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, rest]
