"""A schedule's run in a lab, and the flows in it of which theory knows what they may lose; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from traffic.sample_files import Packets
from twin.jobs.experiment.on_host import Side
from twin.jobs.search.labs.lab_record import LabRecord
from twin.jobs.search.labs.outages import Outages
from twin.jobs.search.labs.timetable import Timetable
from twin.model import Network
from twin.plan.blueprint import Blueprint, Flow, Host, LinkDirection, RtpCall, RtpStream, SpanPlan, UdpFlood
from twin.plan.forwarding.fast_failover import bridges, trunks
from twin.plan.forwarding.paths import graph_of, parts


@dataclass(frozen=True)
class LabRun:
    """A schedule's run in a lab."""

    network: Network
    blueprint: Blueprint
    timetable: Timetable
    record: LabRecord
    side: Side

    @cached_property
    def streams(self) -> tuple[tuple[Flow, Packets], ...]:
        """The flows that are asked for losses and delays, with what was recorded of them."""
        strict = {known.name for known in self.network.classes if known.strict}
        return tuple(
            (flow, packets) for flow in self.blueprint.flows
            if flow.service_class in strict and isinstance(flow.traffic, RtpCall | RtpStream | UdpFlood)
            and not (isinstance(flow.traffic, UdpFlood) and flow.traffic.random) and self.ways(flow)
            and isinstance(packets := self.side.samples.get(flow.name), Packets))

    def ways(self, flow: Flow) -> tuple[LinkDirection, ...]:
        """All ways over which packets of a flow may come to its sink, rerouted or not: both directions of the spans
        between the switches about it, and its ends. None where some of them may lose or delay packets by chance."""
        source, sink = (self._spans[self._hosts[host].span] for host in (flow.source, flow.sink))
        switches = self.switches[flow.source], self.switches[flow.sink]
        about = next(part for part in self._meshes if switches[0] in part)
        between = [span for span in self._trunks if {span.a.node, span.b.node} <= about]
        if switches[1] not in about or not all(map(_plain, (source, sink, *between))):
            return ()
        return (source.reverse, *(way for span in between for way in (span.forward, span.reverse)), sink.forward)

    @cached_property
    def _spans(self) -> Mapping[str, SpanPlan]:
        return {span.name: span for span in self.blueprint.spans}

    @cached_property
    def _hosts(self) -> Mapping[str, Host]:
        return {host.name: host for host in self.blueprint.hosts}

    @cached_property
    def _trunks(self) -> tuple[SpanPlan, ...]:
        return tuple(self._spans[name] for name in trunks(self.blueprint))

    @cached_property
    def _meshes(self) -> tuple[set[str], ...]:
        """The parts of the network between which there is but one span that may lose or delay by chance: what goes from
        a switch to another one of its part crosses no such span, whatever fails."""
        single = bridges(graph_of(self.blueprint, frozenset()))
        apart = frozenset(span.name for span in self._trunks if span.name in single and not _plain(span))
        return tuple(parts(graph_of(self.blueprint, apart)))

    @cached_property
    def switches(self) -> Mapping[str, str]:
        """The switch of each host."""
        return {host.name: host.switch for host in self.blueprint.hosts}

    @cached_property
    def outages(self) -> Outages:
        """When packets may be lost."""
        return Outages(self.blueprint, self.timetable, self.record.reroutes)


def _plain(span: SpanPlan) -> bool:
    return span.forward.plain and span.reverse.plain and span.cell is None and span.shared is None
