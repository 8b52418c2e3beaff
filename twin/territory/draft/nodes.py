"""The sections of a layout's places, nodes and spans. Pure."""

from __future__ import annotations

from twin.core.units import Length, Rate
from twin.model.yaml.scalars import exactly
from twin.territory.description_text import Keys, Section
from twin.territory.draft.commune import Commune
from twin.territory.draft.layout import LEAST_RING, Layout
from twin.territory.draft.radio_hops import Hop
from twin.territory.draft.services import HEAD_ENDS, TITLES
from twin.territory.great_circle import crow_fly

WITHIN = "100 m"
"""Length of what runs within a town's exchange (assumed)."""
PROTECTION: Keys = {"detection": "10 ms", "switch": "5 ms", "controller": "20 ms", "round": "5 ms",
                    "wait-to-restore": "5 min", "goal": "50 ms", "multicast-goal": "100 ms",
                    "basis": "reaction times assumed"}
LONG = 2_700
"""Hundredths of a dBi from which on a hop is long: its stations use the short preamble, which saves airtime."""
NON_OVERLAPPING = (1, 6)
"""Radio channels that do not overlap, in turn."""


def sites(layout: Layout) -> Section:
    """The communes."""
    return Section("sites", {name: _site(commune) for name, commune in zip(layout.names, layout.communes, strict=True)})


def _site(commune: Commune) -> Keys:
    position: Keys = {} if commune.position is None else dict(zip(("latitude", "longitude"), commune.position,
                                                                  strict=True))
    return {"title": commune.title, **position, "households": commune.households, "businesses": commune.businesses,
            "basis": commune.basis}


def ring(layout: Layout, capacity: Rate) -> list[Section]:
    """The switches of the towns, the spans between them, and the ring that these form where there are three or more."""
    closed = len(layout.ring) >= LEAST_RING
    switches: dict[str, Keys] = {layout.names[town]: {"site": layout.names[town]} for town in layout.ring}
    total = Length(sum(_apart(layout, *ends) for ends in layout.spans.values()))
    loop: dict[str, Keys] = {"metro": {"spans": [*layout.spans]}} if closed else {}
    protection = PROTECTION if closed else {}
    return [
        Section("switches", switches, "The towns, in order round the ring."),
        Section("spans", {name: _span(layout, ends, capacity) for name, ends in layout.spans.items()},
                f"{exactly('length', total)} as the crow flies; the real route is not known."
                + ("" if closed else " With fewer than three towns there is no ring: a cut isolates one of them.")),
        Section("rings", loop),
        Section("protection", protection, "The wait-to-restore is that of ITU-T G.8032, the goal that of ring "
                "protocols.")]


def _span(layout: Layout, ends: tuple[int, int], capacity: Rate) -> Keys:
    return {"ends": [layout.names[town] for town in ends], "capacity": exactly("rate", capacity),
            "length": exactly("length", _apart(layout, *ends)), "basis": "capacity assumed; length crow-fly"}


def _apart(layout: Layout, a: int, b: int) -> Length:
    here, there = layout.communes[a].position, layout.communes[b].position
    assert here is not None and there is not None
    return crow_fly(here, there)


def dslams(layout: Layout, capacity: Rate) -> Section:
    """One in each town."""
    written: dict[str, Keys] = {f"{layout.names[town]}-dslam": {"site": layout.names[town], "uplink": _uplink(
        layout.names[town], capacity)} for town in layout.ring}
    return Section("dslams", written)


def head_ends(layout: Layout, capacity: Rate) -> Section:
    """At the centre."""
    centre = layout.names[layout.centre]
    return Section("head-ends", {name: {"site": centre, "title": title, "uplink": _uplink(centre, capacity)}
                                 for name, title in zip(HEAD_ENDS, TITLES, strict=True)},
                   "All in the town with most households: assumed.")


def _uplink(to: str, capacity: Rate) -> Keys:
    return {"to": to, "capacity": exactly("rate", capacity), "length": WITHIN, "basis": "assumed"}


def radio(layout: Layout) -> list[Section]:
    """The relays of the villages, and a radio cell for each hop."""
    numbered = [*enumerate(sorted(layout.hops))]
    cells: dict[str, Keys] = {layout.names[village]: _cell(layout.hops[village], number)
                              for number, village in numbered}
    relays: dict[str, Keys] = {layout.relay(village): {"site": layout.names[village], "uplink": _hop(layout, village)}
                               for _, village in numbered}
    return [
        Section("radio-cells", cells, "Radio hops by IEEE 802.11b at 20 dBm EIRP, as outdoors in France in 2003, with "
                "the smallest antenna that keeps 11 Mbit/s by the link budget: a panel of 18 dBi, a grid of 24 dBi, or "
                "a dish of 27 or 28 dBi. No hop interferes with another: radio channels that do not overlap, and "
                "narrow antennas. All this is assumed."),
        Section("relays", relays, "A village out of reach of its town is fed from the relay on the shortest way "
                "there.")]


def _cell(hop: Hop, number: int) -> Keys:
    short: Keys = {"preamble": "short", "basic-rate": "11 Mbit/s"} if hop.gain >= LONG else {}
    channel = NON_OVERLAPPING[number % len(NON_OVERLAPPING)]
    return {"standard": "802.11b", "channel": channel, **short, "basis": "assumed"}


def _hop(layout: Layout, village: int) -> Keys:
    hop = layout.hops[village]
    guess = hop.guessed or "assumed" in dict(layout.communes[village].sources).get("position", "")
    length = "length assumed" if hop.guessed else "length from an assumed position" if guess else "length crow-fly"
    return {"to": layout.node(hop.feeder), "medium": "radio", "length": exactly("length", hop.length),
            "air": {"cell": layout.names[village], "gain": f"{hop.gain / 100:g} dBi"},
            "basis": f"{length}; antenna assumed"}


