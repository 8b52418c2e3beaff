"""The line groups of a layout, which of them are emulated, and the targets of those that are. Pure.

Every subscriber is in a group; packets are sent for one line of a group in few communes, so that what they ask for fits
the ring: towns with most households, and villages, those at the end of chains first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from twin.territory.description_text import Keys, Section
from twin.territory.draft.commune import Role
from twin.territory.draft.layout import Layout

TAKE_UP = 0.05
"""Of households and businesses that subscribe: a launch phase (assumed)."""
TELEVISION = 0.3
"""Of subscribing households (assumed)."""
EMULATED_TOWNS = 8
EMULATED_VILLAGES = 12
BEHIND_ONE_HOP = 3
"""Emulated villages that share the first hop of their way, which has some 5 Mbit/s."""
RUNS = {
    (Role.TOWN, "tv"): ("adsl-2048", ("call-g729", "television", "download")),
    (Role.TOWN, "home"): ("adsl-512", ("call-g729", "portal", "download")),
    (Role.TOWN, "pro"): ("adsl-2048-pro", ("call-g711", "portal")),
    (Role.VILLAGE, "tv"): ("wifi-2048", ("call-g711", "television", "download")),
    (Role.VILLAGE, "home"): ("wifi-512", ("call-g729", "portal", "download")),
    (Role.VILLAGE, "pro"): ("wifi-2048", ("call-g711", "portal")),
}
"""By role of the commune and kind of subscriber: the profile, and what an emulated line does."""
Y1541 = "ITU-T Y.1541 class 0, G.107"
PACKETS: Keys = {"mean-delay": "100 ms", "delay-variation": "50 ms"}
WIRED, ON_AIR = "0.1 %", "0.5 %"
"""Loss: on the air losses come together, and a minute without one shows no less."""


@dataclass(frozen=True, slots=True)
class Group:
    """A line group to be written. kind: of subscriber."""

    name: str
    at: str
    role: Role
    kind: str
    subscribers: int
    emulated: bool

    @property
    def keys(self) -> Keys:
        """As they are written."""
        profile, runs = RUNS[self.role, self.kind]
        return {"at": self.at, "profile": profile, "subscribers": self.subscribers, "emulated": int(self.emulated),
                "runs": runs, "basis": "assumed"}


def groups_of(layout: Layout) -> tuple[Group, ...]:
    """The line groups of all communes."""
    shown = {*_emulated_towns(layout), *_emulated_villages(layout)}
    return tuple(_groups(layout, shown))


def lines(groups: Iterable[Group]) -> Section:
    """The groups as they are written."""
    return Section("lines", {group.name: group.keys for group in groups},
                   f"Subscribers: {100 * TAKE_UP:g} % of households, {100 * TELEVISION:g} % of them with television, "
                   "and of businesses, a launch phase: assumed. emulated: 1 are those for which packets are sent.")


def _groups(layout: Layout, shown: set[int]) -> Iterator[Group]:
    for index, commune in enumerate(layout.communes):
        name = layout.names[index]
        at = f"{name}-dslam" if commune.role is Role.TOWN else layout.relay(index)
        homes = commune.households * TAKE_UP
        counts = {"tv": max(1, round(homes * TELEVISION)), "home": max(1, round(homes * (1 - TELEVISION))),
                  "pro": round(commune.businesses * TAKE_UP)}
        for kind, count in counts.items():
            if count:
                yield Group(f"{name}-{kind}", at, commune.role, kind, count, index in shown and _affords(
                    layout, index, kind))


def _affords(layout: Layout, index: int, kind: str) -> bool:
    """Whether a line of that kind is emulated where lines are: one stream at most on a radio hop."""
    if layout.communes[index].role is Role.TOWN:
        return True
    return kind == "home" or (kind == "tv" and layout.hops[index].depth == 1)


def _emulated_towns(layout: Layout) -> list[int]:
    return sorted(layout.ring, key=lambda index: (-layout.communes[index].households, index))[:EMULATED_TOWNS]


def _emulated_villages(layout: Layout) -> list[int]:
    """With them those on their way: what is shown of a chain is the whole chain."""
    chosen: list[int] = []
    behind: Counter[int] = Counter()
    for village in sorted(layout.hops, key=lambda each: (
            -layout.hops[each].depth, -layout.communes[each].households, each)):
        first = layout.first_hop(village)
        if behind[first] < BEHIND_ONE_HOP and len(chosen) < EMULATED_VILLAGES:
            chosen.append(village)
            behind[first] += 1
    return chosen


def targets(groups: Iterable[Group]) -> Section:
    """What emulated lines are to have, beside what else they do at the same time."""
    emulated = [group for group in groups if group.emulated]
    bounds: dict[tuple[str, Role, str], Keys] = {}
    for group in emulated:
        for workload in RUNS[group.role, group.kind][1]:
            bounds[workload, group.role, group.kind] = _bounds(workload, group)
    written: dict[tuple[str, tuple[tuple[str, object], ...]], list[str]] = {}
    for group in emulated:
        for workload in RUNS[group.role, group.kind][1]:
            key = workload, tuple(bounds[workload, group.role, group.kind].items())
            written.setdefault(key, []).append(group.name)
    return Section("targets", [{"workload": workload, "lines": names, **dict(keys)}  # type: ignore[arg-type]
                               for (workload, keys), names in sorted(written.items(), key=str)],
                   "Of downloads, the capacity that remains beside what else the line does.")


def _bounds(workload: str, group: Group) -> Keys:
    """The bounds of a workload on such lines, with their source."""
    loss = WIRED if group.role is Role.TOWN else ON_AIR
    basis = Y1541 if group.role is Role.TOWN else f"{Y1541}; loss assumed"
    goodput = {"home": "180 kbit/s", "tv": "190 kbit/s" if group.role is Role.TOWN else "340 kbit/s"}
    match workload:
        case "call-g711":
            return {**PACKETS, "loss": loss, "r-factor": 80, "mos": 4.0, "basis": basis}
        case "call-g729":
            return {**PACKETS, "loss": loss, "r-factor": 70, "mos": 3.6, "basis": basis}
        case "television":
            return {**PACKETS, "mean-delay": "200 ms", "loss": loss, "media-loss-rate": 0,
                    "basis": "TR-126; loss assumed"}
        case "portal":
            return {"page-time": "2 s", "basis": "ITU-T G.1010, preferred page time"}
        case _:
            return {"goodput": goodput[group.kind], "basis": "assumed"}
