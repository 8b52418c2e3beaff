"""A complete description from a list of communes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.core.units import Rate
from twin.territory.description_text import DraftedDescription, Section, description_text
from twin.territory.draft import demand, nodes, services
from twin.territory.draft.commune import Commune
from twin.territory.draft.layout import laid_out
from twin.territory.draft.lines import groups_of, lines, targets

COMMENT = """\
{title}: drawn up from a list of communes ({count}).
From the list: communes and their figures, where basis says so. Computed: lengths as the crow flies, the order of the \
ring, radio rates and reach. Everything else is assumed, and marked as such: replace it by what you know, and give the \
source."""


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """name: of the network. title: for people. ring: capacity of spans, bit/s."""

    name: str
    title: str
    ring: Rate = Rate(100_000_000)


def drawn_up(communes: Sequence[Commune], options: DraftOptions) -> str:
    """The YAML text of a description of these communes. Raises TopologyError where a village is out of reach."""
    layout = laid_out(communes)
    groups = groups_of(layout)
    sections: list[Section] = [
        nodes.sites(layout), *nodes.ring(layout, options.ring), nodes.dslams(layout, options.ring),
        *nodes.radio(layout), nodes.head_ends(layout, options.ring), services.classes(), services.services(),
        *services.channels(), services.profiles(), services.workloads(), lines(groups), targets(groups),
        demand.demand()]
    return description_text(DraftedDescription(
        options.name, f"Towns with a DSLAM each: {len(layout.ring)}. Villages fed by radio hops: {len(layout.hops)}. "
        f"{sum(each.households for each in communes):,} households, {sum(each.businesses for each in communes):,} "
        "businesses.", COMMENT.format(title=options.title, count=len(communes)), tuple(sections)))
