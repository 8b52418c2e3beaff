"""Bandwidth profiles say all that their marker needs, and fit the class that they mark and the lines that they are
sold with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twin.core.units import NS_PER_S, show_rate, show_time
from twin.model import BandwidthProfile, Discipline, ServiceClass
from twin.model.yaml.problems import Path, quoted
from twin.model.yaml.sections import ParsedNetwork

Found = Iterator[tuple[Path, str, str]]

GREEN = (10, 18, 26, 34)
"""AF11, AF21, AF31, AF41: the marks that have two further drop precedences (RFC 2597)."""
LONGEST = 100 * NS_PER_S
"""How long a bucket may take to fill, ns."""


def bandwidth_profiles(draft: ParsedNetwork) -> Found:
    """A bandwidth profile has one marker, and a class whose mark has colours."""
    classes = {one.name: one for one in draft.network.classes}
    for one in draft.network.bandwidth_profiles:
        path: Path = ("bandwidth-profiles", one.name)
        yield from _marker(path, one)
        if one.service_class in classes:
            yield from _class((*path, "class"), classes[one.service_class], draft.network.classes)


def _marker(path: Path, one: BandwidthProfile) -> Found:
    if (one.ebs is None) == (one.pir is None):
        yield (path, "needs either ebs (single rate, RFC 2697) or pir and pbs (two rates, RFC 2698)",
               "write one of the two")
    if (one.pir is None) != (one.pbs is None):
        yield path, "needs pir and pbs together", "write both or neither"
    if one.pir is not None and one.pir < one.cir:
        yield ((*path, "pir"), f"{show_rate(one.pir)} is less than the committed {show_rate(one.cir)}",
               "raise it, or lower cir")
    rows = [("cbs", one.cbs + (one.ebs or 0), one.cir), ("pbs", one.pbs or 0, one.pir or one.cir)]
    for key, size, rate in rows:
        if size * 8 * NS_PER_S > LONGEST * rate:
            yield ((*path, key), f"fills in {show_time(size * 8 * NS_PER_S // rate)} at {show_rate(rate)}",
                   f"make it fill within {show_time(LONGEST)}")


def _class(path: Path, one: ServiceClass, classes: Iterable[ServiceClass]) -> Found:
    if one.dscp not in GREEN:
        yield (path, f"class {quoted(one.name)} has a mark without drop precedences",
               "mark it AF11, AF21, AF31 or AF41")
    if one.discipline is not Discipline.FIFO:
        yield (path, f"class {quoted(one.name)} has a queue of {one.discipline.value}, which cannot drop yellow before "
               "green", "give the class a fifo")
    if one.police is not None:
        yield (path, f"class {quoted(one.name)} is policed at {show_rate(one.police)} on every line already",
               "leave out police, or the bandwidth profile")
    for other in classes:
        if other.dscp in (one.dscp + 2, one.dscp + 4) and one.dscp in GREEN:
            yield path, f"class {quoted(other.name)} has the mark of one of its colours", "give that class another mark"


def commitments(draft: ParsedNetwork) -> Found:
    """A line profile has one bandwidth profile a class."""
    known = {one.name: one for one in draft.network.bandwidth_profiles}
    for profile in draft.network.profiles:
        path: Path = ("profiles", profile.name, "bandwidth-profiles")
        held = [known[name] for name in profile.bandwidth_profiles if name in known]
        seen: set[str] = set()
        for one in held:
            if one.service_class in seen:
                yield path, f"has two bandwidth profiles for class {quoted(one.service_class)}", "keep one of them"
            seen.add(one.service_class)
