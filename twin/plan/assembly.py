"""Put the parts of a blueprint together: hosts with addresses, switches with ports and rules, spans, flows, faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from twin.core.units import Rate, Size
from twin.model import Network, Policy, Scheduling
from twin.plan.blueprint import Blueprint, FaultPlan, Host, Meter, Port, Rule, SpanPlan, Switch, ThreeColourMarker
from twin.plan.demand.call_admission import call_budgets
from twin.plan.demand.flows import flows
from twin.plan.demand.iptv_channels import channels
from twin.plan.emulated_lines import emulated_lines
from twin.plan.forwarding.address_plan import address_plan
from twin.plan.forwarding.addressing import GATEWAY_MAC, Prefix, mac
from twin.plan.forwarding.openflow_rules import Recognition, Treatment, switch_rules
from twin.plan.interface_names import short, uplink_name
from twin.plan.links.radio_cells import cells
from twin.plan.links.spans import spans
from twin.plan.qos.schedulers import class_order, service_classifiers
from twin.plan.qos.subscriber_queues import subscriber_queues
from twin.plan.qos.three_colour_markers import colour_aware_ports, coloured, colours, markers

POLICE_BURST = Size(4_000)
"""Bytes that a line may send at once in a policed class: some 18 packets of a G.711 call, 80 ms of its rate."""

Places = Mapping[str, tuple[str, str]]
"""Kind and site of each switch by its name."""


def assemble(network: Network, policy: Policy) -> Blueprint:
    """The blueprint of a network, not yet proved."""
    places = _places(network)
    numbers = address_plan(network)
    addresses = numbers.addresses
    told_apart = subscriber_queues(network, numbers)
    built_spans = spans(network, policy, service_classifiers(network, addresses), told_apart)
    ports = _ports(built_spans, places)
    hosts = _hosts(network, addresses, ports)
    at: dict[str, list[Host]] = {}
    for host in hosts:
        at.setdefault(host.switch, []).append(host)
    classes, services = _treatments(network), _recognitions(network, addresses)
    line_markers = {name: markers(network, policy, at.get(name, ())) for name in places}
    broadcast = channels(network)
    control = network.control
    messages = control.multicast.messages if broadcast else 0
    switches = tuple(
        _switch(name, number, places[name], numbers.prefixes.get(name, ()), ports[name],
                *switch_rules(policy, ports[name], at.get(name, ()), classes, services,
                              colour_aware_ports([c.dscp for c in classes], line_markers[name]), messages),
                line_markers[name])
        for number, name in enumerate(sorted(places), start=1)
    )
    faults = tuple(FaultPlan(
        at=fault.at, kind=fault.kind, span=fault.span or fault.line, node=fault.node, impairments=fault.impairments,
        rate=fault.rate or Rate(0), up=fault.up or Rate(0)) for fault in network.faults)
    blueprint = Blueprint(
        name=network.name, policy=policy, gateway_mac=GATEWAY_MAC, switches=switches, hosts=hosts,
        spans=built_spans, flows=flows(network, broadcast), faults=faults, protection=control.protection,
        classes=tuple(c.name for c in class_order(network)), call_control=control.call_control, iptv_channels=broadcast,
        multicast=control.multicast, cells=cells(network, policy, told_apart))
    admits = control.call_control.admission and policy.scheduler is not Scheduling.NONE
    return replace(blueprint, call_budgets=call_budgets(network, blueprint)) if admits else blueprint


def _places(network: Network) -> dict[str, tuple[str, str]]:
    switches = [(node.name, "switch", node.site) for node in network.switches]
    dslams = [(node.name, "dslam", node.site) for node in network.dslams]
    relays = [(node.name, "relay", node.site) for node in network.relays]
    return {name: (kind, site) for name, kind, site in (*switches, *dslams, *relays)}


def _ports(built: Sequence[SpanPlan], places: Places) -> dict[str, tuple[Port, ...]]:
    """The ports of each switch, numbered from 1 in order of their spans' names."""
    by_switch: dict[str, list[Port]] = {name: [] for name in places}
    for span in built:
        for here, there in ((span.a, span.b), (span.b, span.a)):
            if here.node in places:
                ports = by_switch[here.node]
                ports.append(Port(len(ports) + 1, here.device, span.name, there.node, there.node in places))
    return {name: tuple(ports) for name, ports in by_switch.items()}


def _hosts(
    network: Network, addresses: Mapping[str, str], ports: Mapping[str, tuple[Port, ...]]
) -> tuple[Host, ...]:
    number = {(switch, port.peer): port.number for switch, row in ports.items() for port in row}
    channels = {profile.name: profile.call_channels for profile in network.profiles}
    marks = {c.name: c.dscp for c in network.classes}
    remarks: dict[str, tuple[tuple[int, int], ...]] = {
        h.name: tuple((marks[r.service_class], r.dscp) for r in h.remarks) for h in network.head_ends}
    attached: list[tuple[str, str, str, str | None, int]] = [
        (h.name, h.uplink.to, uplink_name(h.name), None, 1) for h in network.head_ends
    ]
    attached += [(name, group.at, name, group.name, channels[group.profile]) for name, group in emulated_lines(network)]
    return tuple(
        Host(
            name=name, namespace=name, address=addresses[name], mac=mac(addresses[name]), switch=switch,
            port=number[switch, name], span=span, line_group=group, call_channels=calls, remarks=remarks.get(name, ()))
        for name, switch, span, group, calls in sorted(attached, key=itemgetter(0))
    )


def _treatments(network: Network) -> tuple[Treatment, ...]:
    several = coloured(network)
    return tuple(Treatment(c.dscp, c.police, POLICE_BURST if c.police else Size(0),
                           colours(c.dscp)[1:] if c.name in several else ()) for c in class_order(network))


def _recognitions(network: Network, addresses: Mapping[str, str]) -> tuple[Recognition, ...]:
    index = {c.name: k for k, c in enumerate(class_order(network))}
    return tuple(Recognition(addresses[s.head_end], s.transport, s.ports, index[s.service_class])
                 for s in network.services)


def _switch(
    name: str, number: int, place: tuple[str, str], prefixes: tuple[Prefix, ...], ports: tuple[Port, ...],
    rules: tuple[Rule, ...], meters: tuple[Meter, ...], line_markers: tuple[ThreeColourMarker, ...],
) -> Switch:
    kind, site = place
    return Switch(name=name, bridge=short(name), datapath=number, kind=kind, site=site,
                  prefixes=tuple(map(str, prefixes)), ports=ports, rules=rules, meters=meters, markers=line_markers)
