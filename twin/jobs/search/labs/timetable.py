"""When a lab does what for a schedule; pure.

An event of a schedule is one act or several: a span that is cut carries nothing from that moment on, and its ends see
it after detection and the switch's own time, as in the simulated network. A span is dead while it is cut or an end of
it has no power. After the last event all rests, is healed, and rests again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from twin.core.units import NS_PER_S, Time
from twin.jobs.search.schedule import HEALED_BY, Event, EventKind, Schedule
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import trunks

SETTLED = 2 * NS_PER_S
"""Beyond the waits to restore: for connections, updates and their barriers."""
JUDGED = 4 * NS_PER_S
"""How long the healed network is watched."""
REBOOT = Time(NS_PER_S // 100)
"""From when a switch's software ends until it connects again."""
NOT_IN_LABS = frozenset({EventKind.SLOW})
"""A lab's switches share one channel to the controller, so that none of them is slow alone."""


class ActKind(StrEnum):
    """What a lab does."""

    DARKEN = "darken"
    """Spans carry nothing."""
    LIGHT = "light"
    """Spans carry again what is sent."""
    CARRIER_LOST = "carrier-lost"
    """The ends of spans see that they have no carrier."""
    CARRIER_SEEN = "carrier-seen"
    """The ends see a carrier."""
    DISCONNECT = "disconnect"
    """A switch loses its rules and its connection to the controller."""
    CONNECT = "connect"
    """It connects."""
    PAUSE = "pause"
    """The controller stands still."""
    RESUME = "resume"
    """It goes on."""
    CONTROLLER_RESTART = "controller-restart"
    """It is killed, and another one begins."""
    JOIN = "join"
    """A line joins a channel."""
    LEAVE = "leave"
    """It leaves it."""
    UNPLUG = "unplug"
    """It says nothing any more and watches nothing."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. at: ns after the start of the measurement. spans, node, line, channel: to what."""

    at: Time
    kind: ActKind
    spans: tuple[str, ...] = ()
    node: str = ""
    line: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class DeadSpans:
    """The spans that carry nothing from a moment on, ns, and the nodes without power."""

    at: Time
    spans: frozenset[str]
    off: frozenset[str]


@dataclass(frozen=True, slots=True)
class Timetable:
    """All acts in order. dead: each time that this changes. healed: when all is mended, ns; judged: from when on the
    healed network is watched; stop: the end. left_out: events that no lab has."""

    acts: tuple[Act, ...]
    dead: tuple[DeadSpans, ...]
    healed: Time
    judged: Time
    stop: Time
    left_out: int


def timetable(blueprint: Blueprint, schedule: Schedule) -> Timetable:
    """The acts of a schedule, and when they are over."""
    events = [event for event in schedule.events if event.kind not in NOT_IN_LABS]
    rest = 2 * blueprint.protection.wait_to_restore + SETTLED
    healed = Time(max((event.at + event.lasts for event in events), default=0) + rest)
    drawn = _Drawing(blueprint)
    for event in events:
        drawn.draw(event)
    drawn.heal(healed)
    acts = sorted(drawn.acts, key=lambda act: act.at)
    judged = Time(healed + rest)
    return Timetable(tuple(acts), tuple(drawn.dead), healed, judged, Time(judged + JUDGED),
                     len(schedule.events) - len(events))


def until_healed(blueprint: Blueprint, schedule: Schedule) -> Schedule:
    """The schedule with the events by which all is mended at the end."""
    broken: dict[tuple[EventKind, str], None] = {}
    for event in schedule.events:
        if event.kind in HEALED_BY:
            broken[HEALED_BY[event.kind], event.target] = None
        else:
            broken.pop((event.kind, event.target), None)
    healed = timetable(blueprint, schedule).healed
    return replace(schedule, events=(*schedule.events, *(Event(healed, kind, target) for kind, target in broken)))


class _Drawing:
    """The acts of the events so far, and what is broken."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._blueprint = blueprint
        self._notice = blueprint.protection.detection + blueprint.protection.switch
        spans = {span.name: span for span in blueprint.spans}
        self._ends = {name: frozenset({spans[name].a.node, spans[name].b.node}) for name in trunks(blueprint)}
        self._broken: frozenset[str] = frozenset()
        self._paused_until = Time(0)
        self.acts: list[Act] = []
        self.dead = [DeadSpans(Time(0), frozenset(), frozenset())]

    def draw(self, event: Event) -> None:
        """Add the acts of an event."""
        acts = list(self._acts(event))
        self.acts += acts

    def heal(self, at: Time) -> None:
        """All that is broken is as before."""
        off = self.dead[-1].off
        self.acts += self._change(at, frozenset(), frozenset())
        self.acts += (Act(at, ActKind.CONNECT, node=node) for node in sorted(off))

    def _acts(self, event: Event) -> Iterator[Act]:
        off, span = self.dead[-1].off, frozenset({event.target})
        match event.kind:
            case EventKind.CUT:
                yield from self._change(event.at, self._broken | span, off)
            case EventKind.MEND:
                yield from self._change(event.at, self._broken - span, off)
            case EventKind.POWER_OFF if event.target not in off:
                yield from self._change(event.at, self._broken, off | span)
                yield Act(event.at, ActKind.DISCONNECT, node=event.target)
            case EventKind.POWER_ON if event.target in off:
                yield from self._change(event.at, self._broken, off - span)
                yield Act(event.at, ActKind.CONNECT, node=event.target)
            case EventKind.RESTART if event.target not in off:
                yield Act(event.at, ActKind.DISCONNECT, node=event.target)
                yield Act(Time(event.at + REBOOT), ActKind.CONNECT, node=event.target)
            case EventKind.PAUSE:
                self._paused_until = Time(max(self._paused_until, event.at + event.lasts))
                self.acts = [act for act in self.acts if act.kind is not ActKind.RESUME or act.at < event.at]
                yield Act(event.at, ActKind.PAUSE)
                yield Act(self._paused_until, ActKind.RESUME)
            case _ if event.kind in ALIKE:
                yield Act(event.at, ALIKE[event.kind], line=event.target, channel=event.channel)

    def _change(self, at: Time, broken: frozenset[str], off: frozenset[str]) -> Iterator[Act]:
        """Spans go dark and light up; their ends see it after detection and the switch's own time."""
        before, self._broken = self.dead[-1].spans, broken
        now = broken | {name for name, ends in self._ends.items() if ends & off}
        self.dead.append(DeadSpans(at, now, off))
        for spans, kind, seen in ((now - before, ActKind.DARKEN, ActKind.CARRIER_LOST),
                                  (before - now, ActKind.LIGHT, ActKind.CARRIER_SEEN)):
            if spans:
                yield Act(at, kind, tuple(sorted(spans)))
                yield Act(Time(at + self._notice), seen, tuple(sorted(spans)))


ALIKE: Mapping[EventKind, ActKind] = {
    EventKind.CONTROLLER_RESTART: ActKind.CONTROLLER_RESTART, EventKind.JOIN: ActKind.JOIN,
    EventKind.LEAVE: ActKind.LEAVE, EventKind.UNPLUG: ActKind.UNPLUG,
}
"""Events that are one act."""
