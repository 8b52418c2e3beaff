"""A hop through a radio cell: on whose channel it is, how its antennas point, and at which rate it sends.

Cells are planned anew, with all that follows in them: airtimes, acknowledgements, guarantees of stations. What was
planned outside them, such as admission limits, stays. A change is refused where the signal that then arrives carries
no rate, or not the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Gain, Rate, show_gain, show_power, show_rate
from twin.model import Air, Name, Network, RadioCell
from twin.model.wifi import reach
from twin.model.wifi.ieee80211 import RATES
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint, RadioCellPlan, SpanPlan
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.links.radio_cells import AirHop, air_hops


@dataclass(frozen=True, slots=True)
class SetRadioCell:
    """A hop on the channel of another cell: it shares that cell's airtime from then on, and no longer its own's."""

    kind: ClassVar[ChangeKind] = ChangeKind.RADIO_CELL

    span: Name = yaml_key("The hop.", example="naves-relay-uplink")
    cell: Name = yaml_key("The cell on whose channel it is.", example="caucalieres")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where hop or cell is not there, or out of each other's reach."""
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
        """The blueprint after it. Raises UsageError where there is no such hop, or no rate holds any more."""
        def point(hop: AirHop, air: Air) -> Air:
            planned = replace(air, gain=Gain(hop.air.gain - self.misalignment), rate=hop.air.rate)
            return planned if _rate(network, hop, planned) else replace(planned, rate=None)

        return _replanned(network, blueprint, self.span, point)


@dataclass(frozen=True, slots=True)
class SetAirRate:
    """A hop whose stations send at a rate that was set by hand."""

    kind: ClassVar[ChangeKind] = ChangeKind.AIR_RATE

    span: Name = yaml_key("The hop.", example="naves-relay-uplink")
    rate: Rate = yaml_key("The rate on the air.", example="5.5 Mbit/s")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError where there is no such hop, its standard has no such rate, or what
        arrives over the hop as it stands is too weak for it."""
        def send(hop: AirHop, air: Air) -> Air:
            rates = _rates(network, air)
            if self.rate not in rates:
                raise UsageError(f'"{self.span}" cannot send at {show_rate(self.rate)}; its cell has '
                                 f"{', '.join(map(show_rate, rates))}")
            return replace(air, rate=self.rate)

        return _replanned(network, blueprint, self.span, send)


def _replanned(network: Network, blueprint: Blueprint, name: str, change: Callable[[AirHop, Air], Air]) -> Blueprint:
    """The blueprint with its cells and hops as planned once one of them has changed."""
    hops = {hop.span: hop for hop in air_hops(network)}
    if name not in hops:
        raise UsageError(f'"{name}" is no hop in a radio cell; known: {", ".join(sorted(hops)) or "none"}')
    airs = {**_present(network, blueprint)}
    airs[name] = change(hops[name], airs[name])
    _require_signal(network, hops[name], airs[name])
    other = assemble(_with_airs(network, airs), blueprint.policy)
    lost = {span: Gain(hop.air.gain - airs[span].gain) for span, hop in hops.items()}
    planned = {span.name: span for span in other.spans if span.cell is not None}
    spans = tuple(_impaired(planned[span.name], span) if span.name in planned else span for span in blueprint.spans)
    return replace(blueprint, spans=spans, cells=tuple(_misaligned(cell, lost) for cell in other.cells))


def _present(network: Network, blueprint: Blueprint) -> Mapping[str, Air]:
    """What each hop has now: its cell, the gain of its antennas as they point, and its rate where that is not the one
    that stations would use by themselves."""
    ways = {way.span: (Name(cell.name), way) for cell in blueprint.cells for way in cell.hop_directions}
    airs = {}
    for hop in air_hops(network):
        cell, way = ways[hop.span]
        air = replace(hop.air, cell=cell, gain=Gain(hop.air.gain - way.misalignment))
        airs[hop.span] = air if _rate(network, hop, air) == way.rate else replace(air, rate=way.rate)
    return airs


def _rate(network: Network, hop: AirHop, air: Air) -> Rate | None:
    """The rate of a hop with these radio properties; None where what arrives is too weak."""
    return reach(_cell(network, air), air, hop.medium.length).rate


def _rates(network: Network, air: Air) -> tuple[Rate, ...]:
    return RATES[_cell(network, air).standard]


def _cell(network: Network, air: Air) -> RadioCell:
    return next(cell for cell in network.radio_cells if cell.name == air.cell)


def _require_signal(network: Network, hop: AirHop, air: Air) -> None:
    """Raise UsageError where a hop would have no rate: its stations would receive nothing."""
    cell = _cell(network, air)
    budget = reach(cell, air, hop.medium.length)
    if budget.rate is None:
        slowest = air.rate or _rates(network, air)[0]
        raise UsageError(
            f'the signal of "{hop.span}" is too weak for {show_rate(slowest)}: {show_power(budget.received)} arrive, '
            f"and {show_power(budget.needed)} are needed with {show_gain(cell.margin)} of margin")


def _misaligned(cell: RadioCellPlan, lost: Mapping[str, Gain]) -> RadioCellPlan:
    """A cell with what is lost of the signal of its hops, by their spans."""
    return replace(cell, hop_directions=tuple(replace(way, misalignment=lost[way.span]) for way in cell.hop_directions))


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
