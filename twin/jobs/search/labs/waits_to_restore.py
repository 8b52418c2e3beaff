"""Which spans a lab's controller used again before they had waited to be restored, by what happened to them; pure.

A reroute is judged by when it was decided: a span may fail and come back before a controller that is paused has
completed it. The wait begins anew with a failure of the span and with a restart of one of its ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from twin.core.units import Time
from twin.jobs.search.labs.lab_record import Rerouted
from twin.jobs.search.labs.timetable import Act, ActKind
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import bridges
from twin.plan.forwarding.paths import graph_of


def used_too_soon(blueprint: Blueprint, acts: Sequence[Act], reroutes: Sequence[Rerouted]) -> Iterator[Rerouted]:
    """The reroutes onto a span that had not waited, though there was another path."""
    for reroute in reroutes:
        began, span = reroute.began, reroute.span
        since = _up_since(blueprint, acts, began).get(span)
        waited = since is None or began - since >= blueprint.protection.wait_to_restore
        if reroute.up and not waited and not _isolates(blueprint, span, _avoided(acts, reroutes, began)):
            yield reroute


def _up_since(blueprint: Blueprint, acts: Iterable[Act], at: Time) -> Mapping[str, Time]:
    """From when on each span has been up and its ends connected, by a moment, which stands for none yet; without those
    to which nothing has happened."""
    beside: dict[str, list[str]] = {}
    for span in blueprint.spans:
        for end in (span.a, span.b):
            beside.setdefault(end.node, []).append(span.name)
    since: dict[str, Time] = {}
    for act in acts:
        if act.at <= at and act.kind in (ActKind.CARRIER_LOST, ActKind.CARRIER_SEEN):
            since |= dict.fromkeys(act.spans, at if act.kind is ActKind.CARRIER_LOST else act.at)
        elif act.at <= at and act.kind in (ActKind.DISCONNECT, ActKind.CONNECT):
            since |= {span: max(since.get(span, act.at), act.at) for span in beside.get(act.node, ())}
    return since


def _avoided(acts: Sequence[Act], reroutes: Iterable[Rerouted], at: Time) -> frozenset[str]:
    """The spans that the controller avoids: as it has reported, and those without a carrier when it began."""
    begun = max((act.at for act in acts if act.kind is ActKind.CONTROLLER_RESTART and act.at <= at), default=Time(0))
    avoided: set[str] = set()
    for act in acts:
        if act.at <= begun and act.kind in (ActKind.CARRIER_LOST, ActKind.CARRIER_SEEN):
            (avoided.update if act.kind is ActKind.CARRIER_LOST else avoided.difference_update)(act.spans)
    for reroute in reroutes:
        if begun < reroute.at <= at:
            (avoided.discard if reroute.up else avoided.add)(reroute.span)
    return frozenset(avoided)


def _isolates(blueprint: Blueprint, span: str, avoided: frozenset[str]) -> bool:
    """Whether a switch has no path to another without this span and those that are avoided."""
    return span in bridges(graph_of(blueprint, avoided - {span}))
