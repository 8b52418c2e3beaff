"""A ring with two IPTV channels, for tests of group membership."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.blueprints import blueprint_of
from twin.core.units import Rate, Size, Time
from twin.model import Multicast, Querier
from twin.plan.blueprint import Blueprint, IptvChannelPlan

RING = [(0, 1, 1000), (1, 2, 1000), (2, 3, 1000), (3, 0, 1500)]
ONE, TWO = "239.192.0.1", "239.192.0.2"


def broadcast(fast_leave: bool = False, querier: Querier = Querier.NETWORK) -> Blueprint:
    """Four switches in a ring, with a head-end and a line at each; the first head-end sends channels one and two."""
    blueprint = blueprint_of(4, RING, hosts=range(4), lines=4)
    named = (("one", ONE, 5000), ("two", TWO, 5001))
    channels = tuple(
        IptvChannelPlan(name, "television", "best", source="host-0", group=group, port=port, rate=Rate(1_500_000),
                        packet=Size(1356), interval=Time(7_018_667), access=71) for name, group, port in named)
    return replace(blueprint, iptv_channels=channels, multicast=Multicast(querier, fast_leave))


def lines(blueprint: Blueprint) -> list[tuple[str, int]]:
    """The ports of the lines."""
    return [(host.switch, host.port) for host in blueprint.hosts if host.line_group is not None]
