"""The layout of a blueprint in the kernel: the namespace and the index of each interface; pure.

Switches live in the lab's own namespace, each host in one of its name, the media of all spans in one called `_plant`,
as no node can be. Indexes are chosen, not assigned: requests can then name interfaces that other requests of the
same batch create.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from twin.plan.blueprint import Blueprint, End, Host, SpanPlan
from twin.plan.qos.three_colour_markers import coloured_queues

PLANT = "_plant"
ROOT = ""
"""The lab's own namespace."""
HOST_INDEX = 2
FIRST_INDEX = 1001


@dataclass(frozen=True)
class Layout:
    """The interfaces of a blueprint by namespace and index."""

    blueprint: Blueprint

    @cached_property
    def hosts(self) -> dict[str, Host]:
        """Hosts by name."""
        return {host.name: host for host in self.blueprint.hosts}

    @cached_property
    def spans(self) -> dict[str, SpanPlan]:
        """Spans by name."""
        return {span.name: span for span in self.blueprint.spans}

    @cached_property
    def plant(self) -> dict[str, int]:
        """Index of each interface in the plant."""
        names: list[str] = []
        for span in self.blueprint.spans:
            names += [span.a.medium_device, span.b.medium_device]
            names += [span.shared.device, span.shared.peer_device] if span.shared else []
        for cell in self.blueprint.cells:
            names += [cell.device, cell.peer_device]
        return {name: FIRST_INDEX + position for position, name in enumerate(names)}

    @cached_property
    def ports(self) -> dict[str, int]:
        """Index of each switch port in the lab's own namespace."""
        return {end.device: FIRST_INDEX + position for position, end in enumerate(self.port_ends())}

    @cached_property
    def gated(self) -> frozenset[str]:
        """Interfaces of the plant behind ports whose queues have drop precedence."""
        return frozenset(gate.end.medium_device for gate in coloured_queues(self.blueprint))

    def port_ends(self) -> list[End]:
        """The ends of spans that are ports of switches, in the order of the spans."""
        return [end for span in self.blueprint.spans for end in (span.a, span.b) if end.node not in self.hosts]

    def namespace(self, end: End) -> str:
        """The namespace of the node at that end."""
        host = self.hosts.get(end.node)
        return host.namespace if host else ROOT

    def index(self, end: End) -> int:
        """The index of the node's interface at that end."""
        return HOST_INDEX if end.node in self.hosts else self.ports[end.device]

    def end_of(self, host: Host) -> End:
        """The end of a host's span at the host."""
        span = self.spans[host.span]
        return span.a if span.a.node == host.name else span.b
