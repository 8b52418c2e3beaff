"""The delay breakdown: what each span of the path adds to the mean delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.judge.verdict import SpanDelay
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.section import Workload

FLOWS_LISTED = 40
"""How many flows of a workload have their spans listed beside the worst."""


def table(parts: Sequence[SpanDelay], colour: int, names: Mapping[str, str], words: Words) -> Markup:
    """What each span adds to the mean delay, in order of the path: fixed, serialization and waiting as one bar; then
    the predicted mean and maximum of the waiting."""
    longest = max((share.fixed + share.serialization + share.waiting for share in parts), default=0.0)
    rows = []
    for share in parts:
        total = share.fixed + share.serialization + share.waiting
        bar = [element("i", class_=f"{kind} back-{colour}", style=f"width:{part / longest * 100:.2f}%")
               for kind, part in _parts(share) if longest and part > 0]
        label = ", ".join(f"{words.say(f'delay.{kind}')} {words.time(part)}" for kind, part in _parts(share))
        rows.append(element("tr", element("th", names.get(share.span, share.span), scope="row"),
                            element("td", element("div", *bar, class_="stack", title=label)),
                            *(element("td", words.time(part), class_="wide") for _, part in _parts(share)),
                            *(element("td", "–" if part is None else words.time(part), class_="wide theory")
                              for part in (share.expected, share.bound)),
                            element("td", words.time(total))))
    heads = ("head.span", "", "delay.fixed", "delay.serialization", "delay.waiting", "head.predicted",
             "head.at-most", "head.total")
    head = [element("th", words.say(name) if name else "", scope="col", class_="wide" if 2 <= k <= 6 else None)
            for k, name in enumerate(heads)]
    return element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="delay-breakdown")


def _parts(share: SpanDelay) -> tuple[tuple[str, float], ...]:
    return ("fixed", share.fixed), ("serialization", share.serialization), ("waiting", share.waiting)


def total(parts: Sequence[SpanDelay]) -> float:
    """The mean delay of the whole path, ns."""
    return sum(share.fixed + share.serialization + share.waiting for share in parts)


def part(work: Workload) -> Markup:
    """The spans of the worst flow, and those of the other flows, folded."""
    given, colour, words = work.given, work.colour, work.words
    worst, *others = (pair.qos.flow for pair in work.pairs)
    parts = given.run.delay_breakdown.get(worst)
    if not parts:
        return Markup()
    rest = [(flow, spans) for flow in others[:FLOWS_LISTED] if (spans := given.run.delay_breakdown.get(flow))]
    tables = [join([element("h5", words.say("span.load", way=flow, load=words.time(total(each)))),
                    table(each, colour, given.span_names, words)]) for flow, each in rest]
    title = (words.say("others.part", part=len(rest), whole=len(others)) if len(rest) < len(others)
             else words.say("others"))
    more = element("details", element("summary", title), *tables) if rest else Markup()
    keys = [element("span", words.say(f"delay.{kind}"), class_=f"key {kind} tone-{colour}")
            for kind in ("fixed", "serialization", "waiting")]
    head = element("figcaption", element("b", words.say("delay.title")),
                   " " + words.say("delay.of", flow=worst, mean=words.time(total(parts))), *keys)
    return element("figure", head, table(parts, colour, given.span_names, words),
                   element("p", words.say("delay.note"), class_="note how"), more)
