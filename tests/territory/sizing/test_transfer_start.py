"""How transfers begin: round trips, slow start, and the sizes that stand for a distribution."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.territory.sizing.networks import DEMAND, demanding
from twin.core.units import Size
from twin.model import Direction, Network, TransferUse
from twin.plan import plan
from twin.territory.sizing.population.groups import GroupUse, group_uses, groups
from twin.territory.sizing.transfer_start import TransferStarts, sizes

FAR = 0.3
"""s each way, beside which all else is small."""


def web(network: Network) -> tuple[GroupUse, TransferUse]:
    """What households in town fetch."""
    stage = network.demand.stages[0]
    (member,) = (member for member in group_uses(network, stage, groups(network, stage))
                if member.use.name == "web" and member.group.site == "town")
    assert isinstance(member.use.settings, TransferUse)
    return member, member.use.settings


def begun(size: str) -> float:
    """s, of files that are all about as large on a line far away."""
    text = DEMAND.replace("size: 100 kB, throughput", f"size: {size}, shape: 100, throughput")
    network = demanding("1 Gbit/s", text, down="100 Mbit/s", delay="300 ms")
    member, use = web(network)
    return TransferStarts(network, plan(network), [member]).of(member, use)


@pytest.mark.parametrize(("size", "trips"), [("10 kB", 2), ("30 kB", 3), ("60 kB", 4), ("130 kB", 5)])
def test_each_doubling_of_the_window_is_a_round_trip_more(size: str, trips: int) -> None:
    """Handshake and request are two; ten, twenty, forty segments (RFC 6928)."""
    assert begun(size) == pytest.approx(trips * 2 * FAR, rel=0.06)


@given(st.integers(1_000, 10_000_000), st.floats(1.05, 50))
def test_sizes_stand_for_a_distribution(mean: int, shape: float) -> None:
    """Ascending, none below its least; their mean is below that of the tail that they leave out."""
    drawn_sizes = sizes(Size(mean), shape)
    assert list(drawn_sizes) == sorted(drawn_sizes) and drawn_sizes[0] >= int(mean * (shape - 1) / shape)
    assert sum(drawn_sizes) / len(drawn_sizes) <= mean * 1.01


def test_ways_up_are_seen_from_the_sender() -> None:
    """Mails go up a line of 128 kbit/s: no other figures than the way down has, seen from the other end."""
    network = demanding("1 Gbit/s")
    stage = network.demand.stages[0]
    members = group_uses(network, stage, groups(network, stage))
    mail = next(member for member in members if member.use.name == "mail")
    assert isinstance(mail.use.settings, TransferUse) and mail.use.settings.direction is Direction.UP
    assert 0.005 < TransferStarts(network, plan(network), members).of(mail, mail.use.settings) < 0.05
