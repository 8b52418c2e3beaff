"""Policies fit the classes: what is shared out is there, nothing is written that its scheduler ignores, and the queues
of classes with colours keep them."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import PPM, show_rate, show_ratio
from twin.model import BUILT_IN, ClassPart, Discipline, Policy, Scheduling
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, nearest, quoted

Found = Iterator[tuple[Path, str, str]]

SETTINGS = {
    "weight": (Scheduling.STRICT, Scheduling.DRR),
    "part": (Scheduling.HTB, Scheduling.HFSC),
    "ceiling": (Scheduling.HTB, Scheduling.HFSC),
    "link-share": (Scheduling.HFSC,),
    "parent": (Scheduling.HTB, Scheduling.HFSC),
    "priority": (Scheduling.HTB,),
    "delay": (Scheduling.HFSC,),
    "burst": (Scheduling.HFSC,),
    "discipline": (Scheduling.STRICT, Scheduling.DRR, Scheduling.HTB, Scheduling.HFSC),
}
"""The keys of a part that mean something to some schedulers only."""


def chosen(draft: ParsedNetwork) -> Found:
    """The policy that the network uses exists."""
    known = BUILT_IN.keys() | draft.names.get("policies", {}).keys()
    if draft.wrote("policy") and draft.network.policy not in known:
        yield ("policy",), f"{quoted(draft.network.policy)} is no policy", nearest(draft.network.policy, known)


def policies(draft: ParsedNetwork) -> Found:
    """Each policy has a name of its own, and shares out what is there."""
    for policy in draft.network.policies:
        path: Path = ("policies", policy.name)
        if policy.name in BUILT_IN:
            yield path, "is the name of a policy that every network has", "give it another name"
        yield from _settings(draft, path, policy)
        if policy.scheduler in SETTINGS["part"]:
            yield from _sums(draft, (*path, "parts"), policy)


def _settings(draft: ParsedNetwork, path: Path, policy: Policy) -> Found:
    seen: set[str] = set()
    for index, part in enumerate(policy.parts):
        here: Path = (*path, "parts", index)
        if part.service_class in seen:
            yield (*here, "class"), f"class {quoted(part.service_class)} is listed twice", "keep one of them"
        seen.add(part.service_class)
        for setting, schedulers in SETTINGS.items():
            if policy.scheduler not in schedulers and draft.wrote(*here, setting):
                yield ((*here, setting), f"does not apply to scheduler {quoted(policy.scheduler)}",
                       f"leave it out; it belongs to {listed([kind.value for kind in schedulers])}")
        yield from _sense(here, part)
        yield from _colours(draft, here, part)


def _sense(here: Path, part: ClassPart) -> Found:
    if (part.delay is None) != (part.burst is None):
        yield here, "a delay needs the burst that it holds for, and a burst its delay", "write both or neither"
    if part.part is not None and part.ceiling < part.part:
        yield ((*here, "ceiling"), f"{show_ratio(part.ceiling)} is less than the class's own "
               f"{show_ratio(part.part)}", "raise the ceiling or lower the part")


def _colours(draft: ParsedNetwork, here: Path, part: ClassPart) -> Found:
    """A queue that drops by rules of its own forgets what bandwidth profiles commit."""
    if part.discipline in (None, Discipline.FIFO):
        return
    held = [profile for profile in draft.network.bandwidth_profiles if profile.service_class == part.service_class]
    if held:
        verb = "commits" if len(held) == 1 else "commit"
        names, most = listed([profile.name for profile in held], "and"), show_rate(max(profile.cir for profile in held))
        yield ((*here, "discipline"), f"a queue of {part.discipline.value} cannot drop yellow before green, and "
               f"{names} {verb} up to {most} a line in class {quoted(part.service_class)}",
               "leave it out, or write fifo")


def _sums(draft: ParsedNetwork, path: Path, policy: Policy) -> Found:
    """What single classes can count on is the span's rate at most, and leaves something for the classes not named."""
    named = {part.service_class for part in policy.parts if part.part is not None}
    others = [service_class.name for service_class in draft.network.classes if service_class.name not in named]
    total = sum(int(part.part or 0) for part in policy.parts if part.parent is None)
    total += sum(parent.part for parent in policy.parents if parent.parent is None)
    narrow = min((rate for profile in draft.network.profiles for rate in (profile.down, profile.up)), default=None)
    if total > PPM:
        shown = f": {total * narrow // PPM / 1000:g} kbit/s on {narrow / 1000:g} kbit/s" if narrow else ""
        yield path, f"add up to {show_ratio(total)} of every span's rate{shown}", "lower them to 100 % in all"
    elif total == PPM and others:
        yield path, f"leave nothing for {listed(others)}", "lower them, or give each class a part"
