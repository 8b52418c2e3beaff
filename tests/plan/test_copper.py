"""A DSL line's packets: what fits into one, what interleaving adds, what noise takes, what its ports hold."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin import units
from twin.errors import TopologyError
from twin.model import Activity, Conductor, Encapsulation, Name, Network, Noise, Profile, Workload
from twin.plan import Policy, plan
from twin.plan.blueprint import Bursts, Layer, SpanPlan
from twin.plan.copper import bursts, interleaving_delay, left, shortfalls, struck
from twin.plan.media import line_carriers
from twin.units import Length, Rate, Ratio, Size, Time

PPPOA = Layer(overhead=-4, cells=True)
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
    fast, _ = line_carriers(short)
    slow, _ = line_carriers(replace(short, interleaving=64))
    assert slow.delay - fast.delay == 12_500_000
    assert fast.lost > 0
    assert slow.lost == 0


def test_interleaving_mends_eight_bytes_times_its_depth() -> None:
    """Depth 64 mends 2 ms at 2048 kbit/s, so e^-4 of bursts of 500 us are left, and those last 2.5 ms."""
    noise = Noise(60.0, Time(500_000))
    remains = left(noise, 64, Rate(2_048_000))
    assert remains.bursts == pytest.approx(60 * exp(-4))
    assert remains.length == 2_500_000
    assert left(noise, 0, Rate(2_048_000)) == noise


def test_a_burst_strikes_what_it_touches() -> None:
    """At 2048 kbit/s a full packet takes 6.625 ms: 5 ms strike 1.755 of them, and 10 s are 1509 packets."""
    hit, cycle = struck(NOISE, Rate(2_048_000), PPPOA)
    assert hit == pytest.approx(1 + 5 / 6.625)
    assert cycle == pytest.approx(10_000 / 6.625)


@given(st.floats(0.1, 60), st.integers(100_000, 50_000_000), st.integers(128_000, 8_000_000))
def test_a_chain_loses_the_part_and_the_bursts_that_noise_says(often: float, length: int, rate: int) -> None:
    """The stationary law of the two states: bursts of that mean, at that distance."""
    noise = Noise(often, Time(length))
    chain = bursts(noise, 0, Rate(rate), PPPOA)
    hit, cycle = struck(noise, Rate(rate), PPPOA)
    assert chain is not None
    assert chain.mean == pytest.approx(hit, rel=1e-6)
    assert chain.ratio == pytest.approx(hit / max(cycle, hit + 1), rel=1e-4)


def test_a_chain_that_is_walked_does_as_its_law_says() -> None:
    """Step by step, as netem does it: the loss ratio and mean burst of 400,000 packets."""
    chain = Bursts.of(begin=0.01, end=0.4)
    random, bad, lost = Random(1), False, []
    for _ in range(400_000):
        lost.append(bad)
        bad = random.random() * 2**32 >= chain.end if bad else random.random() * 2**32 < chain.begin
    starts = sum(now and not before for before, now in zip([False, *lost], lost, strict=False))
    assert fmean(lost) == pytest.approx(chain.ratio, rel=0.05)
    assert sum(lost) / starts == pytest.approx(chain.mean, rel=0.02)


def test_random_loss_and_bursts_add_up() -> None:
    """A packet that no burst strikes may still be lost at random."""
    carrier, _ = line_carriers(replace(ADSL, loss=Ratio(10_000)))
    assert carrier.bursts is not None
    struck_ = carrier.bursts.ratio
    assert carrier.lost == pytest.approx(struck_ + (1 - struck_) * 0.01)


def test_a_line_without_noise_has_no_bursts() -> None:
    """Neither where none is written nor where none comes."""
    assert bursts(None, 0, Rate(1_000_000), PPPOA) is None
    assert bursts(Noise(0.0, Time(1000)), 0, Rate(1_000_000), PPPOA) is None


@pytest.mark.parametrize("encapsulation", Encapsulation)
def test_pppoe_takes_eight_bytes_of_the_largest_packet(encapsulation: Encapsulation) -> None:
    """RFC 2516; queues and shares then count the cells of that packet."""
    down, _ = line_carriers(replace(ADSL, encapsulation=encapsulation))
    packet = 1492 if encapsulation.value.startswith("pppoe") else 1500
    assert down.layer.largest == packet + 14
    assert down.layer.full == -(-(packet + encapsulation.overhead) // 48) * 53


def test_packets_that_a_line_does_not_take_are_refused(network: Network) -> None:
    """A flood of 1500 bytes over PPPoE is named with both sizes; TCP sends what fits."""
    sold = replace(network.profiles[0], encapsulation=Encapsulation.PPPOE_LLC)
    flood = Workload(Name("flood"), Name("web"), Activity.FLOOD, rate=Rate(100_000))
    changed = replace(network, profiles=(sold, *network.profiles[1:]), workloads=(*network.workloads, flood))
    plan(changed)
    flooded = replace(network.lines[0], runs=(Name("flood"),))
    with pytest.raises(TopologyError, match=r"lines\.town.*1500 bytes.*1492 at most"):
        plan(replace(changed, lines=(flooded, *network.lines[1:])))


def test_a_buffer_is_shared_out_among_the_classes_and_whole_in_the_contrast(network: Network) -> None:
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
    (said,) = shortfalls(changed)
    assert said == ("lines.town: 5.3 km of 0.4 mm copper trains at 480 kbit/s down and 64 kbit/s up; adsl is sold at "
                    "512 kbit/s and 128 kbit/s")
    line = next(span for span in plan(replace(changed, lines=(replace(far, runs=()),))).spans if span.name == "town-1")
    assert (line.forth.rate, line.back.rate, line.length) == (480_000, 64_000, Length(5_300))


def test_the_window_of_a_download_is_two_seconds_of_its_line(network: Network) -> None:
    """Of the trained rate, within 64 KiB and 16 MiB; calls have none."""
    fast = replace(network.profiles[0], down=Rate(2_048_000))
    changed = replace(network, profiles=(fast, *network.profiles[1:]))
    windows = {flow.name: flow.window for flow in plan(changed).flows}
    assert windows["town-1.load"] == 512_000
    assert windows["town-1.call.up"] == 0
    assert {flow.window for flow in plan(network).flows if flow.workload == "load"} == {128_000}
