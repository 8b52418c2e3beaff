"""Injects faults into the running network: cuts, degrades and restores spans and nodes.

A switch acts on a carrier as soon as it is gone. A real one has to notice (`protection.detection`) and to act
(`protection.switch`), so the carrier goes down when both have passed; the controller, which is notified by then, counts
the switch's time as a part of its own. Hosts keep their carrier: what they send is lost in the medium.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import assert_never

from twin.core.errors import EmulationError
from twin.core.rtnetlink import Request
from twin.core.units import NS_PER_S, PPM, Ratio, Time
from twin.emulation import interface_requests, netlink_requests, ovs, packet_duplication, span_degradation
from twin.emulation.interface_layout import PLANT, Layout
from twin.emulation.kernel_protocol import Kernel
from twin.emulation.span_degradation import Change
from twin.model import FaultKind, Impairments
from twin.plan.blueprint import Blueprint, FaultPlan, SpanPlan

DARK = Impairments(loss=Ratio(PPM))
"""Of a span that is cut."""
POWER_OFF_COMMANDS = ("del-flows", "del-groups", "del-meters")
"""What a switch loses when its power goes off (commands of ovs-ofctl(8))."""


def affected_spans(blueprint: Blueprint, fault: FaultPlan) -> tuple[SpanPlan, ...]:
    """The spans that a fault affects: one, or all of a node. Raises EmulationError for unknown names."""
    spans = tuple(span for span in blueprint.spans
                  if span.name == fault.span or fault.node in (span.a.node, span.b.node))
    if not spans or (fault.node is not None and fault.node not in {switch.name for switch in blueprint.switches}):
        raise EmulationError(f"no {'span' if fault.span else 'switch'} {fault.name}")
    return spans


def degraded_after(before: Mapping[str, FaultPlan], blueprint: Blueprint, fault: FaultPlan) -> dict[str, FaultPlan]:
    """The degraded spans once a fault has happened, given those before it."""
    restored = {span.name for span in affected_spans(blueprint, fault)} if not fault.kind.breaks else set()
    degraded = {fault.name: fault} if fault.kind is FaultKind.DEGRADE else {}
    return {name: earlier for name, earlier in before.items() if name not in restored} | degraded


def inject(kernel: Kernel, layout: Layout, change: Change, seed: int, slack: Time, folder: Path, controller: str,
           fault: FaultPlan) -> None:
    """Inject a fault; returns when the equipment has noticed. change: of the blueprint, for spans that are not cut;
    folder: where Open vSwitch's socket is."""
    spans = affected_spans(layout.blueprint, fault)
    match fault.kind:
        case FaultKind.CUT:
            start = kernel.uptime()
            kernel.send(PLANT, _cut_media(layout, spans, seed))
        case FaultKind.MEND:
            _apply_blueprint(kernel, layout, change, spans, seed, slack)
            start = kernel.uptime()
        case FaultKind.DEGRADE:
            _apply_blueprint(kernel, layout, change, spans, seed, slack)
            return
        case _:
            assert_never(fault.kind)
    on = fault.kind.carrier is True
    if fault.node is not None:
        set_power(kernel, layout.blueprint, folder, fault.node, controller, on=on)
    protection = layout.blueprint.protection
    notice_time = start + (protection.detection + protection.switch) / NS_PER_S
    kernel.sleep(max(0.0, notice_time - kernel.uptime()))
    kernel.send(PLANT, _set_carriers(layout, spans, on=on))


def set_media(kernel: Kernel, layout: Layout, now: Blueprint, spans: Collection[str], seed: int, slack: Time, *,
              on: bool) -> None:
    """Let spans carry nothing, or again what `now` has of them; their ends keep the carriers that they see."""
    known = [span for span in layout.blueprint.spans if span.name in spans]
    if on:
        _apply_blueprint(kernel, layout, Change(now, now), known, seed, slack)
    else:
        kernel.send(PLANT, _cut_media(layout, known, seed))


def set_carriers(kernel: Kernel, layout: Layout, spans: Collection[str], *, on: bool) -> None:
    """Let the ends of spans that are switches see a carrier, or none."""
    kernel.send(PLANT, _set_carriers(layout, [span for span in layout.blueprint.spans if span.name in spans], on=on))


def set_power(kernel: Kernel, blueprint: Blueprint, folder: Path, node: str, controller: str, *, on: bool) -> None:
    """A switch without power has no controller and no rules; with power it connects to the controller."""
    switch = next(switch for switch in blueprint.switches if switch.name == node)
    operations = ovs.controller_operations(switch, controller if on else None)
    kernel.transact(folder / "db.sock", "Open_vSwitch", list(operations))
    for command in () if on else POWER_OFF_COMMANDS:
        kernel.run("ovs-ofctl", "-O", "OpenFlow13", command, switch.bridge)


def _apply_blueprint(
    kernel: Kernel, layout: Layout, change: Change, spans: Sequence[SpanPlan], seed: int, slack: Time
) -> None:
    """Configure spans and their schedulers as the blueprint has them."""
    names = {span.name for span in spans}
    before, now = ([span for span in blueprint.spans if span.name in names]
                   for blueprint in (change.before, change.now))
    packet_duplication.stop(kernel, layout, before)
    packet_duplication.start(kernel, layout, now, seed)
    changes = [request for span in spans
               for request in span_degradation.change_requests(layout, change, span.name, seed, slack)]
    for namespace, requests in groupby(sorted(changes, key=itemgetter(0)), key=itemgetter(0)):
        kernel.send(namespace, [request for _, request in requests])


def _cut_media(layout: Layout, spans: Iterable[SpanPlan], seed: int) -> Iterator[Request]:
    """Both media of each span, with 100 % loss."""
    for span in spans:
        for target, carrier in ((span.b, span.forward), (span.a, span.reverse)):
            yield netlink_requests.medium(layout, span, target, replace(carrier, impairments=DARK), seed, change=True)


def _set_carriers(layout: Layout, spans: Sequence[SpanPlan], *, on: bool) -> Iterator[Request]:
    for end in (end for span in spans for end in (span.a, span.b) if end.node not in layout.hosts):
        yield interface_requests.set_carrier(layout.plant[end.medium_device], end.medium_device, on)
