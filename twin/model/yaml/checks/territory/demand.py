"""Checks of demand: shares sum to the whole, and what is used and sold can be had somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twin.core.units import PPM, Ratio, show_ratio
from twin.model import Name, Offer, Profile, Subscriber, WeekProfile
from twin.model.demand.demand import SOLD_AT
from twin.model.demand.week import DAY
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, quoted

DEMAND = "demand"
ROUNDING = 100
"""ppm by which 24 rounded shares may miss the whole: 0.01 %."""

Found = Iterator[tuple[Path, str, str]]


def weeks(draft: ParsedNetwork) -> Found:
    """A day has 24 hours, whose shares are the whole day; and something is used in a week."""
    for week in draft.network.demand.weeks:
        path: Path = (DEMAND, "weeks", week.name)
        for day, shares in _written_days(week).items():
            yield from _day((*path, day), shares)
        if not any(week.volumes):
            yield (*path, "volumes"), "is nothing on every day", "write for example volumes: [1, 0.8, 0.6]"


def _written_days(week: WeekProfile) -> Mapping[str, Sequence[Ratio]]:
    days = {"weekday": week.weekday, "saturday": week.saturday, "sunday": week.sunday}
    return {day: shares for day, shares in days.items() if shares or day == "weekday"}


def _day(path: Path, shares: Sequence[Ratio]) -> Found:
    whole = sum(shares)
    if len(shares) != DAY:
        yield path, f"has {len(shares)} hours", f"write {DAY} shares, one for each hour from midnight on"
    elif abs(whole - PPM) > ROUNDING:
        yield (path, f"sums to {show_ratio(whole)}", "the shares of the hours are those of a whole day: write 24 that "
               "sum to 100 %")


def offers(draft: ParsedNetwork) -> Found:
    """At each site, the offers to a kind of subscribers share all its lines. One problem for each set of offers."""
    if {"offers", "profiles", "dslams", "relays", "switches"} & draft.doubtful:
        return
    network = draft.network
    profiles = {profile.name: profile for profile in network.profiles}
    counted = {Subscriber.HOUSEHOLD: {site.name for site in network.sites if site.households},
               Subscriber.BUSINESS: {site.name for site in network.sites if site.businesses}}
    judged: set[tuple[Name, ...]] = set()
    for site, sections in _access(draft).items():
        for kind in (kind for kind in Subscriber if site in counted[kind]):
            had = [offer for offer in network.demand.offers if offer.subscriber is kind
                   and _sold_at(sections, profiles.get(offer.profile))]
            whole, names = sum(offer.share for offer in had), tuple(offer.name for offer in had)
            if had and abs(whole - PPM) > ROUNDING and names not in judged:
                judged.add(names)
                yield ((DEMAND, "offers"), f"the shares of {listed(names, 'and')} sum to {show_ratio(whole)} of the "
                       f"{kind.value} lines at site {quoted(site)}", "write shares that sum to 100 % at each site")


def _access(draft: ParsedNetwork) -> dict[Name, set[str]]:
    """The sections of the nodes on which lines may end, by their site."""
    at: dict[Name, set[str]] = {}
    for section, nodes in (("switches", draft.network.switches), ("dslams", draft.network.dslams),
                           ("relays", draft.network.relays)):
        for node in nodes:
            at.setdefault(node.site, set()).add(section)
    return at


def _sold_at(sections: set[str], profile: Profile | None) -> bool:
    return profile is not None and SOLD_AT[profile.technology] in sections


def uses(draft: ParsedNetwork) -> Found:
    """Who uses something can have a line, some time: there are stages, and offers to that kind of subscribers."""
    demand = draft.network.demand
    by_name = {offer.name: offer for offer in demand.offers}
    sold = {offer.subscriber for offer in demand.offers}
    if demand.uses and not demand.stages and "stages" not in draft.doubtful:
        yield (DEMAND,), "has uses and no stage that says who has a line", (
            "write for example stages: {launch: {households: 5 %, businesses: 5 %}}")
    for use in demand.uses:
        path: Path = (DEMAND, "uses", use.name)
        if use.subscriber not in sold and "offers" not in draft.doubtful:
            yield (*path, "subscriber"), f"no offer is for a {use.subscriber.value}", "write one in demand.offers"
        yield from _only_with((*path, "offers"), use.subscriber, [by_name[name] for name in use.offers
                                                                  if name in by_name])


def _only_with(path: Path, kind: Subscriber, named: Sequence[Offer]) -> Found:
    for index, offer in enumerate(named):
        if offer.subscriber is not kind:
            yield ((*path, index), f"offer {quoted(offer.name)} is for a {offer.subscriber.value}, the use is of a "
                   f"{kind.value}", "name offers for the same kind of subscribers")
