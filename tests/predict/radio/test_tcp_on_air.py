"""Goodput of TCP over contended air: between what acknowledgements cost and what turns leave."""

from __future__ import annotations

import pytest

from tests.predict.radio.test_air_waits import network
from twin.judge.verdicts.feasibility import Feasibility
from twin.judge.verdicts.planned_performance import planned_performance
from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

CHAIN = """
twin: 1
name: chain
sites: {town: {}}
switches: {exchange: {site: town}}
head-ends: {internet: {site: town, uplink: {to: exchange, capacity: 100 Mbit/s}}}
radio-cells: {c: {standard: 802.11b, channel: 6}}
relays:
  a: {site: town, uplink: {to: exchange, medium: radio, length: 500 m, air: {cell: c, rate: 11 Mbit/s}}}
  b: {site: town, uplink: {to: a, medium: radio, length: 500 m, air: {cell: c, rate: 11 Mbit/s}}}
  d: {site: town, uplink: {to: b, medium: radio, length: 500 m, air: {cell: c, rate: 11 Mbit/s}}}
classes: {data: {dscp: DF, queue: 100 ms}}
services: {web: {class: data, head-end: internet}}
profiles: {home: {technology: wifi, down: 20 Mbit/s, up: 20 Mbit/s}}
workloads: {download: {service: web, activity: download}}
lines: {far: {at: RELAY, profile: home, runs: [download]}}
targets: [{workload: download, goodput: 5 Mbit/s}]
"""


def goodput(relay: str) -> Prediction:
    """Of a download at the end of so much of the chain."""
    blueprint = plan(read(CHAIN.replace("RELAY", relay), "chain.yaml"))
    return predict(blueprint, flow_paths(blueprint))["far-1.download"][Metric.GOODPUT]


def test_n_hops_in_one_cell_carry_an_nth_of_one() -> None:
    """6.1 Mbit/s without a backoff, acknowledgements included; the lab measures 4.91 over one hop and 1.61 over three.
    """
    goodputs = {relay: goodput(relay) for relay in "abd"}
    highs = [goodputs[relay].high or 0.0 for relay in "abd"]
    assert highs[0] == pytest.approx(6.1e6, rel=0.02)
    assert [highs[0] / high for high in highs] == pytest.approx([1, 2, 3])
    for relay, measured in {"a": 4.91e6, "d": 1.61e6}.items():
        low = goodputs[relay].low
        assert low is not None and 0.2 * measured < low < measured


def test_a_target_beyond_the_air_is_infeasible() -> None:
    """5 Mbit/s over three hops of one cell; the message names the air."""
    description = read(CHAIN.replace("RELAY", "d"), "chain.yaml")
    (target,) = planned_performance(description, plan(description)).targets
    assert target.feasibility is Feasibility.INFEASIBLE
    assert "3 hops on the air" in target.reason and "2.02" in target.reason


def lowest(far: str = "11 Mbit/s", **runs: str) -> float:
    """What a download in contended-air.yaml is sure of, bit/s."""
    blueprint = network("8", far, **runs)
    prediction = predict(blueprint, flow_paths(blueprint))["close-1.download"][Metric.GOODPUT]
    assert prediction.low is not None and prediction.high is not None and prediction.low < prediction.high
    return prediction.low


def test_calls_and_other_connections_leave_tcp_less() -> None:
    """Each takes its part of the air; what comes back as well takes turns."""
    alone = lowest(close="download, down, up", away="down")
    calls = lowest(close="download, call, down, up", away="call, down")
    two = lowest(close="download, down, up", away="download, down")
    both_ways = lowest(close="download, down, up", away="upload, down")
    assert alone > calls > two > 0.02 * alone and alone > both_ways > 0.02 * alone


def test_nothing_is_sure_where_most_frames_are_damaged() -> None:
    """Half of them, with few attempts: losses decide, and that is said."""
    blueprint = network("8", "11 Mbit/s, frame-errors: 60 %", close="down", away="download")
    prediction = predict(blueprint, flow_paths(blueprint))["away-1.download"][Metric.GOODPUT]
    assert prediction.low is None and prediction.high is not None and "losses decide the least" in prediction.by
