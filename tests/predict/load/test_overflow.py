"""Queues that seldom overflow: the bound of their loss against a simulation of a finite queue."""

from __future__ import annotations

from random import Random

import pytest

from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict
from twin.predict.delay.mean_waits import waits
from twin.predict.load.max_min_fairness import settle
from twin.predict.load.queue_crossings import crossings

RATE, PACKET, HEADERS = 1_000_000, 972, 38
TEXT = """
twin: 1
name: overflow
sites: {{here: {{}}}}
switches: {{core: {{site: here}}}}
head-ends:
  he: {{site: here, uplink: {{to: core, capacity: 1 Gbit/s}}}}
  gate: {{site: here, uplink: {{to: core, capacity: 1 Gbit/s}}}}
classes:
  fast: {{dscp: AF21, strict: true, queue: {queue}}}
  slow: {{dscp: DF}}
services:
  alarms: {{class: fast, head-end: he, transport: udp, ports: [7000, 9000]}}
  web: {{class: slow, head-end: gate}}
profiles: {{open: {{technology: ethernet, down: 1 Mbit/s, up: 1 Mbit/s}}}}
workloads:
  alarm: {{service: alarms, activity: flood, rate: {rate} kbit/s, packet: 972 bytes, random: true}}
  fetch: {{service: web, activity: download}}
lines: {{a: {{at: core, profile: open, runs: [alarm{fetch}]}}}}
targets: [{{workload: alarm, loss: 1 %}}]
"""


def network(rate: int, queue: str, fetch: bool = False) -> Blueprint:
    """One line with random packets, beside TCP in another class or alone."""
    return plan(read(TEXT.format(rate=rate, queue=queue, fetch=", fetch" * fetch), "overflow.yaml"))


def simulated(rate: int, room: float, seconds: int = 4_000) -> float:
    """The part of random packets that find no room in a queue of so many bytes before 1 Mbit/s; one is in service."""
    draw, now, free, lost, sent = Random(7), 0.0, 0.0, 0, 0
    service = (PACKET + HEADERS) * 8 / RATE
    while now < seconds:
        now += draw.expovariate(rate * 1000 / 8 / PACKET)
        sent += 1
        waiting = max(0.0, free - now) * RATE / 8 - (PACKET + HEADERS)
        if waiting + PACKET + HEADERS > room:
            lost += 1
        else:
            free = max(free, now) + service
    return lost / sent


@pytest.mark.parametrize(("rate", "queue"), [(300, 30), (400, 40), (600, 80)])
def test_no_more_is_lost_than_the_mean_wait_allows(rate: int, queue: int) -> None:
    """Random packets at a load of 0.3 to 0.6 before a queue of three to ten of them. queue: ms."""
    blueprint = network(rate, f"{queue} ms")
    met = crossings(blueprint, flow_paths(blueprint))
    last = waits(met, settle(met))[0][-1]
    assert not last.lossless and last.lost is not None
    assert 0 < simulated(rate, queue / 1000 * RATE / 8) <= last.lost < 0.5


def test_a_queue_before_tcp_has_such_a_bound_too() -> None:
    """Strict packets wait for one in service, which seldom fills their queue."""
    blueprint = network(200, "60 ms", fetch=True)
    loss = predict(blueprint, flow_paths(blueprint))["a-1.alarm"][Metric.LOSS]
    assert loss.value is None and loss.low == 0 and loss.high is not None and loss.high < 500_000
    assert "Markov" in loss.by
