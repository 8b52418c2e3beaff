"""Packet sizes, intervals and departures of each activity."""

from itertools import pairwise
from random import Random
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as some

from twin.core.units import NS_PER_S, Rate, Time
from twin.model import Codec
from twin.model.traffic_profiles import STREAM_PACKET, TS_PAYLOAD, interval, packet_times, random_times, speech_packet


@pytest.mark.parametrize(("codec", "size"), [(Codec.G711, 200), (Codec.G729, 60)])
def test_a_call_sends_fifty_packets_a_second(codec: Codec, size: int) -> None:
    """G.711 is 200 bytes of IP and G.729 60, every 20 ms."""
    assert speech_packet(codec) == size
    assert codec.interval == 20_000_000


@pytest.mark.parametrize(("codec", "size"), [(Codec.G723_63, 64), (Codec.G723_53, 60)])
def test_g_723_1_sends_every_thirty_milliseconds(codec: Codec, size: int) -> None:
    """24 bytes at 6.3 kbit/s, 20 at 5.3."""
    assert speech_packet(codec) == size
    assert codec.interval == 30_000_000


def test_a_stream_carries_seven_transport_packets() -> None:
    """1316 bytes of transport stream in 1356 bytes of IP; 3.75 Mbit/s of it are a datagram every 2.8075 ms."""
    assert STREAM_PACKET == 1356
    assert interval(Rate(3_750_000), TS_PAYLOAD) == 2_807_467


def test_the_rate_of_a_flood_counts_ip_packets() -> None:
    """1.2 Mbit/s of 1500-byte packets are one every 10 ms."""
    assert interval(Rate(1_200_000), 1500) == 10_000_000


def test_departures_begin_at_the_start_of_the_flow() -> None:
    """The first packet leaves at the flow's start, none at or after the end of the measurement."""
    assert tuple(packet_times(Time(400_000_000), 100_000_000, 1)) == (100_000_000, 500_000_000, 900_000_000)
    assert tuple(packet_times(Time(500_000_000), 0, 1)) == (0, 500_000_000)
    assert not packet_times(Time(1), NS_PER_S, 1)


@given(some.integers(10**6, 10**9), some.integers(0, 10**10), some.floats(0, 8))
def test_departures_fill_the_measurement(gap: int, start: int, seconds: float) -> None:
    """All departures lie within the measurement, and one more would not."""
    times = packet_times(Time(gap), start, seconds)
    end = round(seconds * NS_PER_S)
    assert all(start <= at < end for at in times)
    assert start + len(times) * gap >= end


def test_random_departures_are_a_poisson_process() -> None:
    """Gaps have the interval for a mean and its square for a variance; a longer run begins like a shorter one."""
    gap = 1_000_000
    times = random_times(Time(gap), 7, 20, Random(1), NS_PER_S)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert fmean(gaps) == pytest.approx(gap, rel=0.02) and pvariance(gaps) == pytest.approx(gap**2, rel=0.05)
    assert min(gaps) > 0 and times[0] > NS_PER_S + 7 and times[-1] < 21 * NS_PER_S
    shorter = random_times(Time(gap), 7, 2, Random(1), NS_PER_S)
    assert shorter == times[:len(shorter)]
