"""IPTV channels of the plan: multicast groups, ports and packet intervals, and checks that the channels fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address

from twin.core.units import Rate, show_rate
from twin.model import Healing, IptvChannel, LineGroup, Network, Profile
from twin.model.traffic_profiles import STREAM_PACKET, TS_PAYLOAD, interval
from twin.plan.blueprint import Blueprint, IptvChannelPlan, IptvViewing, SpanPlan, carrying
from twin.plan.blueprint.layers import HEADER
from twin.plan.demand.constant_rate_demand import Inelastic, offered_rate, required_rate
from twin.plan.demand.flows import PORTS, NoPorts
from twin.plan.forwarding.paths import Hop

ASSIGNED = IPv4Address("239.192.0.0")
"""Groups are assigned from the address after this one on (RFC 2365: organization-local scope)."""
"""IP bytes of a datagram with seven transport stream packets."""

Finding = tuple[str, str, str]
"""Path, reason, remedy."""


def channels(network: Network) -> tuple[IptvChannelPlan, ...]:
    """The channels as they are sent, sorted by name. Raises NoPorts where a service has too few ports for them."""
    services = {service.name: service for service in network.services}
    groups = _groups(network.iptv_channels)
    taken: dict[str, int] = {}
    planned = []
    for channel in sorted(network.iptv_channels, key=lambda channel: channel.name):
        if channel.service is None:
            continue
        service = services[channel.service]
        first, last = service.ports or PORTS
        number = taken.setdefault(service.name, 0)
        if first + number > last:
            raise NoPorts(service, sum(other.service == channel.service for other in network.iptv_channels))
        taken[service.name] += 1
        gap = interval(channel.rate, TS_PAYLOAD)
        planned.append(IptvChannelPlan(
            name=channel.name, service=service.name, service_class=service.service_class, source=service.head_end,
            group=groups[channel.name], port=first + number, rate=channel.rate, packet=STREAM_PACKET, interval=gap,
            access=-(-channel.access // gap)))
    return tuple(planned)


def _groups(written: Sequence[IptvChannel]) -> dict[str, str]:
    """The group of each channel by its name: the one written, or the next that is free."""
    groups: dict[str, str] = {channel.name: channel.group for channel in written if channel.group}
    free = (str(ASSIGNED + number) for number in range(1, 2 * len(written) + 1))
    taken = set(groups.values())
    left = (group for group in free if group not in taken)
    for channel in sorted(written, key=lambda channel: channel.name):
        if not channel.group:
            groups[channel.name] = next(left)
    return groups


def check_channels(network: Network, blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Iterator[Finding]:
    """What does not fit: a channel on a line that watches it, and the whole plan on a span that leads to who watches.

    Any channel may be watched at any time, so that a span has to carry all of its service's, each once; so have the
    other spans of a ring, when it is cut.
    """
    yield from _on_lines(network, blueprint)
    yield from _on_spans(network, blueprint, paths)


def largest_stream(span: SpanPlan, forward: bool = True) -> float:
    """The largest transport stream that a span carries one way, bit/s."""
    link = span.forward if forward else span.reverse
    return link.rate * TS_PAYLOAD / link.layer.cost(STREAM_PACKET + HEADER)


def load(channel: IptvChannelPlan, span: SpanPlan, forward: bool) -> float:
    """What a channel takes of a span one way, bit/s at its layer."""
    return offered_rate((span.forward if forward else span.reverse).layer, channel.packet, channel.interval)


def _on_lines(network: Network, blueprint: Blueprint) -> Iterator[Finding]:
    """Channels on lines that watch them, beside all else there that is sent at a constant rate."""
    spans = {span.name: span for span in blueprint.spans}
    lines = {host.line_group: host for host in reversed(blueprint.hosts) if host.line_group is not None}
    sent = {channel.name: channel for channel in blueprint.iptv_channels}
    profiles: Mapping[str, Profile] = {profile.name: profile for profile in network.profiles}
    for group in network.lines:
        for flow, viewing in carrying(IptvViewing, blueprint.flows):
            if flow.line_group != group.name or flow.line != lines[group.name].name:
                continue
            span = spans[lines[group.name].span]
            beside = sum(required_rate(span.forward.layer, other.traffic) for other in blueprint.flows
                         if other.line == flow.line and other is not flow and other.sink == flow.line
                         and isinstance(other.traffic, Inelastic | IptvViewing))
            for name in dict.fromkeys(viewing.channels):
                yield from _on_line(sent[name], span, beside, group, profiles[group.profile])


def _on_line(channel: IptvChannelPlan, span: SpanPlan, beside: float, group: LineGroup, profile: Profile
             ) -> Iterator[Finding]:
    needed, left = load(channel, span, True), span.forward.rate - beside
    if needed <= left:
        return
    most = int(largest_stream(span) * left / span.forward.rate) // 1000 * 1000
    others = f", {show_rate(Rate(round(beside)))} of it for what else it is sent" if beside else ""
    remedy = f"send at most {show_rate(Rate(most))}, or sell a faster line" if most > 0 else "sell a faster line"
    yield (f"lines.{group.name}.runs", f"channel {channel.name} of {show_rate(channel.rate)} takes "
           f"{show_rate(Rate(round(needed)))} of a line of profile {profile.name}, which carries "
           f"{show_rate(span.forward.rate)}{others}", remedy)


def _on_spans(network: Network, blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> Iterator[Finding]:
    spans = {span.name: span for span in blueprint.spans}
    between = {switch.name for switch in blueprint.switches}
    guarantees: dict[str, Rate | None] = {declared.name: declared.guarantee for declared in network.classes}
    watching = {(hop, flow.service_class): "" for flow, _ in carrying(IptvViewing, blueprint.flows)
                for hop in paths[flow.name]}
    for (hop, service_class), rerouted in sorted((_round_rings(network, watching) | watching).items()):
        span = spans[hop.span]
        if not {span.a.node, span.b.node} <= between:
            continue
        sent = [channel for channel in blueprint.iptv_channels if channel.service_class == service_class]
        needed = sum(load(channel, span, hop.forward) for channel in sent)
        capacity = (span.forward if hop.forward else span.reverse).rate
        available, what = capacity, f"{show_rate(capacity)} of the span"
        guarantee = guarantees[service_class]
        if guarantee is not None and guarantee < available:
            available, what = guarantee, f"{show_rate(guarantee)} guaranteed to class {service_class}"
        if needed > available:
            each = needed / len(sent)
            yield (f"spans.{span.name}", f"{len(sent)} channels, each sent once, take {show_rate(Rate(round(needed)))} "
                   f"there{rerouted}, more than the {what}",
                   f"send {int(available // each)} of them at most"
                   + (", or guarantee more" if available < capacity else ""))


def _round_rings(network: Network, watching: Iterable[tuple[Hop, str]]) -> dict[tuple[Hop, str], str]:
    """The other spans of the rings that channels cross, over which they come when those are cut, and when that is."""
    if network.control.protection.healing is Healing.NONE:
        return {}
    crossed = {(hop.span, service_class) for hop, service_class in watching}
    return {(Hop(span, True), service_class): f" when ring {ring.name} is cut elsewhere"
            for ring in network.rings for crossed_span, service_class in crossed if crossed_span in ring.spans
            for span in ring.spans if (span, service_class) not in crossed}
