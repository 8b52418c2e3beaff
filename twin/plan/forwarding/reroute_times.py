"""When forwarding turns during a run, and which spans it then goes round: what the controller will do and when; pure.

A switch notices a cut or a mend, and the controller, which hears of it, turns forwarding away at once; back once the
span has stayed whole for `wait-to-restore`, or at once where something has no other way. The rounds in which it does
so, and what the switches do before that by themselves, last for some milliseconds and are left out.
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
    """From when on forwarding is turned round which spans; at: ns after the start of the measurement."""

    at: Time
    failed: frozenset[str]


def reroutes(blueprint: Blueprint) -> tuple[Reroute, ...]:
    """All turns that the faults of a blueprint bring about, in order of time; none where nothing heals."""
    if blueprint.protection.healing is Healing.NONE:
        return ()
    known: frozenset[str] = frozenset()
    waiting: dict[str, int] = {}
    found: dict[int, frozenset[str]] = {}
    due = list(_noticed(blueprint))
    heapq.heapify(due)
    while due:
        at, up, span, rested = heapq.heappop(due)
        if not up:
            waiting.pop(span, None)
            known = found[at] = known | {span}
        elif waiting.get(span) == at if rested else span in bridges(graph_of(blueprint, known - {span})):
            known = found[at] = known - {span}
        elif not rested:
            waiting[span] = at + blueprint.protection.wait_to_restore
            heapq.heappush(due, (waiting[span], True, span, True))
    return tuple(Reroute(Time(at), failed) for at, failed in found.items())


def _noticed(blueprint: Blueprint) -> Iterator[tuple[int, bool, str, bool]]:
    """When the controller hears of each span between switches that dies or comes back (True), none having rested."""
    protection = blueprint.protection
    reaction = protection.detection + max(protection.switch, protection.controller)
    broken, dead = NO_FAILURE, frozenset[str]()
    between = set(trunks(blueprint))
    for fault in blueprint.faults:
        if fault.kind.carrier is None:
            continue
        spans, nodes = ({one} if one else set() for one in (fault.span, fault.node))
        cut = not fault.kind.carrier
        broken = FailedElements(broken.spans | spans if cut else broken.spans - spans,
                                broken.nodes | nodes if cut else broken.nodes - nodes)
        now = failed_spans(blueprint, broken) & between
        yield from ((fault.at + reaction, not cut, span, False) for span in sorted(now ^ dead))
        dead = now
