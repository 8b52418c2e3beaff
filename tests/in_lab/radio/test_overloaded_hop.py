"""An overloaded radio hop: one medium for both directions, voice first, no mark trusted; with QoS and without."""

from dataclasses import dataclass
from statistics import fmean

import pytest

from benchmarks.support import lab
from tests.in_lab.places import NETWORKS
from traffic.sample_files import Packets
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.calibration import probes
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.span_load import span_loads
from twin.model import Policy
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.blueprint.layers import HEADER

SECONDS = 10
CAPACITY, POLICE, BURST = 2_000_000, 100_000, 4_000
CALLS = ("caller-1.call.down", "caller-1.call.up")
HOP = "mast-uplink"
FULL, VOICE = 1514, 214
"""Bytes of the frames of floods and calls."""
LINE = 10_000_000
PROPAGATION = 3 * 3_336
QUEUES = 0.35
"""Seconds that all queues of the hop last, when full."""
NEAR = 30_000
"""ns: serialization at 1 Gbit/s twice at most, and the grain of the clock."""


@dataclass(frozen=True)
class Both:
    """Blueprints and what was measured, with QoS and without."""

    blueprints: tuple[Blueprint, Blueprint]
    qos: Side
    baseline: Side


@pytest.fixture(scope="module")
def both() -> Both:
    """The network measured twice, side by side."""
    network = load(NETWORKS / "radio.yaml")
    with_qos, without = plan(network), plan(network, Policy.NONE)
    qos, baseline = lab.side_by_side([with_qos, without], SECONDS)
    return Both((with_qos, without), qos, baseline)


def lost(samples: Packets) -> float:
    """The part of the packets that was lost."""
    return 1 - len(samples.delays) / len(samples.sent)


def arrived(side: Side, begin: int, end: int) -> int:
    """Bits of all frames that came to their ends in a stretch of time."""
    arrivals = (lab.packets(side, name) for name in side.samples)
    return sum((packets.size + HEADER) * 8 for packets in arrivals for at in packets.received if begin <= at < end)


@pytest.mark.parametrize("policy", ["qos", "baseline"])
def test_a_radio_hop_carries_its_capacity_in_both_directions_together(both: Both, policy: str) -> None:
    """In no second more than that, but for one packet, and not less where more is offered."""
    side: Side = getattr(both, policy)
    seconds = [arrived(side, k * NS_PER_S, (k + 1) * NS_PER_S) for k in range(1, SECONDS)]
    assert max(seconds) <= CAPACITY + FULL * 8
    assert min(seconds) >= CAPACITY - 2 * FULL * 8


def test_the_counters_of_the_hop_tell_the_same(both: Both) -> None:
    """Its queues let its capacity through, for as long as packets came and what had queued up then lasted."""
    rows = span_loads(both.blueprints[0], both.qos.before, both.qos.after, SECONDS)
    (load_,) = (row for row in rows if row.span == HOP)
    bits = sum(load_.by_class.values()) * SECONDS
    assert CAPACITY * (SECONDS - 0.1) <= bits <= CAPACITY * (SECONDS + QUEUES)


@pytest.mark.parametrize("flow", CALLS)
def test_voice_waits_for_one_packet_at_most_both_ways(both: Both, flow: str) -> None:
    """Strict priority: the packet in service, and the other voice packets of that moment; nothing is lost."""
    call = lab.packets(both.qos, flow)
    empty = (VOICE * 8 * NS_PER_S // CAPACITY) + PROPAGATION + (VOICE * 8 * NS_PER_S // LINE)
    ahead = FULL + VOICE + 200
    wait = ahead * 8 * NS_PER_S // CAPACITY + FULL * 8 * NS_PER_S // LINE
    assert lost(call) == 0
    assert empty <= min(call.delays) <= empty + wait
    assert max(call.delays) <= empty + wait + NEAR


@pytest.mark.parametrize("flow", CALLS)
def test_without_qos_the_same_call_is_ruined(both: Both, flow: str) -> None:
    """It shares one queue with the floods: it loses packets, and the others wait for the whole queue.

    Small packets find room where large ones do not, so that a call loses less than a flood.
    """
    call = lab.packets(both.baseline, flow)
    assert lost(call) > 0.01
    assert fmean(call.delays) > 200 * NS_PER_MS


def test_a_line_that_talks_too_much_loses_what_is_too_much(both: Both) -> None:
    """Policed: its rate and, once, its burst come through; 215 kbit/s of frames are offered."""
    talk = lab.packets(both.qos, "talker-1.talk")
    size = talk.size + HEADER
    carried = len(talk.delays) * size * 8
    assert carried == pytest.approx(POLICE * SECONDS + BURST * 8, rel=0.005)
    assert lost(lab.packets(both.baseline, "talker-1.talk")) != pytest.approx(lost(talk), abs=0.05)


def test_a_forged_mark_does_not_get_the_queue_of_voice(both: Both) -> None:
    """A flood that calls itself voice waits and loses as data does, and loses as much as the honest flood."""
    forged, honest = lab.packets(both.qos, "forger-1.forge"), lab.packets(both.qos, "reader-1.fetch")
    assert fmean(forged.delays) > 200 * NS_PER_MS
    assert lost(forged) > 0.3
    assert fmean(forged.delays) == pytest.approx(fmean(honest.delays), rel=0.05)


def test_the_empty_network_is_as_theory_says(both: Both) -> None:
    """The probes of both sides agree with serialization and propagation."""
    for side in (both.qos, both.baseline):
        rows = probes(side.instruments.probes, side.calibration)
        assert rows
        assert [probe for probe in rows if not probe.holds] == []
