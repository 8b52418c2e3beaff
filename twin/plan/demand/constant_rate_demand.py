"""Constant-rate demand of a line: the rates of its services, and lines and classes that they overload: arithmetic.

Calls and IPTV channels do not adapt: where they exceed the rate of a line, or the policer of a class, packets are lost
with QoS or without. A video on demand uses TCP, which adapts, but below the rate of the video it rebuffers. Floods are
meant to overload, and other TCP adapts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twin.core.units import NS_PER_S, show_rate
from twin.model import Direction, Network, ServiceClass
from twin.plan.blueprint import (
    Blueprint,
    Flow,
    LinkLayer,
    PacketStream,
    ProgressiveDownload,
    RtpCall,
    RtpStream,
    Server,
    Traffic,
)
from twin.plan.blueprint.layers import FRAME, HEADER, TCP_OVERHEAD

Inelastic = RtpCall | RtpStream | ProgressiveDownload
"""Traffic that comes to nothing below its rate."""
MOST_NAMED = 6


def offered_rate(layer: LinkLayer, packet: int, interval: int) -> float:
    """bit/s at a layer of one IP packet of `packet` bytes each `interval` ns."""
    return layer.cost(packet + HEADER) * 8 * NS_PER_S / interval


def overloaded_lines(network: Network, blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """Path, reason and remedy for each line group whose services ask for more than its line or its classes carry."""
    first = {host.line_group: host for host in reversed(blueprint.hosts) if host.line_group is not None}
    spans = {span.name: span for span in blueprint.spans}
    policed = [c for c in network.classes if c.police is not None]
    demand: dict[tuple[str, Direction], list[Flow]] = {}
    for flow in blueprint.flows:
        if isinstance(flow.traffic, Inelastic) and flow.line == first[flow.line_group].name:
            demand.setdefault((flow.line_group, flow.direction), []).append(flow)
    profiles: dict[str, str] = {group.name: group.profile for group in network.lines}
    for (group, way), flows in sorted(demand.items()):
        span = spans[first[group].span]
        for server in span.servers(way is Direction.DOWN):
            yield from _of_line(group, way, profiles[group], server, flows)
        if way is Direction.UP:
            yield from _of_classes(group, flows, policed, first[group].call_channels)


def _of_line(group: str, way: Direction, profile: str, link: Server, flows: Sequence[Flow]
             ) -> Iterator[tuple[str, str, str]]:
    rates = {flow.workload: required_rate(link.layer, flow.traffic) for flow in flows}
    whole = sum(rates.values())
    if whole > link.rate:
        unit = " of ATM cells" if link.layer.atm else ""
        yield (f"lines.{group}.runs", f"its services ask for {show_rate(whole)}{unit} {way.value} ({_listed(rates)}), "
               f"and a line of profile {profile} carries {show_rate(link.rate)}", _remedy(rates, link))


def required_rate(layer: LinkLayer, traffic: Traffic) -> float:
    """bit/s at a layer that traffic asks for all the time: packets at their interval, a film at its rate; 0 of others.
    """
    match traffic:
        case ProgressiveDownload(rate=rate):
            return rate * layer.cost(layer.max_frame) / (layer.max_frame - HEADER - TCP_OVERHEAD)
        case PacketStream(packet, interval):
            return offered_rate(layer, packet, interval)
        case _:
            return 0.0


def _of_classes(group: str, flows: Sequence[Flow], policed: Sequence[ServiceClass], channels: int
                ) -> Iterator[tuple[str, str, str]]:
    for service_class in policed:
        rates = {flow.workload: required_rate(FRAME, flow.traffic) for flow in flows
                 if flow.service_class == service_class.name}
        allowed = (service_class.police or 0) * channels
        if service_class.police is not None and sum(rates.values()) > allowed:
            sent = show_rate(sum(rates.values()))
            yield (f"lines.{group}.runs", f"its services of class {service_class.name} send {sent} of Ethernet frames "
                   f"({_listed(rates)}), and the class is policed at {show_rate(allowed)} a line",
                   f"let classes.{service_class.name}.police be {sent} or more, or leave one out")


def _listed(rates: Mapping[str, float]) -> str:
    named = [f"{name} {show_rate(rate)}" for name, rate in sorted(rates.items(), key=lambda item: (-item[1], item[0]))]
    more = len(named) - MOST_NAMED
    return ", ".join([*named[:MOST_NAMED], f"{more} more"] if more > 0 else named)


def _remedy(rates: Mapping[str, float], link: Server) -> str:
    """The largest reduced to the capacity that the others leave, or a faster profile."""
    name, largest = max(rates.items(), key=lambda item: item[1])
    left = link.rate - (sum(rates.values()) - largest)
    smaller = f", or let {name} send at most {100 * left / largest:.0f} % of its rate" if left > 0 else ""
    return f"sell a faster profile, or leave one out{smaller}"
