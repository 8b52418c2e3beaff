"""Interruptions of IPTV channels: what viewers lost about a failure, and what they did not lose by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.judge.restoration.test_campaign import SPAN, concluded, seen
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_MS, Time
from twin.judge.restoration.channel_outages import ChannelOutage, interruptions, longest
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Flow, IptvViewing, carrying
from twin.report.terminal import campaign as words
from twin.report.terminal import failures

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
PERIOD = 5 * NS_PER_MS
BEGIN, SETTLED, END = 20 * PERIOD, 60 * PERIOD, 100 * PERIOD


@pytest.fixture(scope="module")
def viewer() -> Flow:
    """A viewer of Castres-Mazamet, with a packet every 5 ms."""
    flow, viewing = next(iter(carrying(IptvViewing, plan(load(TOPOLOGIES / "castres-mazamet.yaml")).flows)))
    return replace(flow, traffic=replace(viewing, interval=Time(PERIOD)))


def interrupted(viewer: Flow, lost: set[int], joined: int = 0) -> dict[str, int | None]:
    """What is found where these packets are lost, and the channel is changed at packet `joined`."""
    sent = tuple(number * PERIOD for number in range(120))
    received = tuple(LOST if number in lost else at for number, at in enumerate(sent))
    joins = tuple(0 if number < joined else joined * PERIOD for number in range(120))
    samples = {viewer.name: Viewed(joins, sent, received, (0,) * 120, 1316)}
    return interruptions([viewer], samples, BEGIN, SETTLED, END)


def test_the_longest_run_of_lost_packets_counts_with_their_interval(viewer: Flow) -> None:
    """Not the sum of all, and only what began about the failure."""
    assert interrupted(viewer, {25, *range(30, 50)}) == {viewer.name: 20 * PERIOD}
    assert interrupted(viewer, {3, 4, 70, 71}) == {}


def test_a_channel_that_stays_away_until_the_repair_was_never_restored(viewer: Flow) -> None:
    """Though it comes back afterwards."""
    assert interrupted(viewer, set(range(30, 105))) == {viewer.name: None}


def test_a_change_of_channel_is_no_interruption(viewer: Flow) -> None:
    """Nothing comes between the join and the first packet."""
    assert interrupted(viewer, set(range(40, 44)), joined=40) == {}


def test_never_is_longer_than_any_time_and_isolated_viewers_are_left_out() -> None:
    """All that is said of several viewers."""
    assert longest({"a": 5, "b": None, "c": 7}) == ChannelOutage(3, "b", None)
    assert longest({"a": 5, "b": None, "c": 7}, ["b"]) == ChannelOutage(2, "c", 7)
    assert longest({"b": None}, ["b"]) is None


@pytest.mark.parametrize(("time", "goal", "code"), [
    (90, None, 1), (90, 200, 0), (201, 200, 1), (None, 200, 1), (40, None, 0)])
def test_channels_have_a_goal_of_their_own(time: int | None, goal: int | None, code: int) -> None:
    """Without one, that of everything else."""
    network = load(TOPOLOGIES / "minimal.yaml")
    observed = replace(seen(SPAN, 15), interruptions={"homes-1.tv.down": None if time is None else time * NS_PER_MS})
    campaign = concluded(network, observed)
    campaign = replace(campaign, protection=replace(
        campaign.protection, multicast_goal=None if goal is None else Time(goal * NS_PER_MS)))
    assert campaign.exit_code == code
    if (time, goal) == (90, 200):
        assert words.headline(campaign) == (
            "Every failure with a redundant path is restored within 15 ms, IPTV channels within 90 ms; the goal is "
            "50 ms (IPTV channels: 200 ms).")
        (failure,) = (listed for listed in campaign.failures if listed.channels)
        assert failures.channels(failure) == (
            "IPTV channels restored in: 90 ms (1 viewer interrupted, longest homes-1.tv.down)")
