"""Resources as links with names: what each is, which way it goes, and at which rate."""

from __future__ import annotations

from twin.core.units import Rate
from twin.model import Medium, Network
from twin.plan.blueprint import Blueprint
from twin.plan.demand.shared_capacities import Resource
from twin.plan.interface_names import air_name, uplink_name
from twin.territory.sizing.network.rows import Row
from twin.territory.sizing.results import BOTH_WAYS, Link, LinkKind


class Links:
    """Names what rows are of."""

    def __init__(self, network: Network, blueprint: Blueprint) -> None:
        self._spans = {span.name: span for span in blueprint.spans}
        self._hops = {air_name(cell.name): sorted({way.span for way in cell.hop_directions})
                      for cell in blueprint.cells}
        self._dslams = {uplink_name(node.name) for node in network.dslams}
        self._head_ends = {uplink_name(node.name) for node in network.head_ends}

    def of(self, row: Row) -> Link:
        """The link of a row."""
        name, towards = self._named(row.resource)
        return Link(name, self.kind(name), towards, self._rate(row.resource[0]), float(f"{row.capacity:.6g}"))

    def kind(self, name: str) -> LinkKind:
        """What a span or cell is, by name."""
        if name in self._hops or self._spans[name].kind == Medium.RADIO:
            return LinkKind.RADIO
        if name in self._head_ends:
            return LinkKind.HEAD_END
        return LinkKind.DSLAM if name in self._dslams else LinkKind.TRUNK

    def medium(self, name: str) -> Medium:
        """What it is made of."""
        return Medium.RADIO if self.kind(name) is LinkKind.RADIO else Medium.FIBRE

    def _named(self, resource: Resource) -> tuple[str, str]:
        name, forward = resource
        if forward is None:
            return name, BOTH_WAYS
        span = self._spans[name]
        return name, span.b.node if forward else span.a.node

    def _rate(self, name: str) -> Rate:
        hops = self._hops.get(name, [name])
        return self._spans[hops[0]].forward.rate if len(hops) == 1 else Rate(0)
