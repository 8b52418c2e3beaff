"""How streams share queues: water filling, strict classes, weights, connections, and what does not yield."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Rate, Size
from twin.model import Policy, Scheduling
from twin.model.traffic_profiles import PAGE_REQUEST
from twin.plan.blueprint import Band, Blueprint, LinkLayer
from twin.plan.forwarding.paths import flow_paths
from twin.predict.load.max_min_fairness import divide, max_min_shares, offers, settle
from twin.predict.load.packet_streams import Stream
from twin.predict.load.queue_crossings import crossings
from twin.predict.load.queues import Queue

Make = Callable[..., Blueprint]
SEGMENT = 1696 * 8
"""Bits on a DSL line of one full packet."""


def through(blueprint: Blueprint, pages: bool = True) -> dict[str, float]:
    """Packets per second of each flow."""
    met = crossings(blueprint, flow_paths(blueprint))
    return dict(zip((flow.name for flow in blueprint.flows), max_min_shares(met, pages).through, strict=False))


def test_water_filling() -> None:
    """Weights 20, 30, 50 of 100, of which the first wants 10: the others share 90 as 3 to 5."""
    shares = offers(100, [10, 100, 100], [20, 30, 50])
    assert [min(d, s) for d, s in zip([10, 100, 100], shares, strict=True)] == pytest.approx([10, 33.75, 56.25])


def test_what_is_short_by_rounding_alone_is_shared_too() -> None:
    """Demands whose sum is the last bit more than the capacity: each gets what it asks for."""
    demands, weights = [569.6346709473901, 802.4627961070154, 64.04371506582163], [1.0, 2.0, 2.0]
    shares = offers(1436.141182120227, demands, weights)
    assert sum(demands) > 1436.141182120227
    assert [min(d, s) for d, s in zip(demands, shares, strict=True)] == pytest.approx(demands)


def test_spare() -> None:
    """Where nobody goes short each could have what is spare besides."""
    assert offers(100, [10, 20], [1, 1]) == [80, 90]


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.1, 10)), min_size=1, max_size=8), st.floats(1, 1e6))
def test_shares_fill_the_capacity(wants: list[tuple[float, float]], capacity: float) -> None:
    """Together all get the capacity or what they want, whichever is less, and nobody gets more than it wants."""
    demands, weights = [w[0] for w in wants], [w[1] for w in wants]
    received = [min(d, s) for d, s in zip(demands, offers(capacity, demands, weights), strict=True)]
    assert sum(received) == pytest.approx(min(capacity, sum(demands)), rel=1e-6, abs=1e-6)


def test_download_gets_what_voice_leaves(line: Make) -> None:
    """A call takes 106 kbit/s of cells and the download all the rest."""
    carried = through(line("call", "download"))
    assert carried["homes-1.call.down"] == 50
    assert carried["homes-1.download"] == pytest.approx((2_048_000 - 106_000) / SEGMENT)


def test_weights_between_classes(line: Make) -> None:
    """Television at less than its weight gets what it sends; data the rest, though its weight is a quarter."""
    carried = through(line("channel", "download"))
    channel = 29 * 53 * 8 * carried["homes-1.channel"]
    assert channel == pytest.approx(1e6 / (1316 * 8) * 29 * 53 * 8, rel=1e-6)
    assert carried["homes-1.download"] == pytest.approx((2_048_000 - channel) / SEGMENT)


def test_television_beyond_its_weight(line: Make) -> None:
    """On a line of 1200 kbit/s a channel of 1 Mbit/s is cut to three quarters when data wants its quarter."""
    carried = through(line("channel", "download", down="1200 kbit/s"))
    assert carried["homes-1.channel"] * 29 * 53 * 8 == pytest.approx(900_000)
    assert carried["homes-1.download"] * SEGMENT == pytest.approx(300_000)


def test_connections_share_alike(line: Make) -> None:
    """With fair queueing three connections get three times what one gets."""
    carried = through(line("download", "pair"))
    assert carried["homes-1.pair"] == pytest.approx(3 * carried["homes-1.download"])
    assert (carried["homes-1.pair"] + carried["homes-1.download"]) * SEGMENT == pytest.approx(2_048_000)


def test_flood_in_a_fifo(line: Make) -> None:
    """In a plain fifo a flood takes what it sends and TCP what is left."""
    carried = through(line("download", "flood", down="1024 kbit/s", discipline="fifo"))
    pace = 400_000 / (1500 * 8)
    assert carried["homes-1.flood"] == pytest.approx(pace, rel=1e-6)
    assert carried["homes-1.download"] * SEGMENT == pytest.approx(1_024_000 - pace * SEGMENT, rel=1e-6)


def test_flood_that_fills_a_fifo(line: Make) -> None:
    """A flood of more than the line leaves TCP nothing in a plain fifo, and half of the line with fair queueing."""
    slow = {"down": "400 kbit/s"}
    assert through(line("download", "flood", discipline="fifo", **slow))["homes-1.download"] == 0
    assert through(line("download", "flood", **slow))["homes-1.download"] * SEGMENT == pytest.approx(200_000)


def test_acknowledgements_take_from_uploads(line: Make) -> None:
    """A download's acknowledgements, two cells for every second packet, come off an upload, and the other way."""
    carried = through(line("download", "upload"))
    down, up = carried["homes-1.download"], carried["homes-1.upload"]
    assert down * SEGMENT + up / 2 * 106 * 8 == pytest.approx(2_048_000)
    assert up * SEGMENT + down / 2 * 106 * 8 == pytest.approx(512_000)


def test_lines_share_the_uplink(line: Make) -> None:
    """Fast lines meet at the ring: there all downloads get the same, 100 Mbit/s together."""
    carried = through(line("download", lines=20, down="20 Mbit/s", up="2 Mbit/s"))
    assert list(carried.values()) == pytest.approx([100e6 / 20 / (1538 * 8)] * 20, rel=1e-6)


def test_subscribers_share_the_uplink(line: Make) -> None:
    """Twenty lines with a single download and three in a pair: by line each gets the same, and the pair its part."""
    carried = through(line("download", "pair", lines=20, down="20 Mbit/s", up="2 Mbit/s", share="subscriber"))
    for number in range(1, 21):
        both = carried[f"homes-{number}.download"] + carried[f"homes-{number}.pair"]
        assert both == pytest.approx(100e6 / 20 / (1538 * 8), rel=1e-6)


def test_pages_come_and_go(line: Make) -> None:
    """Who loads pages takes nothing or a fair share; both extremes are known."""
    blueprint = line("download", "surf")
    met = settle(crossings(blueprint, flow_paths(blueprint)))
    names = [flow.name for flow in blueprint.flows]
    index = names.index("homes-1.download")
    assert met.thinking.through[index] == pytest.approx(2_048_000 / SEGMENT)
    assert met.saturated.through[index] == pytest.approx(1_024_000 / SEGMENT)


def test_requests_go_up(line: Make) -> None:
    """Pages send acknowledgements and a request for every 42 full packets, which is as large as the reader's."""
    blueprint = line("surf")
    met = crossings(blueprint, flow_paths(blueprint))
    page, acknowledgement, request = met.streams
    assert (page.greedy, acknowledgement.greedy, request.greedy) == (True, False, False)
    assert (acknowledgement.frame, request.frame) == (52 + 14, PAGE_REQUEST + 52 + 14)
    carried = max_min_shares(met, pages=True).through
    assert carried[1] == carried[0] / 2
    assert carried[2] == pytest.approx(carried[0] / 42)


def test_one_queue_without_qos(line: Make) -> None:
    """Without QoS the constant-rate flows still get through; it is their delay that suffers."""
    carried = through(line("call", "channel", "download", policy=Policy.NONE))
    assert carried["homes-1.call.down"] == 50
    channel = carried["homes-1.channel"] * 29 * 53 * 8
    assert carried["homes-1.download"] * SEGMENT == pytest.approx(2_048_000 - 106_000 - channel)


def test_no_way_no_traffic(line: Make) -> None:
    """A flow without a path brings nothing through."""
    blueprint = line("call", "download")
    met = crossings(blueprint, {})
    assert set(max_min_shares(met, pages=True).through) == {0.0}


def rated(**demands: float) -> list[float]:
    """What an htb of 100 with rates of 20, 30 and 50 gives three bands that ask for so much."""
    bands = tuple(Band(name, Size(quantum), Size(1), guarantee=Rate(rate), ceiling=Rate(ceiling), priority=priority)
                  for name, quantum, rate, ceiling, priority in
                  (("a", 2, 20, 0, 1), ("b", 3, 30, 60, 1), ("c", 5, 50, 0, 0)))
    queue = Queue(100, LinkLayer(), bands, 2, {"a": 0, "b": 1, "c": 2}, kind=Scheduling.HTB)
    streams = [Stream(name, name, 1514, 1.0, 1, False, points=()) for name in demands]
    offered = divide(queue, streams, [queue.passage(stream) for stream in streams], list(demands.values()))
    return [min(pair) for pair in zip(demands.values(), offered, strict=True)]


def test_htb_gives_each_its_rate_and_lends_the_rest_by_priority() -> None:
    """Own rates first; what they leave goes to the first priority, then on, and nobody exceeds its ceiling."""
    assert rated(a=100, b=100, c=100) == [20, 30, 50]
    assert rated(a=10, b=100, c=100) == [10, 30, 60]
    assert rated(a=10, b=100, c=20) == [10, 60, 20]
    assert rated(a=100, b=100) == pytest.approx([40, 60])
