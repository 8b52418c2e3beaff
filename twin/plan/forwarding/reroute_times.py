"""When the controller reroutes during a run, and around which spans; pure.

The controller reroutes as soon as a switch has reported that a span is down. It reverts when the span has been up for
`wait-to-restore`, or at once where part of the network has no other path. The update rounds and the fast failover
before them take some milliseconds, and are left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from twin.core.units import Time
from twin.model import Healing
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import bridges, trunks
from twin.plan.forwarding.loop_check import NO_FAILURE, FailedElements, failed_spans
from twin.plan.forwarding.paths import graph_of


class Reroute(NamedTuple):
    """From when on traffic is rerouted around which spans; at: ns after the start of the measurement."""

    at: Time
    failed: frozenset[str]


def reroutes(blueprint: Blueprint) -> tuple[Reroute, ...]:
    """All reroutes that the faults of a blueprint cause, in order of time; none without protection."""
    if blueprint.protection.healing is Healing.NONE:
        return ()
    known: frozenset[str] = frozenset()
    waiting: dict[str, int] = {}
    failed_from: dict[int, frozenset[str]] = {}
    due = list(_notifications(blueprint))
    heapq.heapify(due)
    while due:
        at, up, span, waited = heapq.heappop(due)
        if not up:
            waiting.pop(span, None)
            known = failed_from[at] = known | {span}
        elif waiting.get(span) == at if waited else span in bridges(graph_of(blueprint, known - {span})):
            known = failed_from[at] = known - {span}
        elif not waited:
            waiting[span] = at + blueprint.protection.wait_to_restore
            heapq.heappush(due, (waiting[span], True, span, True))
    return tuple(Reroute(Time(at), failed) for at, failed in failed_from.items())


def _notifications(blueprint: Blueprint) -> Iterator[tuple[int, bool, str, bool]]:
    """When the controller is notified of each span between switches that goes down or comes up (True): the events of
    `reroutes`, none of which is the end of a wait-to-restore time."""
    protection = blueprint.protection
    reaction = protection.detection + max(protection.switch, protection.controller)
    broken, dead = NO_FAILURE, frozenset[str]()
    between = set(trunks(blueprint))
    for fault in blueprint.faults:
        if fault.kind.carrier is None:
            continue
        spans, nodes = ({element} if element else set() for element in (fault.span, fault.node))
        cut = not fault.kind.carrier
        broken = FailedElements(broken.spans | spans if cut else broken.spans - spans,
                                broken.nodes | nodes if cut else broken.nodes - nodes)
        now = failed_spans(blueprint, broken) & between
        yield from ((fault.at + reaction, not cut, span, False) for span in sorted(now ^ dead))
        dead = now
