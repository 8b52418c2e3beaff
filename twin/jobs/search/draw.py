"""Draws schedules from seeds; pure. Each seed leaves some kinds of events out (swarm testing, Groce and others, ISSTA
2012), since a kind that always happens can hide what another does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import trunks

FIRST, LAST = 1 * NS_PER_S, 20 * NS_PER_S
"""When the first event happens at the earliest, and when an incident that is close to no other begins at the latest."""
INCIDENTS = 8
"""Incidents of a schedule at most."""
SHORT, LONG = 1 * NS_PER_MS, 8 * NS_PER_S
"""Between the events of an incident: from less than a round of updates to more than a wait to restore."""


class Elements(NamedTuple):
    """What events can happen to."""

    spans: tuple[str, ...]
    nodes: tuple[str, ...]
    lines: tuple[str, ...]
    channels: tuple[str, ...]


Incident = Callable[[Random, Elements, int], Iterator[Event]]
"""The events of one incident that begins at a time; none where the network has no such element."""


def draw(blueprint: Blueprint, seed: int) -> Schedule:
    """The schedule of a seed."""
    random = Random(seed)
    elements = elements_of(blueprint)
    kinds = [kind for kind in INCIDENT_KINDS if random.random() < 0.6] or [INCIDENT_KINDS[0]]
    events: list[Event] = []
    for _ in range(random.randint(1, INCIDENTS)):
        close = events and random.random() < 0.5
        at = random.choice(events).at + _gap(random) if close else random.randint(FIRST, LAST)
        events += random.choice(kinds)(random, elements, at)
    return Schedule(seed, tuple(sorted(events, key=lambda event: event.at)))


def elements_of(blueprint: Blueprint) -> Elements:
    """The spans between switches, the switches, the lines and the channels of a network."""
    lines = tuple(host.name for host in blueprint.hosts if host.line_group is not None)
    channels = tuple(channel.name for channel in blueprint.iptv_channels)
    return Elements(trunks(blueprint), tuple(switch.name for switch in blueprint.switches), lines, channels)


def _gap(random: Random) -> int:
    """A time between two events, of any order of magnitude."""
    return round(math.exp(random.uniform(math.log(SHORT), math.log(LONG))))


def _cut(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    """A cut, mended or not."""
    if elements.spans:
        span = random.choice(elements.spans)
        yield Event(Time(at), EventKind.CUT, span)
        if random.random() < 0.7:
            yield Event(Time(at + _gap(random)), EventKind.MEND, span)


def _flap(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    """A span that comes and goes."""
    span = random.choice(elements.spans) if elements.spans else None
    for _ in range(random.randint(2, 5) if span else 0):
        yield Event(Time(at), EventKind.CUT, str(span))
        at += _gap(random)
        yield Event(Time(at), EventKind.MEND, str(span))
        at += _gap(random)


def _power_cut(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    node = random.choice(elements.nodes)
    yield Event(Time(at), EventKind.POWER_OFF, node)
    if random.random() < 0.8:
        yield Event(Time(at + _gap(random)), EventKind.POWER_ON, node)


def _restart(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    yield Event(Time(at), EventKind.RESTART, random.choice(elements.nodes))


def _slow(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    node = random.choice(elements.nodes)
    yield Event(Time(at), EventKind.SLOW, node, Time(_gap(random)))
    yield Event(Time(at + _gap(random)), EventKind.SLOW, node, Time(0))


def _pause(random: Random, _elements: Elements, at: int) -> Iterator[Event]:
    yield Event(Time(at), EventKind.PAUSE, lasts=Time(_gap(random)))


def _controller_restart(_random: Random, _elements: Elements, at: int) -> Iterator[Event]:
    yield Event(Time(at), EventKind.CONTROLLER_RESTART)


def _zapping(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    """A line that changes channels, faster or slower than it is asked whether somebody still watches."""
    line = random.choice(elements.lines) if elements.lines and elements.channels else ""
    for _ in range(random.randint(1, 6) if line else 0):
        channel = random.choice(elements.channels)
        yield Event(Time(at), EventKind.JOIN, line, channel=channel)
        at += _gap(random)
        if random.random() < 0.6:
            yield Event(Time(at), EventKind.LEAVE, line, channel=channel)
            at += _gap(random)


def _audience(random: Random, elements: Elements, at: int) -> Iterator[Event]:
    """Many lines that join one channel within a second, some of which are unplugged."""
    channel = random.choice(elements.channels) if elements.lines and elements.channels else ""
    for line in random.sample(elements.lines, random.randint(1, len(elements.lines))) if channel else ():
        yield Event(Time(at + random.randint(0, NS_PER_S)), EventKind.JOIN, line, channel=channel)
        if random.random() < 0.2:
            yield Event(Time(at + NS_PER_S + _gap(random)), EventKind.UNPLUG, line)


INCIDENT_KINDS: tuple[Incident, ...] = (
    _cut, _flap, _power_cut, _restart, _slow, _pause, _controller_restart, _zapping, _audience,
)
"""All kinds; another one is a function and its name here."""
