"""Bands of a station of a radio cell beside TCP: their own pace, and how often a strict packet waits for longer."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from tests.predict.radio.cell_simulation import SimulatedStation, simulate
from tests.predict.radio.test_air_waits import network, on_the_air, views_of
from twin.core.units import NS_PER_MS
from twin.predict.delay.strict_tails import StrictTail
from twin.predict.load.queues import StrictFrames
from twin.predict.radio.station_bands import band_views
from twin.predict.theory.contended_service import Contention, contention
from twin.predict.theory.dcf_contention import Windows
from twin.predict.theory.frame_times import STEP, exceeding, frame_times

FRAMES = 30_000
WINDOWS, SLOT = Windows(32, 5, 7), 20_000.0
OWN, OTHER = 700_000.0, 1_600_000.0
INTERVAL = 20 * NS_PER_MS


def frames_of_one_of_two() -> tuple[Contention, list[float]]:
    """What a station meets beside one that always sends, and when its own frames end that always sends, too."""
    stations = [SimulatedStation([0.0] * FRAMES, OWN), SimulatedStation([0.0] * FRAMES, OTHER)]
    simulate(stations, WINDOWS, SLOT)
    return contention(WINDOWS, SLOT, [OTHER], 0, OTHER), stations[0].sojourns[:FRAMES // 2]


def test_the_distribution_of_a_frames_time_holds_in_a_simulation() -> None:
    """Of those that wait for two frames of the other and more: no more take longer, and not a few times fewer."""
    air, ends = frames_of_one_of_two()
    times, over = [end - begin for begin, end in pairwise(ends)], exceeding(frame_times(air, OWN, 0.0))
    for time in (4, 8, 16):
        longer = sum(each > time * NS_PER_MS for each in times) / len(times)
        assert longer < over[time * NS_PER_MS // STEP] < longer + 0.05, time


def strict_sojourns(ends: list[float], streams: int) -> list[float]:
    """How long the packets of so many calls are at a station which sends other frames whenever none waits."""
    draw, began, sojourns = Random(3), 0.0, list[float]()
    starts = [draw.random() * INTERVAL for _ in range(streams)]
    arrivals = sorted(start + number * INTERVAL for start in starts for number in range(int(ends[-1] // INTERVAL)))
    for end in ends:
        if len(sojourns) < len(arrivals) and arrivals[len(sojourns)] <= began:
            sojourns.append(end - arrivals[len(sojourns)])
        began = end
    return sojourns


@pytest.mark.parametrize("streams", [1, 2, 4])
def test_strict_packets_wait_no_more_often_than_predicted(streams: int) -> None:
    """Calls beside frames without end, at a station which contends with another that always sends."""
    air, ends = frames_of_one_of_two()
    sojourns = strict_sojourns(ends, streams)
    tail = StrictTail(StrictFrames(air, OWN, OWN, 0.0), ((float(streams), streams / INTERVAL),), 0.0)
    for time in (5, 10, 15, 20, 30):
        longer = sum(sojourn > time * NS_PER_MS for sojourn in sojourns) / len(sojourns)
        assert longer <= tail.exceeds(time * NS_PER_MS), time
    assert tail.exceeds(40 * NS_PER_MS) < 0.02
    assert len(sojourns) > 1_000


def test_a_call_beside_tcp_waits_for_its_own_band() -> None:
    """At two stations of which both always send, one packet in ten waits for more than 40 ms at the most; the strict
    band alone has a pace of its own."""
    blueprint = network("8", close="call, download", away="upload", far="11 Mbit/s")
    bands = [band for view in views_of(blueprint) for band in band_views(view)]
    assert bands and all(band.band == 0 for band in bands)
    waits = on_the_air(blueprint)
    for flow in ("close-1.call.up", "close-1.call.down"):
        often, tail = waits[flow].often, waits[flow].tail
        assert often is not None and often < 200e6 and tail is not None and tail.exceeds(40e6) < 0.1


def test_more_than_a_station_sends_waits_without_end() -> None:
    """A strict packet every 2 ms, of which each takes 2.6 on average: there is no wait that is never exceeded."""
    air, _ = frames_of_one_of_two()
    tail = StrictTail(StrictFrames(air, OWN, OWN, 0.0), ((1.0, 1 / (2 * NS_PER_MS)),), 0.0)
    assert tail.exceeds(70 * NS_PER_MS) == 1


def test_nothing_is_known_where_very_many_may_come_at_once() -> None:
    """Fifty calls that send together: their number is not gone through one by one."""
    air, _ = frames_of_one_of_two()
    tail = StrictTail(StrictFrames(air, OWN, OWN, 0.0), ((50.0, 1 / INTERVAL),), 0.0)
    assert tail.exceeds(70 * NS_PER_MS) == 1


def test_a_band_of_its_own_needs_no_other_that_goes_first() -> None:
    """Without TCP all bands of a station share its pace."""
    assert not [band for view in views_of(network("8", close="call, down, up", away="call"))
                for band in band_views(view)]
