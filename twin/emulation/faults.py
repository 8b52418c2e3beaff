"""Breaks and mends spans and nodes of a network that stands: nothing arrives any more, then the equipment notices.

A switch acts on a carrier as soon as it is gone. A real one has to notice (`protection.detection`) and to act
(`protection.switch`), so the carrier goes when both have passed; the controller, which hears of it by then, counts the
switch's time as a part of its own. Hosts keep their carrier: what they send is lost in the medium.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from twin.emulation import building, falls, links, ovs
from twin.emulation.layout import PLANT, Layout
from twin.emulation.seam import Kernel
from twin.errors import EmulationError
from twin.model import FaultKind
from twin.netlink import Request
from twin.plan.blueprint import Blueprint, FaultPlan, SpanPlan
from twin.units import NS_PER_S, PPM, Ratio, Time

FORGOTTEN = ("del-flows", "del-groups", "del-meters")
"""What a switch has lost when it comes back from the dead (commands of ovs-ofctl(8))."""


def spans_of(blueprint: Blueprint, fault: FaultPlan) -> tuple[SpanPlan, ...]:
    """The spans that a fault concerns: one, or all of a node. Raises EmulationError for names that are not there."""
    found = tuple(span for span in blueprint.spans
                  if span.name == fault.span or fault.node in (span.a.node, span.b.node))
    if not found or (fault.node is not None and fault.node not in {switch.name for switch in blueprint.switches}):
        raise EmulationError(f"there is no {'span' if fault.span else 'switch'} {fault.name}")
    return found


def standing(before: Mapping[str, FaultPlan], blueprint: Blueprint, fault: FaultPlan) -> dict[str, FaultPlan]:
    """The degraded spans once a fault has happened, given those before it."""
    mended = {span.name for span in spans_of(blueprint, fault)} if fault.kind is FaultKind.MEND else set()
    fallen = {fault.name: fault} if fault.kind is FaultKind.DEGRADE else {}
    return {name: one for name, one in before.items() if name not in mended} | fallen


def happen(kernel: Kernel, layout: Layout, now: Blueprint, seed: int, slack: Time, folder: Path, controller: str,
           fault: FaultPlan) -> None:
    """Let a fault happen; returns when the equipment has noticed. now: what its spans are then, where they are not cut.
    folder: where Open vSwitch's socket is."""
    spans = spans_of(layout.blueprint, fault)
    if fault.kind is not FaultKind.CUT:
        _become(kernel, layout, now, spans, seed, slack)
    if fault.kind is FaultKind.DEGRADE:
        return
    cut, began = fault.kind is FaultKind.CUT, kernel.uptime()
    if cut:
        kernel.send(PLANT, _dark(layout, spans, seed))
    if fault.node is not None:
        _power(kernel, layout.blueprint, folder, fault.node, controller, on=not cut)
    protection = layout.blueprint.protection
    noticed = began + (protection.detection + protection.switch) / NS_PER_S
    kernel.pause(max(0.0, noticed - kernel.uptime()))
    kernel.send(PLANT, _carriers(layout, spans, on=not cut))


def _power(kernel: Kernel, blueprint: Blueprint, folder: Path, node: str, controller: str, *, on: bool) -> None:
    """A switch without power knows no controller and forgets its rules; with power it looks for the controller."""
    switch = next(switch for switch in blueprint.switches if switch.name == node)
    kernel.transact(folder / "db.sock", "Open_vSwitch", list(ovs.controlled(switch, controller if on else None)))
    for command in () if on else FORGOTTEN:
        kernel.run("ovs-ofctl", "-O", "OpenFlow13", command, switch.bridge)


def _become(kernel: Kernel, layout: Layout, now: Blueprint, spans: Iterable[SpanPlan], seed: int, slack: Time) -> None:
    """Spans and what stands before them as the blueprint says."""
    asked = sorted((one for span in spans for one in falls.changed(layout, now, span.name, seed, slack)),
                   key=itemgetter(0))
    for namespace, requests in groupby(asked, key=itemgetter(0)):
        kernel.send(namespace, [request for _, request in requests])


def _dark(layout: Layout, spans: Iterable[SpanPlan], seed: int) -> Iterator[Request]:
    """Both media of each span, losing all."""
    for span in spans:
        for target, carrier in ((span.b, span.forth), (span.a, span.back)):
            yield building.medium(layout, span, target, carrier, seed, loss=Ratio(PPM), change=True)


def _carriers(layout: Layout, spans: Sequence[SpanPlan], *, on: bool) -> Iterator[Request]:
    for end in (end for span in spans for end in (span.a, span.b) if end.node not in layout.hosts):
        yield links.carrier(layout.plant[end.medium_device], end.medium_device, on)
