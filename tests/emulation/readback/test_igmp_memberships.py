"""Memberships of lines as Linux prints them."""

from __future__ import annotations

import sys
from pathlib import Path

from twin.emulation.readback.igmp_memberships import joined_groups, members
from twin.model.yaml import load
from twin.plan import plan

TOWN = Path(__file__).parents[3] / "exercises" / "networks" / "town.yaml"


def printed(address: str) -> str:
    """A group as the kernel of this processor prints it."""
    return f"{int.from_bytes(bytes(map(int, address.split('.'))), sys.byteorder):08X}"


TEXT = f"""Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t{printed("224.0.0.1")}     1 0:00000000\t\t0
2\teth0      :     2      V2
\t\t\t\t{printed("239.1.0.1")}     1 0:00000000\t\t1
\t\t\t\t{printed("224.0.0.1")}     1 0:00000000\t\t0
3\teth01     :     1      V2
\t\t\t\t{printed("239.1.0.2")}     1 0:00000000\t\t1
"""


def test_the_groups_of_one_device_are_read() -> None:
    """Not those of another one, nor of one whose name begins the same way."""
    assert joined_groups(TEXT, "eth0") == {"239.1.0.1", "224.0.0.1"}
    assert joined_groups(TEXT, "eth01") == {"239.1.0.2"}
    assert joined_groups(TEXT, "eth9") == frozenset()


def test_members_are_the_ports_of_lines_that_joined() -> None:
    """A channel that nobody watches has none."""
    blueprint = plan(load(TOWN))
    (channel,) = blueprint.iptv_channels
    line = next(host for host in blueprint.hosts if host.name == "mazamet-tv-1")
    joined = {"mazamet-tv-1": frozenset({channel.group}), "aussillon-tv-1": frozenset({"224.0.0.1"})}
    assert members(blueprint, joined) == {channel.name: {(line.switch, line.port)}}
    assert members(blueprint, {}) == {channel.name: frozenset()}
