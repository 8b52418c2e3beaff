"""The delay breakdown: what each span of the path adds to the mean delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.core.units import show_time
from twin.judge.verdict import SpanDelay
from twin.report.markup import Markup, element, join
from twin.report.page.section import Workload

FLOWS_LISTED = 40
"""How many flows of a workload have their spans listed beside the worst."""


def table(parts: Sequence[SpanDelay], colour: int, names: Mapping[str, str]) -> Markup:
    """What each span adds to the mean delay, in order of the path: fixed, serialization and waiting as one bar; then
    the predicted mean and maximum of the waiting."""
    longest = max((share.fixed + share.serialization + share.waiting for share in parts), default=0.0)
    rows = []
    for share in parts:
        total = share.fixed + share.serialization + share.waiting
        bar = [element("i", class_=f"{kind} back-{colour}", style=f"width:{part / longest * 100:.2f}%")
               for kind, part in _parts(share) if longest and part > 0]
        label = ", ".join(f"{kind} {show_time(part)}" for kind, part in _parts(share))
        rows.append(element("tr", element("th", names.get(share.span, share.span), scope="row"),
                            element("td", element("div", *bar, class_="stack", title=label)),
                            *(element("td", show_time(part), class_="wide") for _, part in _parts(share)),
                            *(element("td", "–" if part is None else show_time(part), class_="wide theory")
                              for part in (share.expected, share.bound)),
                            element("td", show_time(total))))
    heads = ("span", "", "fixed", "serialization", "waiting", "predicted", "at most", "total")
    head = [element("th", name, scope="col", class_="wide" if 2 <= k <= 6 else None) for k, name in enumerate(heads)]
    return element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="delay-breakdown")


def _parts(share: SpanDelay) -> tuple[tuple[str, float], ...]:
    return ("fixed", share.fixed), ("serialization", share.serialization), ("waiting", share.waiting)


def total(parts: Sequence[SpanDelay]) -> float:
    """The mean delay of the whole path, ns."""
    return sum(share.fixed + share.serialization + share.waiting for share in parts)


def part(work: Workload) -> Markup:
    """The spans of the worst flow, and those of the other flows, folded."""
    given, colour = work.given, work.colour
    worst, *others = (pair.qos.flow for pair in work.pairs)
    parts = given.run.delay_breakdown.get(worst)
    if not parts:
        return Markup()
    rest = [(flow, spans) for flow in others[:FLOWS_LISTED] if (spans := given.run.delay_breakdown.get(flow))]
    tables = [join([element("h5", f"{flow}: {show_time(total(each))}"),
                    table(each, colour, given.span_names)]) for flow, each in rest]
    left = f", {len(rest)} of {len(others)}" if len(rest) < len(others) else ""
    more = element("details", element("summary", f"Other flows{left}"), *tables) if rest else Markup()
    keys = [element("span", kind, class_=f"key {kind} tone-{colour}")
            for kind in ("fixed", "serialization", "waiting")]
    note = "Fixed delay and serialization are exact; waiting is measured end to end and split as predicted."
    head = element("figcaption", element("b", "Delay by span"),
                   f" {worst}, mean {show_time(total(parts))}: ", *keys)
    return element("figure", head, table(parts, colour, given.span_names),
                   element("p", note, class_="note how"), more)
