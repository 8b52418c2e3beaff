"""Bandwidth profiles of lines: three-colour markers at their ports, the DSCPs of colours, and drop precedence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twin.core.units import Rate, Size, show_rate
from twin.model import BandwidthProfile, Discipline, Name, Network, Policy, Profile, RedAction, Scheduling
from twin.plan.blueprint import Band, Blueprint, End, Host, LinkLayer, ThreeColourMarker
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop

DROP_PRECEDENCE = 2
"""Difference of DSCPs between drop precedences: AF21 is 18, AF22 20, AF23 22 (RFC 2597)."""


def coloured(network: Network) -> frozenset[str]:
    """The classes for which some line has a bandwidth profile: their packets have one of three DSCPs."""
    held = {name for profile in network.profiles for name in profile.bandwidth_profiles}
    return frozenset(sold.service_class for sold in network.bandwidth_profiles if sold.name in held)


def colours(dscp: int) -> tuple[int, int, int]:
    """The DSCPs of green, yellow and red in a class marked AFx1."""
    return dscp, dscp + DROP_PRECEDENCE, dscp + 2 * DROP_PRECEDENCE


def limits(whole: Size) -> tuple[int, int, int]:
    """Queue lengths up to which green, yellow and red packets are accepted, of a queue of `whole` bytes."""
    return whole, whole // 2, whole // 4


def marked(blueprint: Blueprint) -> dict[str, int]:
    """The classes with colours, and their DSCP of green."""
    return {marker.service_class: marker.dscp for switch in blueprint.switches for marker in switch.markers}


class ColouredQueue(NamedTuple):
    """A queue with drop precedence: its port, the port's layer, the band and the DSCP of green."""

    end: End
    layer: LinkLayer
    band: Band
    dscp: int


def coloured_queues(blueprint: Blueprint) -> Iterator[ColouredQueue]:
    """The queues with drop precedence: fifos at ports of switches, of classes with bandwidth profiles.

    Stations of radio cells treat all colours alike.
    """
    classes = marked(blueprint)
    hosts = {host.name for host in blueprint.hosts}
    for span in blueprint.spans:
        for end in (span.a, span.b):
            order = end.scheduler
            if order is not None and end.node not in hosts:
                yield from (ColouredQueue(end, order.layer, band, classes[band.service_class]) for band in order.bands
                            if band.service_class in classes and band.discipline is Discipline.FIFO)


def markers(network: Network, policy: Policy, hosts: Iterable[Host]) -> tuple[ThreeColourMarker, ...]:
    """The markers at the ports of a switch's lines, by port and class; none without QoS."""
    if policy.scheduler is Scheduling.NONE:
        return ()
    profiles = {profile.name: profile for profile in network.profiles}
    groups: dict[str, Profile] = {group.name: profiles[group.profile] for group in network.lines}
    bandwidth_profiles = {profile.name: profile for profile in network.bandwidth_profiles}
    marks: dict[Name, int] = {service_class.name: service_class.dscp for service_class in network.classes}
    built = [_marker(host.port, marks, bandwidth_profiles[name])
             for host in hosts if host.line_group is not None for name in groups[host.line_group].bandwidth_profiles]
    return tuple(sorted(built, key=lambda marker: (marker.port, marker.dscp)))


def colour_aware_ports(marks: Sequence[int], held: Iterable[ThreeColourMarker]) -> tuple[tuple[int, int], ...]:
    """The ports of colour-aware markers, each with the position of its class's mark among `marks`."""
    return tuple((marker.port, marks.index(marker.dscp)) for marker in held if marker.colour_aware)


def _marker(port: int, marks: Mapping[Name, int], profile: BandwidthProfile) -> ThreeColourMarker:
    second = profile.ebs if profile.pir is None else profile.pbs
    return ThreeColourMarker(
        port=port, service_class=profile.service_class, dscp=marks[profile.service_class], rate=profile.cir,
        burst=profile.cbs, second_rate=profile.pir or Rate(0), second_burst=second or Size(0),
        drops_red=profile.red is RedAction.DROP, colour_aware=profile.colour_aware)


def overcommitted(network: Network, blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]
                  ) -> Iterator[tuple[str, str, str]]:
    """Lines and spans that cannot carry the committed rates of their bandwidth profiles.

    It is calculated for full packets and for the lines that are emulated.
    """
    spans = {span.name: span for span in blueprint.spans}
    for (name, forward), committed in sorted(_committed(network, blueprint, paths).items()):
        order = spans[name].scheduler(forward)
        if order is None or order.kind is Scheduling.NONE:
            continue
        for rate, layer in spans[name].servers(forward):
            wanted = Rate(committed * layer.cost(layer.max_frame) // (layer.max_frame - HEADER))
            if wanted > rate:
                yield (f"spans.{name}", f"bandwidth profiles commit {show_rate(wanted)} of full packets there, on "
                       f"{show_rate(rate)}", "lower cir, sell fewer of them there, or give it more capacity")


def _committed(network: Network, blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]
               ) -> dict[tuple[str, bool], int]:
    """The sum of the committed rates of all lines whose flows cross a span in that direction in their class, IP bit/s.

    A line itself counts (in reverse, from its end) even if nothing is sent there.
    """
    bandwidth_profiles = {profile.name: profile for profile in network.bandwidth_profiles}
    profiles: dict[str, Profile] = {profile.name: profile for profile in network.profiles}
    sold: dict[str, tuple[Name, ...]] = {group.name: profiles[group.profile].bandwidth_profiles
                                         for group in network.lines}
    held: dict[tuple[str, str], Rate] = {
        (host.name, bandwidth_profiles[name].service_class): bandwidth_profiles[name].cir
        for host in blueprint.hosts for name in sold.get(host.line_group or "", ())}
    homes = {host.name: host.span for host in blueprint.hosts}
    crossing: dict[tuple[str, bool], dict[tuple[str, str], Rate]] = {}
    for (line, service_class), cir in held.items():
        crossing.setdefault((homes[line], False), {})[line, service_class] = cir
    for flow in blueprint.flows:
        sender = flow.source, flow.service_class
        if sender in held:
            for hop in paths[flow.name]:
                crossing.setdefault((hop.span, hop.forward), {})[sender] = held[sender]
    return {place: sum(rows.values()) for place, rows in crossing.items()}


