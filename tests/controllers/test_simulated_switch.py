"""What a simulated switch forgets of its lookups: what a message or a carrier may change, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from controllers.simulation import openflow_records as records
from controllers.simulation.simulated_switch import OFP, SimulatedSwitch

GROUPED, PLAIN = "10.0.0.1", "10.0.0.2"
"""Destinations: of a rule that uses group 1, and of one that uses none."""
WATCHED = 3
"""The port that the group watches."""


@pytest.fixture
def switch() -> SimulatedSwitch:
    """A switch with both rules."""
    switch = SimulatedSwitch(1, {WATCHED: True, 4: True}, lambda _: None)
    switch.carry_out(group(OFP.OFPGC_ADD))
    for destination, action in ((GROUPED, records.OFPActionGroup(1)), (PLAIN, records.OFPActionOutput(4))):
        switch.carry_out(records.OFPFlowMod(
            switch, table_id=0, command=OFP.OFPFC_ADD, match=records.OFPMatch(eth_type=0x0800, ipv4_dst=destination),
            instructions=[records.OFPInstructionActions(OFP.OFPIT_APPLY_ACTIONS, [action])], priority=100))
    return switch


def group(command: int, number: int = 1) -> records.OFPGroupMod:
    """A message about a group that leaves by the port while it has a carrier."""
    bucket = records.OFPBucket(WATCHED, OFP.OFPG_ANY, [records.OFPActionOutput(WATCHED)])
    return records.OFPGroupMod(None, command, OFP.OFPGT_FF, number, [bucket])


@pytest.mark.parametrize(("change", "forgotten"), [
    (lambda switch: switch.set_carrier(WATCHED, False), {GROUPED}),
    (lambda switch: switch.set_carrier(4, False), set()),
    (lambda switch: switch.carry_out(group(OFP.OFPGC_MODIFY)), {GROUPED}),
    (lambda switch: switch.carry_out(group(OFP.OFPGC_ADD, 2)), set()),
    (lambda switch: switch.carry_out(group(OFP.OFPGC_DELETE)), {GROUPED}),
    (lambda switch: switch.clear(), {GROUPED, PLAIN}),
])
def test_what_may_change_is_forgotten(switch: SimulatedSwitch, change: Callable[[SimulatedSwitch], None],
                                      forgotten: set[str]) -> None:
    """A group changes the packets of the rules that use it."""
    before = {destination: switch.memo.of(destination) for destination in (GROUPED, PLAIN)}
    change(switch)
    assert {destination for destination, known in before.items() if switch.memo.of(destination) is not known
            } == forgotten


def test_rules_go_with_their_group(switch: SimulatedSwitch) -> None:
    """OpenFlow 1.3, 6.5."""
    switch.carry_out(group(OFP.OFPGC_DELETE))
    assert [dict(match)["ipv4_dst"] for _, match in switch.tables[0].rules] == [PLAIN]
