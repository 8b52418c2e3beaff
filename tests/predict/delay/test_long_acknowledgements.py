"""After a loss acknowledgements are longer (SACK, RFC 2018): bounds of delay count the longest, shares usual ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from twin.model import Metric
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict, predict_hop_delays
from twin.predict.load.packet_streams import streams_of
from twin.predict.theory.queueing import serialization

Make = Callable[..., Blueprint]
CALL, FULL = "homes-1.call.down", 32 * 53
"""Bytes of a full packet in cells."""
UPLINK = 2 * serialization(1514 + 24, 100e6)
"""ns: what may wait before a call at two ports of 100 Mbit/s is less."""


def beside_upload(line: Make, encapsulation: str) -> Blueprint:
    """A call on a line that TCP fills upstream: down, it meets its acknowledgements."""
    return line("call", "upload", changes={"dsl: {": f"dsl: {{encapsulation: {encapsulation}, "})


@pytest.mark.parametrize(("encapsulation", "cells"), [("pppoe-llc", 3), ("pppoa-vc", 2)])
def test_a_call_may_wait_for_the_longest(line: Make, encapsulation: str, cells: int) -> None:
    """52 bytes of IP are two cells, with three blocks 80: in PPPoE over LLC three, which was measured."""
    blueprint = beside_upload(line, encapsulation)
    wait = predict_hop_delays(blueprint, flow_paths(blueprint))[CALL][-1].wait
    assert wait.bound is not None
    assert wait.bound == pytest.approx(serialization(cells * 53, 2.048e6), rel=0.02)
    high = predict(blueprint, flow_paths(blueprint))[CALL][Metric.DELAY_VARIATION].high
    assert high is not None and high > serialization(cells * 53, 2.048e6)


def test_their_sizes_are_those_of_one_to_three_blocks(line: Make) -> None:
    """20 bytes of IPv4, 20 of TCP, 12 of time stamps; then 2 and 8 a block, padded to words of 4."""
    blueprint = beside_upload(line, "pppoe-llc")
    streams = streams_of(blueprint, flow_paths(blueprint))
    (back,) = (stream for stream in streams if stream.follows is not None)
    padded = [-(-(2 + 8 * blocks) // 4) * 4 for blocks in (1, 2, 3)]
    assert back.frames == (66, *(66 + options for options in padded)) and back.largest == 14 + 20 + 60
    assert all(stream.frames == (stream.frame,) for stream in streams if stream.follows is None)


def test_goodput_counts_the_usual_ones(line: Make) -> None:
    """Two cells for every second packet leave a download its line, with PPPoE too; 1,440 bytes of 32 cells."""
    blueprint = line("download", up="64 kbit/s", changes={"dsl: {": "dsl: {encapsulation: pppoe-llc, "})
    predicted = predict(blueprint, flow_paths(blueprint))["homes-1.download"][Metric.GOODPUT]
    assert predicted.high == pytest.approx(2_048_000 * 1440 / FULL)


def test_back_to_back_they_are_no_faster_than_the_medium_before(line: Make) -> None:
    """At an uplink of the line's rate, in cells or not, acknowledgements of any size do not queue for each other."""
    blueprint = line("call", "download", up="512 kbit/s", lines=1)
    bound = predict_hop_delays(blueprint, flow_paths(blueprint))["homes-1.call.up"]
    assert [hop.wait.bound is not None and hop.wait.bound < UPLINK for hop in bound[1:]] == [True] * (len(bound) - 1)
