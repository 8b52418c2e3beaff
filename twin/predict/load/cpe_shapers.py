"""Lines whose subscriber shapes before the modem with a wrong overhead, as theory sees them: two queues; pure.

Where a packet takes more of the line than the CPE counts, packets wait in the modem as well, in one FIFO. Theory then
has a hop of its own for the shaper, before that of the line, which takes no time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from twin.core.units import Length, Rate, Time
from twin.plan.blueprint import Blueprint, End, LinkDirection, SpanPlan
from twin.plan.forwarding.paths import Hop

SHAPER = " shaper"
"""What the name of a line is followed by in that of its shaper; no span has such a name."""
INSTANT = Rate(10**18)
"""bit/s from the shaper to the modem: no packet takes a nanosecond."""

Paths = Mapping[str, Sequence[Hop]]


def with_shapers(blueprint: Blueprint, paths: Paths) -> tuple[Blueprint, Paths]:
    """The blueprint with a span more for each shaper before whose line a modem may queue, and the paths over both."""
    shaped = {span.name for span in blueprint.spans if overruns(span)}
    if not shaped:
        return blueprint, paths
    spans = tuple(part for span in blueprint.spans for part in (_parts(span) if span.name in shaped else (span,)))
    return replace(blueprint, spans=spans), {name: tuple(_through(path, shaped)) for name, path in paths.items()}


def overruns(line: SpanPlan) -> bool:
    """Whether the shaper of a subscriber may send more than the line carries."""
    return bool(line.reverse.queue) and line.most_sent(forward=False) > line.reverse.rate


def is_shaper(span: str) -> bool:
    """Whether the name of a span is that of a shaper."""
    return span.endswith(SHAPER)


def line_of(span: str) -> str:
    """The name of the line to which a shaper belongs; of any other span its own."""
    return span.removesuffix(SHAPER)


def own_hops(path: Sequence[Hop]) -> Sequence[Hop]:
    """The hops at the end of a way down that belong to the line."""
    return path[-2:] if path and is_shaper(path[-1].span) else path[-1:]


def first_hops(path: Sequence[Hop]) -> Sequence[Hop]:
    """The hops at the beginning of a way up that belong to the line."""
    return path[:2] if path and is_shaper(path[0].span) else path[:1]


def _parts(line: SpanPlan) -> tuple[SpanPlan, SpanPlan]:
    """The line without a scheduler at the subscriber, and the shaper."""
    instant = LinkDirection(INSTANT, line.reverse.layer, Time(0))
    none = End(line.b.node, "", "", None)
    return replace(line, b=replace(line.b, scheduler=None)), SpanPlan(
        name=line.name + SHAPER, kind=line.kind, length=Length(0), a=none, b=line.b, forward=instant, reverse=instant)


def _through(path: Sequence[Hop], shaped: set[str]) -> Iterator[Hop]:
    for hop in path:
        shaper = (Hop(hop.span + SHAPER, hop.forward),) if hop.span in shaped else ()
        yield from (hop, *shaper) if hop.forward else (*shaper, hop)
