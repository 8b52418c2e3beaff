"""The least schedule that still fails: events are left out as long as the failure stays (ddmin, Zeller and Hildebrandt,
IEEE TSE 28(2), 2002), then what is left is made simpler; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from twin.core.units import NS_PER_S, Time
from twin.jobs.search.schedule import HEALED_BY, Event, EventKind

Fails = Callable[[Sequence[Event]], bool]
"""Whether these events still lead to the failure."""
LATEST = (1, 2, 3, 5, 8)
"""How many of the last events are tried alone."""
APART = 1 * NS_PER_S
"""Events that need not be close to each other are a whole second apart."""


def shrink(events: Sequence[Event], fails: Fails, ends: Mapping[str, tuple[str, ...]] = MappingProxyType({})
           ) -> tuple[Event, ...]:
    """A sequence of events that fails, and no longer fails without any one of them; an empty one, if that fails, too.
    ends: the switches beside each span: a cut that is mended may come to the same as a restart of one of them, a power
    cut as one of its node."""
    least = _ddmin(_latest(tuple(events), fails), fails)
    while (fewer := next((fewer for fewer in _with_a_restart(least, ends) if fails(fewer)), None)) is not None:
        least = _ddmin(fewer, fails)
    for simpler in _at_round_times(least):
        if fails(simpler):
            return simpler
    return least


def _latest(events: tuple[Event, ...], fails: Fails) -> tuple[Event, ...]:
    """The last of the events that fail alone, if so few do: what led to a failure has mostly happened just before."""
    few = (events[-count:] for count in LATEST if count < len(events))
    return next((latest for latest in few if fails(latest)), events)


def _ddmin(events: tuple[Event, ...], fails: Fails) -> tuple[Event, ...]:
    parts = 2
    while events:
        size = -(-len(events) // parts)
        chunks = [events[at:at + size] for at in range(0, len(events), size)]
        rests = (tuple(event for other in chunks if other is not chunk for event in other) for chunk in chunks)
        rest = next((rest for rest in rests if fails(rest)), None)
        if rest is not None:
            events, parts = rest, max(parts - 1, 2)
        elif parts >= len(events):
            break
        else:
            parts = min(2 * parts, len(events))
    return events


def _with_a_restart(events: tuple[Event, ...], ends: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Event, ...]]:
    """With one event instead of two: a switch that starts again, for a span that is cut and mended, or for a node that
    loses its power and gets it back."""
    for place, (first, second) in enumerate(pairwise(events)):
        switches = ends.get(first.target, ()) if first.kind is EventKind.CUT else (first.target,)
        if HEALED_BY.get(first.kind) is second.kind and first.target == second.target:
            for switch in switches:
                restart = Event(first.at, EventKind.RESTART, switch)
                yield (*events[:place], restart, *events[place + 2:])


def _at_round_times(events: tuple[Event, ...]) -> Iterator[tuple[Event, ...]]:
    """The same events a second apart each, and all of them sooner."""
    yield tuple(replace(event, at=Time(number * APART)) for number, event in enumerate(events, 1))
    if events:
        earlier = events[0].at - APART
        yield tuple(replace(event, at=Time(event.at - earlier)) for event in events)
