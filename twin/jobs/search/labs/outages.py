"""When a network may lose packets because of what happens to it, by the figures of its protection; pure.

A single cut of a network at rest is bridged by fast failover: packets are lost until the switches beside it have
detected it and acted, and half a millisecond more for the lab; none is lost when it is mended. Whatever else happens is
the controller's to repair: it may take detection, the longer of its own time and the switch's, and the rounds of its
updates; until it goes on, where it is paused; and until switches have connected, where they or it began again. Whoever
is not connected loses everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.labs.lab_record import Rerouted
from twin.jobs.search.labs.timetable import Act, ActKind, DeadSpans, Timetable
from twin.model import Healing, Protection
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.loop_check import single_failures
from twin.plan.forwarding.paths import graph_of, parts

CONNECTION = NS_PER_S
"""How long a switch may take to connect: Open vSwitch tries once a second (max_backoff), and a controller that begins
waits as long for the last of them."""
LAG = NS_PER_MS // 2
"""How much later than due a switch's groups may act: it takes the lab some 0.1 ms to let it see that a carrier is gone.
"""
ON_THE_WAY = 100 * NS_PER_MS
"""How long before an event packets may have been sent that it hits."""
DISRUPTING = frozenset({ActKind.DARKEN, ActKind.LIGHT, ActKind.DISCONNECT, ActKind.CONNECT,
                        ActKind.CONTROLLER_RESTART})
"""Acts by which packets may be lost."""


@dataclass(frozen=True, slots=True)
class AllowedOutage:
    """When packets may be lost. since: when the cause happened; until: when it is over at the latest; ns after the
    start. cause: in words."""

    since: Time
    until: Time
    cause: str


class Outages:
    """What may be lost in one run of a timetable, by the ends of a flow."""

    def __init__(self, blueprint: Blueprint, timetable: Timetable, reroutes: Sequence[Rerouted]) -> None:
        self._blueprint, self._timetable, self._reroutes = blueprint, timetable, reroutes
        self._protected = {span for failure in single_failures(blueprint) for span in failure.spans}
        self._parts = [(dead, _part_of(blueprint, dead)) for dead in timetable.dead]
        self.of_all = tuple(_merged(self._of_acts()))

    def between(self, source: str, sink: str) -> tuple[AllowedOutage, ...]:
        """When packets from a switch to another may be lost."""
        return (*self.of_all, *self.isolation(source, sink))

    def _of_acts(self) -> Iterator[AllowedOutage]:
        for act in self._timetable.acts:
            whole = act.kind in DISRUPTING and self._is_alone(act)
            if act.kind in DISRUPTING and not (whole and act.kind is ActKind.LIGHT):
                cause = " ".join((act.kind.value, *act.spans, act.node)).strip()
                yield AllowedOutage(act.at, Time(self._bridged(act) if whole else self._rerouted(act)), cause)

    def _bridged(self, act: Act) -> int:
        """When the switches beside a cut have noticed it and acted."""
        protection = self._blueprint.protection
        return act.at + protection.detection + protection.switch + LAG

    def _is_alone(self, act: Act) -> bool:
        """Whether this is the cut of one span with a detour, or its end, while all else is whole and at rest."""
        protection, acts = self._blueprint.protection, self._timetable.acts
        reverting = protection.wait_to_restore if act.kind is ActKind.DARKEN else 0
        quiet = reverting + reaction(protection) + CONNECTION
        at_rest = not any(act.at - quiet < other.at <= act.at for other in acts
                          if other.kind in DISRUPTING and other is not act)
        paused = any(pause <= act.at < resumed + quiet for pause, resumed in _pauses(acts))
        before, now = (self._dead(moment) for moment in (act.at - 1, act.at))
        changed = before.spans ^ now.spans
        return (at_rest and not paused and not before.off | now.off and len(before.spans | now.spans) == 1
                and len(changed) == 1 and changed <= self._protected
                and protection.healing is Healing.FAST_FAILOVER)

    def _dead(self, at: int) -> DeadSpans:
        """What is dead at a moment."""
        return [dead for dead in self._timetable.dead if dead.at <= max(at, 0)][-1]

    def _rerouted(self, act: Act) -> int:
        """When the controller has done what it can."""
        if self._blueprint.protection.healing is Healing.NONE:
            return self._timetable.stop
        waits = {ActKind.CONTROLLER_RESTART: 2, ActKind.CONNECT: 1, ActKind.DISCONNECT: 1}.get(act.kind, 0)
        return self._settled(act.at, act.at + reaction(self._blueprint.protection) + waits * CONNECTION)

    def _settled(self, since: int, until: int) -> int:
        """When a disturbance that would be over at `until` is: later by pauses, and by the rounds of reroutes."""
        protection = self._blueprint.protection
        for pause, resumed in _pauses(self._timetable.acts):
            if pause < until and resumed > since:
                until = max(until, resumed + reaction(protection))
        late, step = until, max(protection.round, NS_PER_MS)
        for reroute in sorted(self._reroutes, key=lambda reroute: reroute.at):
            if since < reroute.at <= late + (reroute.rounds + 1) * step:
                late += (reroute.rounds + 1) * step
        return late

    def isolation(self, source: str, sink: str) -> Iterator[AllowedOutage]:
        """While two switches are not connected, and until the controller has connected them again."""
        moments = [*self._parts, (DeadSpans(self._timetable.stop, frozenset(), frozenset()), {})]
        for (dead, part), (following, _) in pairwise(moments):
            if part.get(source) is None or part.get(source) != part.get(sink):
                until = following.at + reaction(self._blueprint.protection) + CONNECTION
                yield AllowedOutage(dead.at, Time(self._settled(following.at, until)),
                                    f"{source} and {sink} are not connected")


def reaction(protection: Protection) -> int:
    """From an event until the rules of the controller's first round are on their way, ns."""
    return protection.detection + max(protection.switch, protection.controller)


def _pauses(acts: Iterable[Act]) -> Iterator[tuple[int, int]]:
    """From when to when the controller stood still, unless another one began."""
    since = None
    for act in acts:
        if act.kind is ActKind.PAUSE and since is None:
            since = act.at
        elif act.kind is ActKind.RESUME and since is not None:
            yield since, act.at
            since = None


def _part_of(blueprint: Blueprint, dead: DeadSpans) -> dict[str, int]:
    """Of each switch that has power, the part of the network in which it is."""
    connected = parts(graph_of(blueprint, dead.spans))
    return {switch: number for number, part in enumerate(connected) for switch in part - dead.off}


def _merged(outages: Iterable[AllowedOutage]) -> Iterator[AllowedOutage]:
    """Those that begin while another one lasts are over with the last of them."""
    current = None
    for outage in sorted(outages, key=lambda outage: outage.since):
        if current is not None and outage.since <= current.until:
            current = replace(current, until=max(current.until, outage.until), cause=f"{current.cause}, {outage.cause}")
            continue
        if current is not None:
            yield current
        current = outage
    if current is not None:
        yield current
