"""A sweep for a terminal: how many points came out how, and the range of each response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.judge.sweep.results import Response, Sweep
from twin.report.language.wording import count, show
from twin.report.terminal.verdict_table import clip

FIRST_FAILURES = 5


def headline(sweep: Sweep) -> str:
    """The whole sweep in one sentence."""
    whole = [point for point in sweep.points if len(point.results) == len(sweep.computations)]
    refused = sum(any(result.refused for result in point.results.values()) for point in sweep.points)
    parts = [f"{count(len(sweep.points), 'point')} of {sweep.name}"]
    parts += [f"{len(whole)} computed"] if len(whole) < len(sweep.points) else []
    parts += [f"{refused} cannot be built"] if refused else []
    return ", ".join(parts) + "."


def text(sweep: Sweep, *, where: str = "") -> str:
    """The summary, with a closing newline. where: of the full report, for the last line."""
    lines = [*_varied(sweep), "", f"{'response':<36}{'least':>14}{'median':>14}{'most':>14}{'target':>14}"]
    lines += [_response_line(name, [response for _, response in sweep.of(name)]) for name in sweep.response_names]
    lines += ["", headline(sweep), *_failures(sweep)]
    return "\n".join([*lines, *([f"results: {where}"] if where else []), ""])


def _varied(sweep: Sweep) -> Iterator[str]:
    for name in sweep.parameters:
        levels = sweep.levels(name)
        shown = ", ".join(levels) if len(levels) <= 6 else f"{levels[0]} ... {levels[-1]}"
        yield f"{name:<16}{len(levels):>4}  {clip(shown, 76)}".rstrip()


def _response_line(name: str, responses: Sequence[Response]) -> str:
    unit, values = responses[0].unit, sorted(r.worst for r in responses if r.worst is not None)
    targets = {r.target for r in responses if r.target is not None}
    cells = [show(value, unit) for value in (values[0], values[len(values) // 2], values[-1])] if values else ["–"] * 3
    sign = "≤" if responses[0].lower else "≥"
    bound = f"{sign} {show(targets.pop(), unit)}" if len(targets) == 1 else ""
    return (f"{clip(name, 35):<36}" + "".join(f"{cell:>14}" for cell in cells) + f"{bound:>14}").rstrip()


def _failures(sweep: Sweep) -> Iterator[str]:
    if sweep.failures:
        yield f"Not computed: {count(len(sweep.failures), 'reason')}; start the sweep again to try them again."
        yield from (f"  {failure.partition(chr(10))[0]}" for failure in sweep.failures[:FIRST_FAILURES])
