"""Radio: a span has a capacity or the air of a cell, and its hop is within reach."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_gain, show_length, show_power, show_rate
from twin.model import Air, Medium, RadioCell, Span, Standard, Uplink
from twin.model.wifi import reach
from twin.model.wifi.ieee80211 import RATES
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, quoted

Found = Iterator[tuple[Path, str, str]]

ONLY = {"preamble": "802.11b stations about", "basic-rate": "802.11b stations", "mixed": "802.11g"}
"""Keys of a cell that mean something there only."""


def capacities(draft: ParsedNetwork) -> Found:
    """A span has a capacity, or shares the air of a radio cell."""
    for path, medium in _media(draft):
        if medium.air is None and medium.capacity is None:
            yield (*path, "capacity"), "is missing", "write for example capacity: 100 Mbit/s"
        if medium.air is not None and medium.capacity is not None:
            yield ((*path, "capacity"), "does not apply here: it follows from the radio cell", "leave it out")
        if medium.air is not None and medium.medium is not Medium.RADIO:
            yield (*path, "air"), f"does not apply to {medium.medium.value}", "write medium: radio"


def radio_cells(draft: ParsedNetwork) -> Found:
    """Nothing that is written of a cell means nothing."""
    for cell in draft.network.radio_cells:
        old, new = cell.standard is Standard.B, cell.standard is Standard.G
        idle = {"preamble": new and not cell.mixed, "basic-rate": new, "mixed": old}
        for key in (key for key, no in idle.items() if no and draft.wrote("radio-cells", cell.name, key)):
            yield (("radio-cells", cell.name, key), f"does not apply to this {cell.standard.value} cell",
                   f"leave it out; it belongs to {ONLY[key]}")


def hops(draft: ParsedNetwork) -> Found:
    """A hop's rate is one of its cell's, it is within reach, and its acknowledgements come in time."""
    cells = {cell.name: cell for cell in draft.network.radio_cells}
    for path, medium in _media(draft):
        if medium.air is not None and medium.air.cell in cells:
            yield from _hop((*path, "air"), medium, medium.air, cells[medium.air.cell])


def _hop(path: Path, medium: Span | Uplink, air: Air, cell: RadioCell) -> Found:
    if air.rate is not None and air.rate not in RATES[cell.standard]:
        yield ((*path, "rate"), f"{show_rate(air.rate)} is no rate of {cell.standard.value}",
               f"it has {listed([show_rate(rate) for rate in RATES[cell.standard]], 'and')}")
        return
    if cell.reach is not None and medium.length > cell.reach:
        yield (path, f"acknowledgements would arrive too late: the hop is {show_length(medium.length)} long, stations "
               f"of {quoted(cell.name)} wait only for {show_length(cell.reach)}", "set a longer reach in the cell")
    budget = reach(cell, air, medium.length)
    if budget.rate is None:
        slowest = air.rate or RATES[cell.standard][0]
        yield (path, f"is out of radio reach: over {show_length(medium.length)}, {show_power(budget.received)} arrive "
               f"({show_power(cell.eirp)} radiated, {show_gain(budget.path_loss)} lost on the way, "
               f"{show_gain(air.gain)} of antenna); {show_rate(slowest)} needs {show_power(budget.needed)} and "
               f"{show_gain(cell.margin)} of margin, and {show_gain(budget.margin)} are left",
               f"an antenna of {show_gain(budget.gain)} would do, or a hop of at most {show_length(budget.farthest)}")


def _media(draft: ParsedNetwork) -> Iterator[tuple[Path, Span | Uplink]]:
    """All spans and uplinks, and where they stand."""
    network = draft.network
    for span in network.spans:
        yield ("spans", span.name), span
    below = [("dslams", dslam.name, dslam.uplink) for dslam in network.dslams]
    below += [("relays", relay.name, relay.uplink) for relay in network.relays]
    below += [("head-ends", head_end.name, head_end.uplink) for head_end in network.head_ends]
    for section, node, uplink in below:
        yield (section, node, "uplink"), uplink
