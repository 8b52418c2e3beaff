"""What the tests of verdicts share: a small network with its blueprint, and figures made to order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.judge.case import Case
from traffic.sample_files import LOST, Packets
from twin.model.yaml import read
from twin.plan import plan

MS = 1_000_000
TEXT = """
twin: 1
name: small
sites: {town: {}}
switches: {core: {site: town}}
dslams: {dslam: {site: town, uplink: {to: core, capacity: 100 Mbit/s}}}
head-ends:
  gate: {site: town, uplink: {to: core, capacity: 100 Mbit/s}}
  internet: {site: town, uplink: {to: core, capacity: 100 Mbit/s}}
classes:
  voice: {dscp: EF, strict: true}
  data: {dscp: DF, discipline: fq-codel}
services:
  telephony: {class: voice, head-end: gate, transport: udp, ports: [16384, 20000]}
  web: {class: data, head-end: internet}
profiles:
  dsl: {down: 2048 kbit/s, up: 512 kbit/s, delay: 5 ms}
workloads:
  call: {service: telephony, activity: call}
  download: {service: web, activity: download}
  surf: {service: web, activity: pages}
lines:
  homes: {at: dslam, profile: dsl, subscribers: 10, emulated: 1, runs: [call, download, surf]}
  shops: {at: dslam, profile: dsl, subscribers: 10, emulated: 1, runs: [call]}
"""


@pytest.fixture(scope="session")
def case() -> Case:
    """One home with a call, a download and pages, one shop with a call."""
    network = read(TEXT, "small.yaml")
    return Case(network, plan(network))


@pytest.fixture
def call() -> Callable[..., Packets]:
    """Packets of a call of one minute: every delay `delay` ms but those listed by number; None: lost."""

    def make(delay: float = 10.0, but: dict[int, float | None] | None = None, count: int = 3_000) -> Packets:
        sent = tuple(20 * MS * k for k in range(count))
        delays = [(but or {}).get(k, delay) for k in range(count)]
        received = tuple(LOST if d is None else s + round(d * MS) for s, d in zip(sent, delays, strict=True))
        return Packets(sent, received, 200)

    return make
