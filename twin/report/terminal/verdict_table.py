"""The terminal table of a run: fidelity first, then each service with its worst rows first; within 100 columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict
from twin.report.language.wording import SIGNS
from twin.report.language.words import ENGLISH, Words
from twin.report.summary import Group, Row, counts, fidelity, groups, headline, tally, worst_sentence
from twin.report.terminal import airtime

WIDTH = 100
_CODES = {Outcome.MET: "32", Outcome.MISSED: "31", Outcome.INCONCLUSIVE: "33"}
_COLUMNS = (("workload", 11), ("metric", 11), ("target", -12), ("worst", -12), ("without-qos", -13), ("predicted", -13),
            ("samples", -7), ("met", -3), ("missed", -4), ("inconclusive", -3))
"""Keys of the heads, and widths; negative: set right, as numbers are."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """Terminal colours, or none, and the words of the table."""

    colours: bool
    words: Words

    def of(self, outcome: Outcome, text: str) -> str:
        return self._wrap(_CODES[outcome], text)

    def strong(self, text: str) -> str:
        return self._wrap("1", text)

    def faint(self, text: str) -> str:
        return self._wrap("2", text)

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours and text else text


def render(run: Run, *, every: bool = False, colours: bool = False, where: str = "", words: Words = ENGLISH) -> str:
    """The table as text with a closing newline.

    every: each verdict, not only the worst of each workload and metric. colours: ANSI escapes. where: the place of
    the full report, for the closing line.
    """
    ink = _Ink(colours, words)
    lines = [*_head(run, ink)]
    for group in groups(run):
        lines += ["", *_group(group, ink, every=every)]
    return "\n".join([*lines, "", *_foot(run, ink, where), ""])


def _head(run: Run, ink: _Ink) -> Iterator[str]:
    context, words, valid = run.context, ink.words, run.qos.certificate.valid
    labels = {name: words.say(f"table.{name}") for name in ("fidelity", "baseline", "unchecked", "network", "airtime")}
    heads = {name: head.ljust(1 + max(map(len, labels.values()))) for name, head in labels.items()}
    yield from _folded(heads["fidelity"], fidelity(run.qos.certificate, words), ink,
                       Outcome.MET if valid else Outcome.MISSED)
    if run.baseline is not None and not run.baseline.certificate.valid:
        yield from _folded(heads["baseline"], fidelity(run.baseline.certificate, words), ink, Outcome.MISSED)
    if run.qos.certificate.unchecked:
        unchecked = words.clauses(map(words.recorded, run.qos.certificate.unchecked))
        yield from _folded(heads["unchecked"], unchecked, ink, None)
    yield heads["network"] + words.say(
        "table.how", network=ink.strong(run.network.name), lab=context.lab, seed=str(context.seed),
        emulated=words.figure(f"{context.emulated_seconds:g} s"), wall=words.figure(f"{context.wall_seconds:.1f} s"))
    if run.qos.air:
        yield from _folded(heads["airtime"], airtime.sentence(run.qos.air, words), ink, None)


def _folded(name: str, text: str, ink: _Ink, outcome: Outcome | None) -> Iterator[str]:
    for index, part in enumerate(fold(text, WIDTH - len(name))):
        yield (name if index == 0 else " " * len(name)) + (ink.of(outcome, part) if outcome else part)


def _group(group: Group, ink: _Ink, *, every: bool) -> Iterator[str]:
    name = group.title if group.title == group.service else f"{group.title} ({group.service})"
    words = ink.words
    kind = words.say("table.of-class", name=group.service_class) if group.service_class else ""
    yield (ink.strong(clip(name, 50)) + kind + words.say("table.colon")
           + ink.of(group.counts.outcome, tally(group.counts, words)))
    yield ink.faint("  " + _cells([words.say(f"table.head.{key}") for key, _ in _COLUMNS]))
    for row in group.rows:
        yield _row(row, ink)
        shown = row.verdicts if every else row.verdicts[:1] if row.worst.verdict is not Outcome.MET else ()
        for verdict in shown:
            yield from _detail(verdict, ink, every=every)
    if any(row.no_evidence for row in group.rows):
        yield ink.faint(f"  ° {words.say('table.no-evidence')}")
    if any(row.by_theory for row in group.rows):
        yield ink.faint(f"  † {words.say('table.by-theory')}")


def _row(row: Row, ink: _Ink) -> str:
    worst, total, words = row.worst, row.counts, ink.words
    baseline = words.show(worst.baseline, worst.unit) + ("°" if row.no_evidence else " ")
    known = words.predicted(worst) + ("†" if row.by_theory else "")
    cells = [row.workload, words.short(row.metric), words.bound(worst),
             words.show_beside(worst.value, worst.unit, worst.target),
             baseline, known, str(worst.samples), str(total.met), str(total.missed), str(total.inconclusive)]
    return ink.of(worst.verdict, SIGNS[worst.verdict]) + " " + _cells(cells)


def _detail(verdict: Verdict, ink: _Ink, *, every: bool) -> Iterator[str]:
    sign = SIGNS[verdict.verdict] if every else "└"
    words, parts = ink.words, [f"{verdict.source} → {verdict.sink}"]
    if every:
        parts += [words.show_beside(verdict.value, verdict.unit, verdict.target),
                  words.say("verdict.baseline", value=words.show(verdict.baseline, verdict.unit)),
                  words.say("samples", count=verdict.samples)]
    if verdict.reason:
        parts.append(words.recorded(verdict.reason))
    for index, part in enumerate(fold(", ".join(parts), WIDTH - 6)):
        yield "    " + (f"{ink.of(verdict.verdict, sign)} " if index == 0 else "  ") + part


def _foot(run: Run, ink: _Ink, where: str) -> Iterator[str]:
    total, words = counts(run.verdicts), ink.words
    yield ink.of(total.outcome, headline(run, words))
    worst = worst_sentence(run, words)
    yield from fold(worst, WIDTH) if worst else ()
    yield words.say("table.digest", tally=tally(total, words), digest=run.context.digest[:16])
    if where:
        yield words.say("where", place=where)


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
