"""Checks of hierarchies of classes: parents exist, form no circle, and hold what their children can count on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from twin.core.units import show_ratio
from twin.model import Name, ParentClass, Policy, Scheduling
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, nearest, quoted

Found = Iterator[tuple[Path, str, str]]

SHARING = (Scheduling.HTB, Scheduling.HFSC)
"""Schedulers whose classes can have parents."""
DEEPEST = 5
"""Parents above a class: htb has eight levels (linux/pkt_sched.h), and the lowest and the two highest are taken."""


def hierarchies(draft: ParsedNetwork) -> Found:
    """All that can be wrong with the parents of each policy."""
    for policy in draft.network.policies:
        path: Path = ("policies", policy.name)
        if policy.parents and policy.scheduler not in SHARING:
            yield ((*path, "parents"), f"does not apply to scheduler {quoted(policy.scheduler)}",
                   f"leave it out; it belongs to {listed([kind.value for kind in SHARING])}")
        elif policy.scheduler in SHARING:
            yield from _names(path, policy)
            yield from _children(path, policy)
            yield from _ceilings(path, policy)
            yield from _sums(path, policy)


def _names(path: Path, policy: Policy) -> Found:
    """Each parent has a name of its own, and those that are named exist."""
    known = {parent.name: parent for parent in policy.parents}
    used = Counter(parent.name for parent in policy.parents)
    for index, parent in enumerate(policy.parents):
        here: Path = (*path, "parents", index)
        if used[parent.name] > 1 and known[parent.name] is parent:
            yield (*here, "name"), f"parent {quoted(parent.name)} is listed twice", "keep one of them"
        above = _above(parent.name, known)
        if parent.name in above:
            yield (*here, "parent"), f"{quoted(parent.name)} is above itself", "name another parent, or none"
        elif len(above) >= DEEPEST:
            yield (*here, "parent"), f"has {len(above)} parents above it", f"write at most {DEEPEST} levels of parents"
    named = [((*path, "parents", index, "parent"), parent.parent) for index, parent in enumerate(policy.parents)]
    named += [((*path, "parts", index, "parent"), part.parent) for index, part in enumerate(policy.parts)]
    for place, name in named:
        if name is not None and name not in known:
            yield (place, f"{quoted(name)} is not among the parents of the policy",
                   nearest(name, known) if known else f"write parents: [{{name: {name}, part: 50 %}}]")


def _above(name: Name, known: Mapping[Name, ParentClass]) -> list[Name]:
    """The parents above one, the nearest first, until there is none or one comes again."""
    line: list[Name] = []
    above = known[name].parent
    while above is not None and above in known and above not in line:
        line.append(above)
        above = known[above].parent
    return line


def _children(path: Path, policy: Policy) -> Found:
    """A parent has children, and a child says what it can count on."""
    used = {part.parent for part in policy.parts} | {parent.parent for parent in policy.parents}
    misspelt = used - {None} - {parent.name for parent in policy.parents}
    for index, parent in enumerate(policy.parents):
        if parent.name not in used and not misspelt:
            yield (*path, "parents", index), f"no class has the parent {quoted(parent.name)}", "leave it out"
    for index, part in enumerate(policy.parts):
        if part.parent is not None and part.part is None:
            yield ((*path, "parts", index), f"class {quoted(part.service_class)} has a parent, and no part of it",
                   "write for example part: 10 %")


def _ceilings(path: Path, policy: Policy) -> Found:
    """A ceiling is no less than what is guaranteed."""
    for index, parent in enumerate(policy.parents):
        if parent.ceiling < parent.part:
            yield ((*path, "parents", index, "ceiling"), f"{show_ratio(parent.ceiling)} is less than its own "
                   f"{show_ratio(parent.part)}", "raise the ceiling or lower the part")


def _sums(path: Path, policy: Policy) -> Found:
    """Children can count on no more than their parent."""
    for index, parent in enumerate(policy.parents):
        parts = [part.part or 0 for part in policy.parts if part.parent == parent.name]
        parts += [child.part for child in policy.parents if child.parent == parent.name]
        if sum(parts) > parent.part:
            yield ((*path, "parents", index, "part"), f"its children's parts add up to {show_ratio(sum(parts))}, and "
                   f"{quoted(parent.name)} has {show_ratio(parent.part)}", "lower them, or raise it")
