"""How many calls find no room somewhere on their way: Erlang B with what each place leaves the others (reduced load).

Each span, and each line's channels, turns calls away as Erlang B says for what the other places let through; solved by
repetition (Erlang's fixed point: Kelly 1986). Where one place alone is tight, that is Erlang B itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from twin.plan.blueprint import Blueprint, SipSignalling, carrying
from twin.plan.demand.call_admission import admission
from twin.plan.demand.erlang import erlang_b

ROUNDS = 200
SETTLED = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that holds so many calls. shares: callers by name, and how much of a call's room one of theirs takes.
    """

    calls: int
    shares: Mapping[str, float]


def blocking(blueprint: Blueprint) -> dict[str, float]:
    """The ratio of calls that find no room, by the name of the flow that signals."""
    offered = {flow.name: call.dialling.offered for flow, call in carrying(SipSignalling, blueprint.flows)}
    places = _places(blueprint)
    crossed = {name: [place for place, one in places.items() if name in one.shares] for name in offered}
    blocked = dict.fromkeys(places, 0.0)
    for _ in range(ROUNDS):
        before = dict(blocked)
        for name, place in places.items():
            load = sum(share * offered[caller] * prod(1 - blocked[other] for other in crossed[caller] if other != name)
                       for caller, share in place.shares.items())
            blocked[name] = (before[name] + erlang_b(load, place.calls)) / 2
        if all(abs(blocked[name] - before[name]) <= SETTLED for name in places):
            break
    return {caller: 1 - prod(1 - blocked[name] for name in crossed[caller]) for caller in offered}


def _places(blueprint: Blueprint) -> dict[str, Place]:
    """Each line's channels, and each span in its tighter direction: a call takes both."""
    deciding = admission(blueprint)
    found = {f"line {name}": Place(channels, {name: 1.0}) for name, channels in deciding.call_channels.items()}
    for key, room in deciding.budgets.items():
        costs = {name: uses[key] for name, uses in deciding.per_call.items() if key in uses}
        if costs:
            dearest = max(costs.values())
            place = Place(int(room // dearest), {name: cost / dearest for name, cost in costs.items()})
            if place.calls < found.get(key[0], Place(place.calls + 1, {})).calls:
                found[key[0]] = place
    return found
