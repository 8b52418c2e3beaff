"""Builds networks of radio cells, relays and lines for the oracles on radio; pure but for the file it begins with."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.support import lab
from twin.core.units import Rate
from twin.model import Air, Network, RadioCell, Relay, Uplink
from twin.model.yaml import load
from twin.model.yaml_field_metadata import Name


def _base() -> Network:
    return load(lab.NETWORKS / "radio.yaml")


class RadioBuilder:
    """Adds cells, relays and line groups to the network of radio.yaml."""

    def __init__(self) -> None:
        self.network = replace(_base(), radio_cells=(), relays=(), lines=())

    def hop(self, name: str, cell: RadioCell, rate: Rate, to: str = "exchange") -> None:
        """A relay fed through a cell."""
        net = self.network
        cells = net.radio_cells if cell in net.radio_cells else (*net.radio_cells, cell)
        uplink = Uplink(Name(to), medium=_base().relays[0].uplink.medium, air=Air(cell.name, rate=rate))
        relays = (*net.relays, Relay(Name(name), Name("village"), uplink))
        self.network = replace(net, radio_cells=cells, relays=relays)

    def lines(self, at: str, *runs: str, emulated: int = 1) -> None:
        """Lines at a relay, in a group of its name."""
        group = replace(_base().lines[0], name=Name(f"{at}-of"), at=Name(at), emulated=emulated,
                        runs=tuple(Name(name) for name in runs))
        self.network = replace(self.network, lines=(*self.network.lines, group))
