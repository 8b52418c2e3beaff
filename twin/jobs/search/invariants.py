"""What must hold of a simulated network: at every moment, once it has come to rest, and once all is healed.

    at every moment     no packet loops, none of a channel is duplicated, the controller reports no error; a single
                        failure is bridged as soon as it is noticed, where there is fast failover; no span is restored
                        before it has been up for the wait to restore
    at rest             whoever is connected is reached, in the queue of the class; each channel's tree ends at just the
                        lines that watch it; no reroute is left unfinished; the rules, groups and meters of every
                        switch are those of a fresh plan that avoids what is down
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from controllers import openflow_messages
from controllers.decisions import network_state
from controllers.decisions.network_state import Forwarding, NetworkState
from controllers.simulation.openflow_records import Message
from controllers.simulation.packet_match import TCP, UDP, Packet
from controllers.simulation.simulated_network import SimulatedNetwork
from controllers.simulation.simulated_switch import SimulatedSwitch
from twin.jobs.search.outcome import Violation
from twin.jobs.search.tracing import Place, flood
from twin.jobs.search.ways import AllWays
from twin.model import Healing, Querier, Scheduling
from twin.plan.blueprint import Blueprint, Elastic, Flow, Host, PacketStream, Rule
from twin.plan.forwarding.fast_failover import bridges
from twin.plan.forwarding.multicast_trees import Members, tree_rules
from twin.plan.forwarding.paths import graph_of, parts

CLIENT = 50_000
"""A port that the kernel may choose for a client."""
REMEMBERED = 1024
"""Switches as a fresh plan has them that are remembered."""


class Invariants:
    """The checks of one blueprint; what they need of the plan is computed once. forwarding: `forward_rules` of it."""

    def __init__(self, blueprint: Blueprint, forwarding: Forwarding | None = None) -> None:
        self._blueprint = blueprint
        self._forwarding = forwarding
        self._fresh = lru_cache(REMEMBERED)(self._programmed_once)
        self._by_name = {host.name: host for host in blueprint.hosts}
        first: dict[str, Host] = {}
        for host in blueprint.hosts:
            first.setdefault(host.switch, host)
        self._destinations = tuple(first.values())
        self._ways: AllWays | None = None
        self._parts: dict[tuple[frozenset[str], frozenset[str]], Mapping[str, int]] = {}

    @cached_property
    def _fresh_state(self) -> NetworkState:
        return network_state.initial_state(self._blueprint, self._forwarding)

    @cached_property
    def _probes(self) -> tuple[Flow, ...]:
        """One flow for each pair of hosts' switches and each class."""
        chosen: dict[tuple[str, str, str], Flow] = {}
        for flow in self._blueprint.flows:
            if isinstance(flow.traffic, PacketStream | Elastic) and flow.sink_port + flow.source_port:
                ends = self._by_name[flow.source].switch, self._by_name[flow.sink].switch
                chosen.setdefault((*ends, flow.service_class), flow)
        return tuple(chosen.values())

    def black_holes(self, network: SimulatedNetwork) -> tuple[frozenset[tuple[str, str]], list[Violation]]:
        """Pairs of switch and destination that are connected and not reached now; and what loops."""
        if self._ways is None or self._ways.network is not network:
            self._ways = AllWays(network, self._destinations)
        part, every = self._part_of(network), self._ways.look()
        lost = frozenset((start, ways.host.switch) for ways in every for start in ways.lost
                         if part[start] == part.get(ways.host.switch))
        return lost, [Violation("no loop", f"from {start} to {ways.host.switch}")
                      for ways in every for start in ways.looping]

    def _part_of(self, network: SimulatedNetwork) -> Mapping[str, int]:
        """Of each switch that has power, the part of the network in which it is."""
        key = network.dead_spans, network.off
        if key not in self._parts:
            connected = parts(graph_of(self._blueprint, network.dead_spans))
            self._parts[key] = {switch: number for number, part in enumerate(connected)
                                for switch in part - network.off}
        return self._parts[key]

    def duplicates(self, network: SimulatedNetwork) -> Iterator[Violation]:
        """Channels of which a span carries a packet twice, or a line gets it twice."""
        for channel in self._blueprint.iptv_channels:
            if flood(network, self._entry(channel.source, channel.group, channel.port))[1]:
                yield Violation("no duplicate", f"of {channel.name}")

    def bridged(self, network: SimulatedNetwork, holes: frozenset[tuple[str, str]]) -> Iterator[Violation]:
        """A single cut whose ends have noticed it, while all else is as planned: detours lead round it."""
        cut = network.dead_spans
        protected = self._blueprint.protection.healing is Healing.FAST_FAILOVER and len(cut) == 1
        as_planned = network.programmed and not network.rerouting and not network.state.avoided
        if protected and as_planned and network.noticed == network.half_noticed == cut:
            yield from (Violation("a single cut is bridged", f"{min(cut)}: from {start} to {destination}")
                        for start, destination in sorted(holes))

    def of_report(self, report: Mapping[str, object]) -> Iterator[Violation]:
        """An error."""
        if report["event"] == "error":
            yield Violation("the controller reports no error", str(report["reason"]))

    def of_restoration(self, network: SimulatedNetwork, span: str, up_for: int) -> Iterator[Violation]:
        """A span that is used again too soon, if there is another path. up_for: how long it had been up when its
        reroute began, ns; what has failed since then, while switches were slow to answer, comes with a reroute of its
        own."""
        if up_for < self._blueprint.protection.wait_to_restore and not self._isolates(span, network.state.avoided):
            yield Violation("a span waits to be restored", span)

    def _isolates(self, span: str, avoided: frozenset[str]) -> bool:
        """Whether a switch has no path to another without this span and those that are avoided."""
        return span in bridges(graph_of(self._blueprint, avoided - {span}))

    def at_rest(self, network: SimulatedNetwork, wanted: Members) -> Iterator[Violation]:
        """What does not hold once nothing happens any more; wanted: the lines at which the trees are to end."""
        if network.rerouting:
            yield Violation("no reroute is left unfinished", "")
        for start, destination in sorted(self.black_holes(network)[0]):
            yield Violation("who is connected is reached", f"from {start} to {destination}")
        yield from self._queues(network)
        yield from self._trees(network, wanted)
        yield from self._as_planned(network, wanted)

    def _queues(self, network: SimulatedNetwork) -> Iterator[Violation]:
        """Packets of every flow leave by the queue of their class, and by no other, wherever they get to."""
        if self._blueprint.policy.scheduler is Scheduling.NONE:
            return
        for flow in self._probes:
            source, sink = self._by_name[flow.source], self._by_name[flow.sink]
            queue = self._blueprint.classes.index(flow.service_class)
            protocol = UDP if isinstance(flow.traffic, PacketStream) else TCP
            packet = Packet(source.port, source.address, sink.address, protocol,
                            source_port=flow.source_port or CLIENT, destination_port=flow.sink_port or CLIENT)
            crossings, _ = flood(network, Place(source.switch, packet))
            used = {crossing.queue for crossing in crossings}
            if used - {queue}:
                yield Violation("each class in its queue", f"{flow.name} in {sorted(map(str, used))}, not {queue}")

    def _trees(self, network: SimulatedNetwork, members: Members) -> Iterator[Violation]:
        part = self._part_of(network)
        for channel in self._blueprint.iptv_channels:
            home = part.get(self._by_name[channel.source].switch)
            wanted = {line for line in members[channel.name] if home is not None and part.get(line[0]) == home}
            crossings, _ = flood(network, self._entry(channel.source, channel.group, channel.port))
            reached = {(crossing.switch, crossing.port) for crossing in crossings} & network.hosts.keys()
            if reached != wanted:
                yield Violation("trees are members", f"{channel.name}: not {sorted(wanted - reached)}, "
                                                     f"but {sorted(reached - wanted)}")

    def _entry(self, source: str, group: str, port: int) -> Place:
        host = self._by_name[source]
        return Place(host.switch, Packet(host.port, host.address, group, UDP, port, port))

    def _as_planned(self, network: SimulatedNetwork, members: Members) -> Iterator[Violation]:
        """Switches with power that are not as a fresh plan has them."""
        seen = frozenset(span for span in network.dead_spans if any(
            switch not in network.off for (switch, _), (name, _) in network.peers.items() if name == span))
        if not seen <= network.state.avoided <= network.dead_spans:
            yield Violation("what is down is avoided", f"{sorted(network.state.avoided)}, not {sorted(seen)}")
            return
        avoided = network.state.avoided if self._blueprint.protection.healing is not Healing.NONE else frozenset()
        trees = tree_rules(self._blueprint, members, avoided)
        for name in sorted(network.switches.keys() - network.off):
            switch, planned = network.switches[name], self._fresh(name, avoided, trees.get(name, ()))
            if (switch.tables, switch.groups, switch.meters) != (planned.tables, planned.groups, planned.meters):
                yield Violation("rules are as planned", name)

    def _programmed_once(self, name: str, avoided: frozenset[str], trees: tuple[Rule, ...]) -> SimulatedSwitch:
        """A switch that has been programmed once, while forwarding avoids some spans."""
        messages: list[Message] = []
        switch = SimulatedSwitch(0, {}, messages.extend)
        state = replace(self._fresh_state, forward=self._fresh_state.forwarding(avoided))
        rules, meters = network_state.switch_rules(state, name)
        for message in openflow_messages.program(switch, (*rules, *trees), meters, self._blueprint.gateway_mac):
            switch.carry_out(message)
        return switch


def watching_members(network: SimulatedNetwork) -> Members:
    """The lines that watch each channel; none where nobody queries, once memberships have expired."""
    queried = network.blueprint.multicast.querier is Querier.NETWORK
    return {channel.name: frozenset(line for line, host in network.hosts.items()
                                    if queried and channel.group in host.groups)
            for channel in network.blueprint.iptv_channels}


def heard_members(network: SimulatedNetwork) -> Members:
    """The lines of which the controller has heard last that they joined a channel, and not too long ago."""
    since = network.clock.now_ns - network.blueprint.multicast.membership_interval
    return {channel.name: frozenset(line for line in network.hosts
                                    if network.heard.get((line, channel.group), since) > since)
            for channel in network.blueprint.iptv_channels}
