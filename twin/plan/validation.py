"""Checks of a blueprint before anything is started; each function returns the problems that it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twin.core.errors import Place, Problem
from twin.core.progress import counted
from twin.core.units import NS_PER_S, show_rate
from twin.model import Discipline, FaultKind, Network, Scheduling
from twin.plan.blueprint import (
    FULL_FRAME,
    Blueprint,
    ConstantRate,
    FixedSize,
    Flow,
    Scheduler,
    Server,
    SpanPlan,
    carrying,
)
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand import grade_of_service
from twin.plan.demand.constant_rate_demand import offered_rate, overloaded_lines
from twin.plan.demand.iptv_channels import check_channels
from twin.plan.failures.degradation import CannotDegrade, degraded
from twin.plan.forwarding.fast_failover import TooManyRules
from twin.plan.forwarding.loop_check import ForwardingTrace, single_failures
from twin.plan.forwarding.paths import Hop, flow_paths, graph_of, parts
from twin.plan.interface_names import INTERFACE_LIMIT, collisions
from twin.plan.qos.schedulers import class_order
from twin.plan.qos.three_colour_markers import overcommitted

MOST_QUEUED = 2**32 - 1
"""Bytes that a queue can hold: Linux counts them in 32 bits."""


def validate(network: Network, blueprint: Blueprint) -> tuple[Problem, ...]:
    """All problems of the blueprint: forwarding, detours, names, guarantees, strict load on spans and in radio cells,
    overloaded lines, calls. Where there would be too many rules, that alone: all else would take long, too."""
    try:
        trace = ForwardingTrace(blueprint)
    except TooManyRules as fault:
        return (Problem(place_of(network, "spans"), "spans", fault.reason, fault.remedy),)
    paths = flow_paths(blueprint)
    problems = [*_connected(blueprint), *_forwarding(blueprint, trace),
                *_names(blueprint), *_guarantees(network, blueprint), *_too_large(blueprint, paths),
                *_buffers(network, blueprint), *_countable(blueprint), *_strict_load(network, blueprint, paths),
                *_strict_air(network, blueprint, paths), *_curves(blueprint), *overloaded_lines(network, blueprint),
                *overcommitted(network, blueprint, paths), *grade_of_service.problems(network, blueprint),
                *check_channels(network, blueprint, paths), *_degradations(blueprint)]
    own_lines = {f"spans.{host.span}": f"lines.{host.line_group}" for host in blueprint.hosts if host.line_group}
    written = ((own_lines.get(path, path), reason, remedy) for path, reason, remedy in problems)
    return tuple(dict.fromkeys(Problem(place_of(network, path), path, reason, remedy)
                               for path, reason, remedy in written))


def place_of(network: Network, path: str) -> Place:
    """Where a path of keys stands in the file of a network, or the network's name where it was not read from one."""
    return network.source.place(path) if network.source else Place(network.name)


def _connected(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    graph = graph_of(blueprint, frozenset())
    if len(parts(graph)) > 1:
        yield ("spans", f"the network is not connected: {', '.join(sorted(graph)[:8])} cannot reach every other node",
               "add a span between the parts")


def _forwarding(blueprint: Blueprint, trace: ForwardingTrace) -> Iterator[tuple[str, str, str]]:
    """No packet loops, neither before a failure nor after one of a span or node, before the controller has acted."""
    bug = "this is a bug in the planner: report it"
    for switch, destination in trace.intact_loops():
        yield switch, f"packets to {destination} would loop", bug
    for broken in counted("prove forwarding", single_failures(blueprint)):
        for switch, destination in trace.loops(broken):
            yield switch, f"packets to {destination} would loop while {broken} is broken", bug


def _degradations(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """Spans and lines are degraded only to rates that they support."""
    for fault in blueprint.faults:
        if fault.kind is FaultKind.DEGRADE:
            try:
                degraded(blueprint, fault)
            except CannotDegrade as reason:
                yield "faults", str(reason), "write a lower rate, or loss alone"


def _names(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    switch_side = [s.bridge for s in blueprint.switches] + [p.device for s in blueprint.switches for p in s.ports]
    medium_side = [end.medium_device for s in blueprint.spans for end in (s.a, s.b)]
    medium_side += [name for s in blueprint.spans if s.shared for name in (s.shared.device, s.shared.peer_device)]
    medium_side += [name for cell in blueprint.cells for name in (cell.device, cell.peer_device)]
    for names in (switch_side, medium_side):
        for name in collisions(names):
            yield name, "two interfaces would have this name", "rename one of the nodes, spans or line groups"
        for name in names:
            if len(name) > INTERFACE_LIMIT:
                yield name, f"longer than {INTERFACE_LIMIT} characters", "this is a bug in the planner: report it"


def _guarantees(network: Network, blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    wanted = sum(c.guarantee or 0 for c in network.classes)
    nodes = {switch.name for switch in blueprint.switches}
    for span in blueprint.spans:
        if {span.a.node, span.b.node} <= nodes and span.forward.rate < wanted:
            yield (f"spans.{span.name}", f"its {show_rate(span.forward.rate)} cannot hold the classes' guarantees of "
                   f"{show_rate(wanted)} together", "give it more capacity or lower the guarantees")


def _too_large(blueprint: Blueprint, paths: Mapping[str, tuple[Hop, ...]]) -> Iterator[tuple[str, str, str]]:
    """Packets of constant-rate flows above the MTU of a span; TCP adapts its segments."""
    spans = {span.name: span for span in blueprint.spans}
    seen: set[tuple[str, str]] = set()
    for flow in blueprint.flows:
        for hop in paths[flow.name]:
            most = (spans[hop.span].forward if hop.forward else spans[hop.span].reverse).layer.max_frame - HEADER
            packet = flow.traffic.packet if isinstance(flow.traffic, FixedSize) else 0
            if packet > most and (flow.workload, flow.line_group) not in seen:
                seen.add((flow.workload, flow.line_group))
                yield (f"lines.{flow.line_group}", f"workload {flow.workload} sends packets of {packet} bytes; "
                       f"these lines take {most} at most", "use smaller packets, or run it on other lines")


def _countable(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """Queues longer than the kernel can count: without QoS a span has one, as long as all of its queues together."""
    for span in blueprint.spans:
        for end in (span.a, span.b):
            held = sum(band.limit for band in end.scheduler.bands) if end.scheduler is not None else 0
            if held > MOST_QUEUED:
                yield (f"spans.{span.name}", f"its queues at {end.node} would hold {held} bytes together; the kernel "
                       f"counts to {MOST_QUEUED}", "shorten the `queue` of the classes")


def _buffers(network: Network, blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """Buffers that are smaller than a packet of their class."""
    given = {c.name for c in network.classes if c.buffer is not None}
    largest: dict[str, int] = {}
    for flow in blueprint.flows:
        frame = flow.traffic.packet + HEADER if isinstance(flow.traffic, FixedSize) else FULL_FRAME
        largest[flow.service_class] = max(largest.get(flow.service_class, 0), frame)
    short: dict[str, tuple[int, int]] = {}
    for order in _schedulers(blueprint):
        for band in order.bands:
            if band.service_class in given & largest.keys() and band.discipline is Discipline.FIFO:
                needed = order.layer.cost(min(largest[band.service_class], order.layer.max_frame))
                if needed > max(band.limit, short.get(band.service_class, (0, 0))[0]):
                    short[band.service_class] = needed, band.limit
    for name, (needed, held) in sorted(short.items()):
        yield (f"classes.{name}.buffer", f"holds {held} bytes, and a packet of the class takes {needed} of a span",
               "write a multiple of that")


def _schedulers(blueprint: Blueprint) -> Iterator[Scheduler]:
    """The schedulers of all spans and of all stations of radio cells."""
    for span in blueprint.spans:
        yield from _of_span(span)
    yield from (station.scheduler for cell in blueprint.cells for station in cell.stations)


def _of_span(span: SpanPlan) -> Iterator[Scheduler]:
    """The schedulers of a span."""
    schedulers = (span.shared.scheduler if span.shared else None, span.a.scheduler, span.b.scheduler)
    yield from (scheduler for scheduler in schedulers if scheduler is not None)


def _strict_load(
    network: Network, blueprint: Blueprint, paths: Mapping[str, tuple[Hop, ...]]
) -> Iterator[tuple[str, str, str]]:
    """Spans that cannot carry the constant-rate flows of strict classes."""
    links = {span.name: span for span in blueprint.spans}
    load: dict[tuple[str, bool, Server], float] = {}
    for flow, sent in _strict_flows(network, blueprint):
        for hop in paths[flow.name]:
            span = links[hop.span]
            way = hop.forward or span.shared is not None
            for server in span.servers(way):
                load[hop.span, way, server] = load.get((hop.span, way, server), 0) + offered_rate(
                    server.layer, sent.packet, sent.interval)
    for (name, _, server), rate in sorted(load.items(), key=lambda item: item[0][:2]):
        if rate > server.rate:
            yield (f"spans.{name}", f"its strict classes would be offered {show_rate(rate)} on "
                   f"{show_rate(server.rate)}", "emulate fewer such flows there, or give it more capacity")


def _strict_flows(network: Network, blueprint: Blueprint) -> list[tuple[Flow, ConstantRate]]:
    """The constant-rate flows of strict classes."""
    strict = {c.name for c in class_order(network) if c.strict}
    return [(flow, sent) for flow, sent in carrying(ConstantRate, blueprint.flows) if flow.service_class in strict]


def _strict_air(
    network: Network, blueprint: Blueprint, paths: Mapping[str, tuple[Hop, ...]]
) -> Iterator[tuple[str, str, str]]:
    """Radio cells whose airtime does not suffice for the constant-rate flows of strict classes, even without backoff:
    small packets use up the airtime at a fraction of its rate."""
    flows = _strict_flows(network, blueprint)
    for cell in blueprint.cells:
        ways = {(way.span, way.forward): way for way in cell.hop_directions}
        needs = [sum(cell.exchange_without_backoff(ways[hop], sent.packet + HEADER) for hop in paths[flow.name]
                     if hop in ways)
                 / sent.interval for flow, sent in flows]
        if sum(needs) > 1:
            crowd = sum(need > 0 for need in needs)
            yield (f"radio-cells.{cell.name}", f"its strict classes would need {sum(needs):.3g} times the available "
                   f"airtime, for {crowd} flows; on average {int(crowd / sum(needs))} fit",
                   "emulate fewer such flows there, use larger packets, or give the hops cells of their own")


def _curves(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """Spans on which the service curves of a policy are not admissible: their sum must not exceed the span's rate.

    A curve is steepest at its beginning, so that the initial rates decide (Stoica, Zhang and Ng 1997).
    """
    for span in blueprint.spans:
        for order in (each for each in _of_span(span) if each.kind is Scheduling.HFSC):
            first = sum(max(b.guarantee, b.burst * 8 * NS_PER_S // b.delay if b.delay else 0) for b in order.bands)
            if first > order.rate:
                yield (f"spans.{span.name}", f"policy {blueprint.policy.name} asks for {show_rate(first)} while bursts "
                       f"are within their delays, of {show_rate(order.rate)}",
                       "give the burst a longer delay, or the classes smaller parts")
                break
