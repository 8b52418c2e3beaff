"""What the tests of predictions share: a line with calls, channels and TCP on it, as a blueprint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from twin.model import Metric, Policy
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict

TEXT = """
twin: 1
name: small
sites: {{town: {{}}}}
switches: {{core: {{site: town}}}}
dslams: {{dslam: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s, length: 10 km}}}}}}
head-ends:
  gate: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
  video: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
  internet: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
classes:
  voice: {{dscp: EF, strict: true}}
  tv: {{dscp: CS3, weight: 3}}
  data: {{dscp: DF, discipline: {discipline}{share}}}
services:
  telephony: {{class: voice, head-end: gate, transport: udp, ports: [16384, 32767]}}
  channels: {{class: tv, head-end: video, transport: udp, ports: [5000, 6000]}}
  web: {{class: data, head-end: internet}}
profiles:
  dsl: {{down: {down}, up: {up}, delay: 5 ms, impairments: {{loss: {loss}}}}}
workloads:
  call: {{service: telephony, activity: call}}
  channel: {{service: channels, activity: stream, rate: 1 Mbit/s}}
  download: {{service: web, activity: download}}
  pair: {{service: web, activity: download, connections: 3}}
  upload: {{service: web, activity: upload}}
  surf: {{service: web, activity: pages}}
  flood: {{service: web, activity: flood, rate: 400 kbit/s}}
lines:
  homes: {{at: dslam, profile: dsl, subscribers: 100, emulated: {lines}, runs: [{runs}]}}
"""

Make = Callable[..., Blueprint]


@pytest.fixture
def line() -> Make:
    """A blueprint of lines on which the named workloads run."""

    def make(
        *runs: str, lines: int = 1, down: str = "2048 kbit/s", up: str = "512 kbit/s", loss: str = "0 %",
        discipline: str = "fq-codel", share: str = "", policy: Policy = Policy.QOS,
        changes: Mapping[str, str] | None = None,
    ) -> Blueprint:
        text = TEXT.format(runs=", ".join(runs), lines=lines, down=down, up=up, loss=loss, discipline=discipline,
                           share=f", share: {share}" if share else "")
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        return plan(read(text, "small.yaml"), policy)

    return make


NETWORKS = Path(__file__).parent / "networks"
Predicted = Mapping[str, Mapping[Metric, Prediction]]


@pytest.fixture
def predicted() -> Callable[..., Predicted]:
    """The predictions of a network of this folder, by flow and metric. changes: texts of it, and what replaces them."""

    def predictions(name: str, changes: Mapping[str, str] | None = None) -> Predicted:
        text = (NETWORKS / f"{name}.yaml").read_text(encoding="utf-8")
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        blueprint = plan(read(text, f"{name}.yaml"))
        return predict(blueprint, flow_paths(blueprint))

    return predictions
