"""A sweep as a table: CSV with every response of every point, and JSON of the same."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from twin.core.records import to_plain
from twin.judge.sweep.results import Response, Sweep, SweepPoint

ENDS = ("low", "high")


def as_csv(sweep: Sweep) -> str:
    """A row a point: its number, its settings, then the responses, each in the unit that its head names; the columns
    "low" and "high" are the ends of its interval, or bounds by theory."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    columns = [*_columns(sweep)]
    rows.writerow(["point", *sweep.parameters, *(head for head, _, _ in columns), *_remark_heads(sweep)])
    for point in sweep.points:
        responses = point.responses
        figures = [_figure(responses.get(name), part) for _, name, part in columns]
        rows.writerow([point.number, *(point.settings[name] for name in sweep.parameters), *figures,
                       *_remarks(sweep, point)])
    return text.getvalue()


def plain(sweep: Sweep) -> dict[str, Any]:
    """The sweep as JSON."""
    return dict(to_plain(sweep))


def _columns(sweep: Sweep) -> Iterator[tuple[str, str, str]]:
    """The columns of responses: head, name of the response, which of its figures."""
    for name in sweep.response_names:
        known = [response for _, response in sweep.of(name)]
        unit = f" [{known[0].unit}]" if known[0].unit else ""
        yield f"{name}{unit}", name, "value"
        for end in ENDS:
            if any(getattr(response, end) is not None for response in known):
                yield f"{name} {end}{unit}", name, end


def _figure(response: Response | None, part: str) -> str:
    value = None if response is None else getattr(response, part)
    return "" if value is None else f"{value:.10g}"


def _remark_heads(sweep: Sweep) -> list[str]:
    return [f"{kind} {what}" for kind in sweep.computations for what in ("digest", "remark")]


def _remarks(sweep: Sweep, point: SweepPoint) -> Iterator[str]:
    """Of each computation the digest, and why there is no result or no trust in it."""
    for kind in sweep.computations:
        result = point.results.get(kind)
        if result is None:
            yield from ("", "not computed")
        else:
            yield result.digest
            yield "; ".join(filter(None, (result.refused.partition("\n")[0], *result.doubts)))
