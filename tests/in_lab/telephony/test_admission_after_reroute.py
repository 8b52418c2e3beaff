"""A cut reroutes calls to a path that holds five: admission follows, and calls stay good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import LOST, Calls, Packets
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.forwarding.reroute_times import reroutes

TURNED = NETWORKS / "turned.yaml"
SECONDS, HELD = 32.0, 5
PLAYOUT = 40 * NS_PER_MS
SETTLED, MENDED = 12 * NS_PER_S, 24 * NS_PER_S
"""When those who talked before the cut at 8 s have hung up, and when the span is whole again."""


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    """With admission, and with everybody let in."""
    network = load(TURNED)
    control = replace(network.control, call_control=replace(network.control.call_control, admission=False))
    admitted, crowded = lab.side_by_side([plan(network), plan(replace(network, control=control))], SECONDS)
    return admitted, crowded


def most_at_once(side: Side, begin: int, end: int) -> int:
    """The most calls that held room at a moment of this stretch, looked at every 10 ms."""
    calls = side.samples["office-1.dial"]
    assert isinstance(calls, Calls)
    held = [(dialled, ended if ended != LOST else end) for dialled, ended, status
            in zip(calls.dialled, calls.ended, calls.status, strict=True) if status == 200]
    return max(sum(dialled <= at < ended for dialled, ended in held) for at in range(begin, end, 10 * NS_PER_MS))


def useless(side: Side, begin: int, end: int) -> float:
    """The part of the speech to the office that was sent in this stretch and came after 40 ms, or never."""
    speech = side.samples["office-1.dial.down"]
    assert isinstance(speech, Packets)
    came = [at != LOST and at - left <= PLAYOUT for left, at in zip(speech.sent, speech.received, strict=True)
            if begin <= left < end]
    return 1 - sum(came) / len(came)


def test_admission_follows_the_ways_in_use(sides: tuple[Side, Side]) -> None:
    """More than five before the cut and after the return; five on the way round, and all of them understood."""
    admitted, _ = sides
    assert most_at_once(admitted, 0, 8 * NS_PER_S) > 2 * HELD < most_at_once(admitted, 26 * NS_PER_S, 31 * NS_PER_S)
    assert most_at_once(admitted, SETTLED, MENDED) == HELD and useless(admitted, SETTLED, MENDED) == 0


def test_without_admission_nobody_is_understood(sides: tuple[Side, Side]) -> None:
    """More than a quarter of the speech comes too late to be played on the way round."""
    _, everybody = sides
    assert most_at_once(everybody, SETTLED, MENDED) > 2 * HELD and useless(everybody, SETTLED, MENDED) > 0.25


def test_forwarding_turns_when_the_plan_says(sides: tuple[Side, Side]) -> None:
    """It begins to, and has turned when every round has had its stated time; 10 ms more, in which switches are told."""
    admitted, _ = sides
    blueprint = plan(load(TURNED))
    measured, planned = admitted.closing.reroutes, reroutes(blueprint)
    assert len(measured) == len(planned) == 2
    for reroute, planned_reroute in zip(measured, planned, strict=True):
        assert reroute.moved is not None
        assert reroute.rounds > 0
        assert 0 <= reroute.moved - planned_reroute.at - reroute.rounds * blueprint.protection.round < 10 * NS_PER_MS
