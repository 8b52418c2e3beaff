"""Bandwidth profiles say all that their marker needs, and fit the class that they mark and the lines that they are
sold with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twin.core.units import NS_PER_S, show_rate, show_time
from twin.model import BandwidthProfile, Discipline, ServiceClass
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, quoted

Found = Iterator[tuple[Path, str, str]]

GREEN = (10, 18, 26, 34)
"""AF11, AF21, AF31, AF41: the marks that have two further drop precedences (RFC 2597)."""
LONGEST = 100 * NS_PER_S
"""How long a bucket may take to fill, ns."""


def bandwidth_profiles(draft: ParsedNetwork) -> Found:
    """A bandwidth profile has one marker, and a class whose mark has colours."""
    classes = {profile.name: profile for profile in draft.network.classes}
    for profile in draft.network.bandwidth_profiles:
        path: Path = ("bandwidth-profiles", profile.name)
        yield from _marker(path, profile)
        if profile.service_class in classes:
            yield from _class((*path, "class"), classes[profile.service_class], draft.network.classes)


def _marker(path: Path, profile: BandwidthProfile) -> Found:
    if (profile.ebs is None) == (profile.pir is None):
        yield (path, "needs either ebs (single rate, RFC 2697) or pir and pbs (two rates, RFC 2698)",
               "write one of the two")
    if (profile.pir is None) != (profile.pbs is None):
        yield path, "needs pir and pbs together", "write both or neither"
    if profile.pir is not None and profile.pir < profile.cir:
        yield ((*path, "pir"), f"{show_rate(profile.pir)} is less than the committed {show_rate(profile.cir)}",
               "raise it, or lower cir")
    rows = [("cbs", profile.cbs + (profile.ebs or 0), profile.cir),
            ("pbs", profile.pbs or 0, profile.pir or profile.cir)]
    for key, size, rate in rows:
        if size * 8 * NS_PER_S > LONGEST * rate:
            yield ((*path, key), f"fills in {show_time(size * 8 * NS_PER_S // rate)} at {show_rate(rate)}",
                   f"make it fill within {show_time(LONGEST)}")


def _class(path: Path, service_class: ServiceClass, classes: Iterable[ServiceClass]) -> Found:
    if service_class.dscp not in GREEN:
        yield (path, f"class {quoted(service_class.name)} has a mark without drop precedences",
               "mark it AF11, AF21, AF31 or AF41")
    if service_class.discipline is not Discipline.FIFO:
        yield (path, f"class {quoted(service_class.name)} has a queue of {service_class.discipline.value}, which "
               "cannot drop yellow before green", "give the class a fifo")
    if service_class.police is not None:
        yield (path, f"class {quoted(service_class.name)} is policed at {show_rate(service_class.police)} on every "
               "line already", "leave out police, or the bandwidth profile")
    for other in classes:
        if other.dscp in (service_class.dscp + 2, service_class.dscp + 4) and service_class.dscp in GREEN:
            yield path, f"class {quoted(other.name)} has the mark of one of its colours", "give that class another mark"


def commitments(draft: ParsedNetwork) -> Found:
    """A line profile has one bandwidth profile a class."""
    known = {profile.name: profile for profile in draft.network.bandwidth_profiles}
    for profile in draft.network.profiles:
        path: Path = ("profiles", profile.name, "bandwidth-profiles")
        held = [known[name] for name in profile.bandwidth_profiles if name in known]
        seen: set[str] = set()
        for service_class in (own.service_class for own in held):
            if service_class in seen:
                yield path, f"has two bandwidth profiles for class {quoted(service_class)}", "keep one of them"
            seen.add(service_class)
