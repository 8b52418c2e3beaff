"""A small territory for tests of sizing: a ring of three switches, a town with DSL, a village on radio, demand of
every kind."""

from __future__ import annotations

from twin.model import Network
from twin.model.yaml import read

FLAT = ", ".join(["4 %"] * 8 + ["4.25 %"] * 16)
DEMAND = """
demand:
  stages:
    launch: {year: 2003, households: 10 %, businesses: 20 %}
    mature: {year: 2008, households: 40 %, businesses: 40 %, take-ups: [{use: television, take-up: 50 %}]}
  offers:
    home: {subscriber: household, profile: adsl, share: 100 %}
    village: {subscriber: household, profile: wifi, share: 100 %}
    pro: {subscriber: business, profile: adsl, share: 100 %}
  uses:
    calls: {kind: calls, subscriber: household, service: telephony, week: day, erlangs: 0.05, codec: G.711,
      blocking: 1 %}
    television: {kind: television, subscriber: household, service: television, week: day, take-up: 20 %,
      watching: 50 %, channels: 20, rate: 1.5 Mbit/s, refused: 1 %}
    web: {kind: transfers, subscriber: household, service: internet, week: day, active: 50 %, transfers: 36,
      size: 100 kB, throughput: 80 %}
    mail: {kind: transfers, subscriber: business, service: internet, transfers: 36, size: 100 kB, direction: up}
    swarm: {kind: swarm, subscriber: household, service: internet, week: day, active: 50 %, rate: 10 kbit/s}
    rate: {kind: committed, subscriber: business, service: internet, rate: 100 kbit/s}
  weeks:
    day: {weekday: [HOURS], volumes: [1, 0.5, 0.5]}
"""
TEXT = """
twin: 1
name: asked
sites: {town: {households: 1000, businesses: 100}, village: {households: 50}, hamlet: {households: 7}}
switches: {a: {site: town}, b: {site: town}, c: {site: town}}
spans:
  a-b: {ends: [a, b], capacity: CAPACITY, length: 1 km}
  b-c: {ends: [b, c], capacity: CAPACITY, length: 1 km}
  c-a: {ends: [c, a], capacity: CAPACITY, length: 1 km}
rings: {ring: {spans: [a-b, b-c, c-a]}}
dslams: {dslam: {site: town, uplink: {to: b, capacity: CAPACITY}}}
relays: {relay: {site: village, uplink: {to: c, medium: radio, capacity: 5 Mbit/s}}}
head-ends: {centre: {site: town, uplink: {to: a, capacity: 1 Gbit/s}}}
classes: {voice: {dscp: EF, strict: true}, video: {dscp: CS3, weight: 20}, data: {dscp: DF}}
services:
  telephony: {class: voice, head-end: centre, transport: udp, ports: [16384, 32767]}
  television: {class: video, head-end: centre, transport: udp, ports: [5000, 5999]}
  internet: {class: data, head-end: centre, transport: tcp}
profiles:
  adsl: {down: DOWN, up: 128 kbit/s, delay: DELAY}
  wifi: {technology: wifi, down: 512 kbit/s, up: 128 kbit/s}
workloads: {download: {service: internet, activity: download}}
lines: {homes: {at: dslam, profile: adsl, runs: [download]}}
"""


def demanding(capacity: str = "100 Mbit/s", demand: str = DEMAND, households: int = 1000, *, down: str = "512 kbit/s",
              delay: str = "0 ms") -> Network:
    """The territory with spans of some capacity, a demand, and so many households in its town, with such lines."""
    text = (TEXT + demand).replace("CAPACITY", capacity).replace("HOURS", FLAT)
    text = text.replace("DOWN", down).replace("DELAY", delay)
    return read(text.replace("households: 1000", f"households: {households}"), "asked.yaml")
