"""A hop through a radio cell: on whose channel it is, how its antennas point, and at which rate it sends.

Cells are planned anew, with all that follows in them: airtimes, acknowledgements, guarantees of stations. What was
planned outside them, such as admission limits, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Gain, Rate, show_rate
from twin.model import Air, Name, Network, RadioCell
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint, SpanPlan
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.links.radio_cells import AirHop, air_hops, hop_rate


@dataclass(frozen=True, slots=True)
class SetRadioCell:
    """A hop on the channel of another cell: it shares that cell's airtime from then on, and no longer its own's."""

    kind: ClassVar[ChangeKind] = ChangeKind.RADIO_CELL

    span: Name = yaml_key("The hop.", example="naves-relay-uplink")
    cell: Name = yaml_key("The cell on whose channel it is.", example="caucalieres")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where hop or cell is not there."""
        cells = [str(cell.name) for cell in network.radio_cells]
        if self.cell not in cells:
            raise UsageError(f'there is no radio cell "{self.cell}"; known: {", ".join(cells) or "none"}')
        return _replanned(network, blueprint, self.span, lambda hop, air: replace(air, cell=self.cell))


@dataclass(frozen=True, slots=True)
class SetAntenna:
    """Antennas that point past each other: the signal is weaker, and the stations send at the rate that still holds."""

    kind: ClassVar[ChangeKind] = ChangeKind.ANTENNA

    span: Name = yaml_key("The hop.", example="naves-relay-uplink")
    misalignment: Gain = yaml_key("How much of the planned signal is lost; 0 dB: they are aligned.", least=0, most=6000,
                                  example="9 dB")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where there is no such hop."""
        return _replanned(network, blueprint, self.span, lambda hop, air: replace(
            air, gain=Gain(hop.air.gain - self.misalignment), rate=hop.air.rate))


@dataclass(frozen=True, slots=True)
class SetAirRate:
    """A hop whose stations send at a rate that was set by hand."""

    kind: ClassVar[ChangeKind] = ChangeKind.AIR_RATE

    span: Name = yaml_key("The hop.", example="naves-relay-uplink")
    rate: Rate = yaml_key("The rate on the air.", example="5.5 Mbit/s")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where there is no such hop, or its standard has no such rate."""
        changed = _replanned(network, blueprint, self.span, lambda hop, air: replace(air, rate=self.rate))
        if _rates(changed)[self.span] != self.rate:
            known = {rate for cell in changed.cells for rate in (step.rate for step in cell.rates)}
            raise UsageError(f'"{self.span}" cannot send at {show_rate(self.rate)}; known, if the signal allows: '
                             f"{', '.join(map(show_rate, sorted(known)))}")
        return changed


def _replanned(network: Network, blueprint: Blueprint, name: str, change: Callable[[AirHop, Air], Air]) -> Blueprint:
    """The blueprint with its cells and hops as planned once one of them has changed."""
    hops = {hop.span: hop for hop in air_hops(network)}
    if name not in hops:
        raise UsageError(f'"{name}" is no hop in a radio cell; known: {", ".join(sorted(hops)) or "none"}')
    airs = {**_present(network, blueprint)}
    airs[name] = change(hops[name], airs[name])
    other = assemble(_with_airs(network, airs), blueprint.policy)
    planned = {span.name: span for span in other.spans if span.cell is not None}
    spans = tuple(_impaired(planned[span.name], span) if span.name in planned else span for span in blueprint.spans)
    return replace(blueprint, spans=spans, cells=other.cells)


def _present(network: Network, blueprint: Blueprint) -> Mapping[str, Air]:
    """What each hop has now: its cell, and its rate where that is not what was planned."""
    cells = {span.name: span.cell for span in blueprint.spans if span.cell is not None}
    rates, known = _rates(blueprint), {cell.name: cell for cell in network.radio_cells}
    return {hop.span: replace(hop.air, cell=Name(cells[hop.span]), rate=_changed_rate(known, hop, rates[hop.span]))
            for hop in air_hops(network)}


def _changed_rate(cells: Mapping[Name, RadioCell], hop: AirHop, rate: Rate) -> Rate | None:
    return hop.air.rate if rate == hop_rate(cells[hop.air.cell], hop) else rate


def _rates(blueprint: Blueprint) -> Mapping[str, Rate]:
    return {way.span: way.rate for cell in blueprint.cells for way in cell.hop_directions}


def _with_airs(network: Network, airs: Mapping[str, Air]) -> Network:
    """The network with other radio properties of its hops."""
    spans = tuple(replace(span, air=airs.get(span.name)) for span in network.spans)
    by_node = {hop.b: airs[hop.span] for hop in air_hops(network) if hop.span not in {span.name for span in spans}}
    dslams = tuple(replace(node, uplink=replace(node.uplink, air=by_node.get(node.name))) for node in network.dslams)
    relays = tuple(replace(node, uplink=replace(node.uplink, air=by_node.get(node.name))) for node in network.relays)
    return replace(network, spans=spans, dslams=dslams, relays=relays)


def _impaired(planned: SpanPlan, present: SpanPlan) -> SpanPlan:
    """A hop as planned, with the impairments that it has."""
    return replace(planned, forward=replace(planned.forward, impairments=present.forward.impairments),
                   reverse=replace(planned.reverse, impairments=present.reverse.impairments))
