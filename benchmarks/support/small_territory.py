"""A territory small enough to emulate every line: a town of 40 households that fetch pages and 12 businesses that call
and watch television, behind a DSLAM with an uplink of 10 Mbit/s; the same demand for `twin size` as for `twin verify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from twin.model import Network
from twin.model.yaml import read

HOUSEHOLDS, BUSINESSES = 40, 12
UPLINK = "access-uplink"
SOURCES = 10
"""Of pages on each household's line: so many that those which wait for a page hardly thin out the others' arrivals."""
PAGE, PAUSE = 100_000, 88.0
"""Bytes, s."""
ERLANGS, HOLDING = 0.7, 10
CHANNELS, RATE = 12, 400
"""Their number, and kbit/s."""

_DESCRIPTION = f"""twin: 1
name: small-territory
sites: {{town: {{households: {HOUSEHOLDS}, businesses: {BUSINESSES}}}}}
switches: {{exchange: {{site: town}}}}
dslams: {{access: {{site: town, uplink: {{to: exchange, capacity: 10 Mbit/s}}}}}}
head-ends: {{servers: {{site: town, uplink: {{to: exchange, capacity: 1 Gbit/s, delay: 5 ms}}}}}}
classes:
  voice: {{dscp: EF, strict: true, queue: 40 ms}}
  signalling: {{dscp: CS5, guarantee: 50 kbit/s}}
  video: {{dscp: CS3, guarantee: 5.1 Mbit/s, queue: 150 ms}}
  data: {{dscp: DF, weight: 1, guarantee: 3.7 Mbit/s, queue: 500 ms, discipline: fq-codel}}
services:
  telephony: {{class: voice, head-end: servers, transport: udp, ports: [16384, 32767]}}
  sip: {{class: signalling, head-end: servers, transport: udp, ports: [5060, 5060]}}
  television: {{class: video, head-end: servers, transport: udp, ports: [6000, 6999]}}
  web: {{class: data, head-end: servers, transport: tcp, ports: [1024, 65000]}}
multicast: {{fast-leave: true}}
call-control: {{processing: 20 ms, ringing: 1 s}}
profiles:
  home: {{down: 1024 kbit/s, up: 256 kbit/s, delay: 8 ms}}
  office: {{down: 2048 kbit/s, up: 1024 kbit/s, delay: 8 ms, channels: 8}}
workloads:
  call: {{service: telephony, signalling: sip, activity: dial, erlangs: {ERLANGS}, holding: {HOLDING} s}}
""" + "".join(f"  page-{n}: {{service: web, activity: pages, page: {PAGE} bytes, pause: {PAUSE} s}}\n"
              for n in range(1, SOURCES + 1)) \
    + "".join(f"  watch-{n}: {{service: television, activity: watch, channels: [channel-{n:02}]}}\n"
              for n in range(1, CHANNELS + 1))


def territory(pages_an_hour: float, seed: int) -> Network:
    """The territory with every line emulated, and so many pages of each household an hour in its demand; what each
    business watches is drawn from the seed, as popular as channels are."""
    popularity = [1 / n for n in range(1, CHANNELS + 1)]
    watched = Random(seed).choices(range(1, CHANNELS + 1), popularity, k=BUSINESSES)
    return _read(pages_an_hour, HOUSEHOLDS, watched, "")


def aggregated(pages_an_hour: float) -> Network:
    """The same with one line in ten of households and one business emulated, all others as background traffic."""
    return _read(pages_an_hour, HOUSEHOLDS // 10, [1], "  background: {stage: all, hour: 12}\n")


def _read(pages_an_hour: float, households: int, watched: Sequence[int], background: str) -> Network:
    return read(_DESCRIPTION + _lines(households, watched) + _demand(pages_an_hour) + background,
                "small-territory.yaml")


def _lines(households: int, watched: Sequence[int]) -> str:
    runs = ", ".join(f"page-{n}" for n in range(1, SOURCES + 1))
    homes = (f"lines:\n  home: {{at: access, profile: home, subscribers: {HOUSEHOLDS}, emulated: {households}, "
             f"runs: [{runs}]}}\n")
    return homes + "".join(f"  office-{n}: {{at: access, profile: office, runs: [call, watch-{channel}]}}\n"
                           for n, channel in enumerate(watched, 1))


def _demand(pages_an_hour: float) -> str:
    sent = "".join(f"  channel-{n:02}: {{service: television, rate: {RATE} kbit/s}}\n" for n in range(1, CHANNELS + 1))
    return f"""channels:
{sent}demand:
  stages: {{all: {{households: 100 %, businesses: 100 %}}}}
  offers:
    home: {{subscriber: household, profile: home, share: 100 %}}
    office: {{subscriber: business, profile: office, share: 100 %}}
  uses:
    pages: {{kind: transfers, subscriber: household, service: web, transfers: {pages_an_hour:.3f}, size: {PAGE} bytes}}
    calls: {{kind: calls, subscriber: business, service: telephony, erlangs: {ERLANGS}}}
    watching: {{kind: television, subscriber: business, service: television, watching: 100 %, channels: {CHANNELS},
                rate: {RATE} kbit/s}}
"""
