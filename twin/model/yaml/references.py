"""Names that refer to entries of other sections: whether each is there; a section that is missing is one problem."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from twin.core.errors import Place
from twin.model.yaml.meant import meant
from twin.model.yaml.problems import Path, ProblemCollector, listed, nearest, quoted

UPLINKED = ("dslams", "relays", "head-ends")
"""The sections whose entries have an uplink, which is a span."""
NAMED = 4
"""How many names of a missing section a message lists."""
Names = dict[str, dict[str, Place]]
"""What each section holds: names as written, also of entries that are wrong, and where."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that has to be an entry of one of `sections`."""

    place: Place
    path: Path
    name: str
    sections: tuple[str, ...]


def all_spans(names: Names) -> dict[str, Place]:
    """The spans written, and those that uplinks make."""
    uplinks = ((node, place) for section in UPLINKED for node, place in names.get(section, {}).items())
    return {**{uplink_span(node): place for node, place in uplinks}, **names.get("spans", {})}


def uplink_span(node: str) -> str:
    """The name of the span that the uplink of `node` makes."""
    return f"{node}-uplink"


def resolve(references: Iterable[Reference], names: Names, absent: Set[str], findings: ProblemCollector
            ) -> frozenset[str]:
    """Note every reference to a name that no section holds; names that would be in a section that is absent are one
    problem. absent: sections that the file does not have. Returns those of which that is said."""
    held: dict[tuple[str, ...], dict[str, Place]] = {}
    lost: dict[str, list[Reference]] = {}
    for wanted in references:
        sections = wanted.sections
        if sections not in held:
            held[sections] = {name: place for section in sections for name, place in names.get(section, {}).items()}
        if wanted.name in held[sections]:
            continue
        missing = next((section for section in sections if section in absent), None)
        if missing is not None and meant(wanted.name, held[sections]) is None:
            lost.setdefault(missing, []).append(wanted)
        else:
            where = f"section {listed(sections)}" + ("" if held[sections] else ", which has none")
            findings.add(wanted.place, wanted.path, f"{quoted(wanted.name)} is not in {where}",
                         nearest(wanted.name, held[sections]))
    for section, those in lost.items():
        named = sorted({reference.name for reference in those})
        findings.add(those[0].place, (section,), f"is missing; {listed(named[:NAMED], 'and')} "
                     f"{'is' if len(named) == 1 else 'are'} named from here on", f'write a section "{section}"')
    return frozenset(lost)
