"""A DSL line's packets: what fits into one, what interleaving adds, what noise takes, what its ports hold."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core import units
from twin.core.errors import TopologyError
from twin.core.units import Length, Rate, Ratio, Size, Time
from twin.model import Conductor, Encapsulation, Flood, Impairments, Name, Network, Noise, Profile, Workload
from twin.model.yaml import load
from twin.plan import Policy, plan
from twin.plan.blueprint import BulkTransfer, ImpulseNoise, SpanPlan, carrying
from twin.plan.links.dsl_lines import impulse_noise, interleaving_delay, profile_reaches, shortfalls
from twin.plan.links.link_layers import line_links

TERRITORY = Path(__file__).parents[3] / "topologies" / "castres-mazamet.yaml"
NOISE = Noise(6.0, Time(5_000_000))
ADSL = Profile(Name("adsl"), Rate(2_048_000), Rate(128_000), noise=NOISE)


def first_line(network: Network, profile: Profile, policy: Policy = Policy.QOS) -> SpanPlan:
    """The first line of the network, sold as `profile`."""
    changed = replace(network, profiles=(profile, *network.profiles[1:]))
    return next(span for span in plan(changed, policy).spans if span.name == "town-1")


@pytest.mark.parametrize(("depth", "ms"), [(0, 0.0), (4, 1.25), (8, 2.5), (36, 7.5), (64, 12.5)])
def test_interleaving_costs_what_round_trips_showed(depth: int, ms: float) -> None:
    """5 ms of round trip at depth 8 and 25 ms at 64: half of it each way."""
    assert interleaving_delay(depth) == ms * 1e6


def test_interleaving_delays_and_mends_and_the_fast_path_does_neither() -> None:
    """The same line either waits 12.5 ms each way or loses all bursts, however short."""
    short = replace(ADSL, noise=Noise(60.0, Time(50_000)))
    fast, _ = line_links(short)
    slow, _ = line_links(replace(short, interleaving=64))
    assert slow.delay - fast.delay == 12_500_000
    assert fast.loss_probability(1514) > 0
    assert slow.loss_probability(1514) < 1e-12


def test_interleaving_mends_eight_bytes_times_its_depth() -> None:
    """Depth 64 mends 2 ms at 2048 kbit/s, 32 ms at 128; the fast path mends nothing."""
    for depth, rate, mended in ((64, 2_048_000, 2_000_000), (64, 128_000, 32_000_000), (0, 2_048_000, 0)):
        assert impulse_noise(NOISE, depth, Rate(rate)) == ImpulseNoise(Time(10_000_000_000), NOISE.length, Time(mended))


def test_long_packets_meet_more_noise_than_short_ones() -> None:
    """In 10 s, 5 ms of noise and a packet of 6.625 ms, or of 0.414 ms, meet in 11.625 and in 5.414 ms."""
    fast, _ = line_links(ADSL)
    assert fast.loss_probability(1514) == pytest.approx(11.625 / 10_000, rel=1e-5)
    assert fast.loss_probability(74) == pytest.approx((5 + 2 * 53 * 8 / 2048) / 10_000, rel=1e-5)
    slow, _ = line_links(replace(ADSL, interleaving=64))
    assert slow.loss_probability(1514) == pytest.approx(exp(-2 / 5) * 13.625 / 10_000, rel=1e-5)


@given(st.floats(0.1, 6_000), st.integers(1_000, 50_000_000), st.integers(0, 64))
def test_interleaving_never_makes_noise_worse_for_long(often: float, length: int, depth: int) -> None:
    """A chance stays one, and where bursts are much shorter than what is mended, nothing of them is left."""
    noise = impulse_noise(Noise(often, Time(length)), depth, Rate(2_048_000))
    assert noise is not None
    assert 0 <= noise.loss_probability(6_625_000) <= 1
    if depth and length < noise.corrected / 20:
        assert noise.loss_probability(6_625_000) < 1e-6


def test_random_loss_and_noise_add_up() -> None:
    """A packet that no burst strikes may still be lost at random."""
    carrier, _ = line_links(replace(ADSL, impairments=Impairments(loss=Ratio(10_000))))
    struck = line_links(ADSL)[0].loss_probability(1514)
    assert carrier.loss_probability(1514) == pytest.approx(struck + (1 - struck) * 0.01)


def test_a_line_without_noise_is_not_struck() -> None:
    """Neither where none is written nor where none comes."""
    assert impulse_noise(None, 0, Rate(1_000_000)) is None
    assert impulse_noise(Noise(0.0, Time(1000)), 0, Rate(1_000_000)) is None


@pytest.mark.parametrize("encapsulation", Encapsulation)
def test_pppoe_takes_eight_bytes_of_the_largest_packet(encapsulation: Encapsulation) -> None:
    """RFC 2516; queues and shares then count the cells of that packet."""
    down, _ = line_links(replace(ADSL, encapsulation=encapsulation))
    packet = 1492 if encapsulation.value.startswith("pppoe") else 1500
    assert down.layer.max_frame == packet + 14
    assert down.layer.max_frame_cost == -(-(packet + encapsulation.overhead) // 48) * 53


def test_packets_that_a_line_does_not_take_are_refused(network: Network) -> None:
    """A flood of 1500 bytes over PPPoE is named with both sizes; TCP sends what fits."""
    sold = replace(network.profiles[0], encapsulation=Encapsulation.PPPOE_LLC)
    flood = Workload(Name("flood"), Name("web"), Flood(rate=Rate(100_000)))
    changed = replace(network, profiles=(sold, *network.profiles[1:]), workloads=(*network.workloads, flood))
    plan(changed)
    flooded = replace(network.lines[0], runs=(Name("flood"),))
    with pytest.raises(TopologyError, match=r"lines\.town.*1500 bytes.*1492 at most"):
        plan(replace(changed, lines=(flooded, *network.lines[1:])))


def test_a_buffer_is_shared_out_among_the_classes_and_whole_in_the_baseline(network: Network) -> None:
    """84,800 bytes are 50 full packets of PPPoA: with QoS in parts as the classes' queues, without in one queue."""
    sold = replace(network.profiles[0], buffer=Size(84_800))
    with_qos, without = first_line(network, sold).a.scheduler, first_line(network, sold, Policy.NONE).a.scheduler
    assert with_qos is not None and without is not None
    assert [band.limit for band in without.bands] == [84_800]
    assert [band.limit for band in with_qos.bands] == [84_800 // 3] * 3


def test_a_line_that_trains_lower_is_told_with_the_numbers(network: Network) -> None:
    """The span has the trained rates, and one sentence says why."""
    far = replace(network.lines[0], length=units.length("5.3 km"), conductor=Conductor.MM_04)
    changed = replace(network, lines=(far, *network.lines[1:]))
    assert list(shortfalls(network)) == []
    (message,) = shortfalls(changed)
    assert message == ("lines.town: 5.3 km of 0.4 mm copper trains at 480 kbit/s down and 64 kbit/s up; adsl is sold "
                       "at 512 kbit/s and 128 kbit/s")
    line = next(span for span in plan(replace(changed, lines=(replace(far, runs=()),))).spans if span.name == "town-1")
    assert (line.forward.rate, line.reverse.rate, line.length) == (480_000, 64_000, Length(5_300))


def test_how_far_a_profile_reaches_is_told_beside_its_longest_line() -> None:
    """In Castres-Mazamet, whose loops nobody has told, at twice the assumed length every line would still train."""
    territory = load(TERRITORY)
    assert list(shortfalls(territory)) == []
    assert list(profile_reaches(territory)) == [
        "adsl-1024 reaches 4.803 km of 0.4 mm copper; its longest line is 2 km",
        "adsl-2048 reaches 4.577 km of 0.4 mm copper; its longest line is 2 km",
        "adsl-2048-pro reaches 4.079 km of 0.4 mm copper; its longest line is 2 km",
        "adsl-512 reaches 5.164 km of 0.4 mm copper; its longest line is 2 km"]


def test_the_window_of_a_download_is_two_seconds_of_its_line(network: Network) -> None:
    """Of the trained rate, within 64 KiB and 16 MiB; calls have none."""
    fast = replace(network.profiles[0], down=Rate(2_048_000))
    changed = replace(network, profiles=(fast, *network.profiles[1:]))
    windows = {flow.name: bulk.window for flow, bulk in carrying(BulkTransfer, plan(changed).flows)}
    assert windows["town-1.load"] == 512_000
    assert "town-1.call.up" not in windows
    assert {bulk.window for _, bulk in carrying(BulkTransfer, plan(network).flows)} == {128_000}
