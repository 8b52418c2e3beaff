"""A campaign lasts long enough for its network to detect a failure, or is refused with the seconds that it needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.in_lab.places import NETWORKS
from twin.core.errors import UsageError
from twin.core.units import NS_PER_S, Time
from twin.jobs.campaign.lab_runs import CampaignOptions, check_seconds, lab_runs
from twin.model import FaultKind, Healing, Network, Protection
from twin.model.yaml import load
from twin.plan import plan

SLOW = Protection(detection=Time(50 * NS_PER_S), wait_to_restore=Time(NS_PER_S))
"""A spanning tree: 20 s until a hello is missed for too long, and twice 15 s of forward delay (IEEE 802.1D)."""


def ring(protection: Protection) -> Network:
    """A ring with that protection."""
    network = load(NETWORKS / "ring.yaml")
    return replace(network, control=replace(network.control, protection=protection))


def test_a_campaign_shorter_than_detection_is_refused() -> None:
    """2 s before the cut, 50.02 until the controller acts, 0.5 to settle; then repaired for 50.72 s."""
    with pytest.raises(UsageError, match=r"10 is too short for a network that takes 50\.02 s .* at least 103\.24"):
        check_seconds(plan(ring(SLOW)), CampaignOptions())
    check_seconds(plan(ring(SLOW)), CampaignOptions(seconds=103.25))
    check_seconds(plan(ring(replace(SLOW, healing=Healing.NONE))), CampaignOptions())
    check_seconds(plan(ring(Protection())), CampaignOptions(seconds=6))


def test_a_slow_network_is_repaired_long_before_the_end() -> None:
    """So that the controller still sees it, and traffic returns."""
    network = ring(SLOW)
    runs = [run for run in lab_runs(network, plan(network), CampaignOptions(seconds=110))
            if not run.name.startswith("tour")]
    mends = {fault.at for run in runs for fault in run.blueprint.faults if fault.kind is FaultKind.MEND}
    assert mends == {110 * NS_PER_S - 50_720_000_000}
