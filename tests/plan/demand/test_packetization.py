"""Packets of speech that hold more or less than is usual: their size and pace, admission, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin.core.errors import TopologyError
from twin.core.units import NS_PER_MS, Time
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import RtpCall, SipSignalling, carrying
from twin.plan.demand.shared_capacities import speech_of

NETWORK = """twin: 1
name: speech
sites: {{town: {{}}}}
switches: {{exchange: {{site: town}}}}
dslams: {{access: {{site: town, uplink: {{to: exchange, capacity: 1 Gbit/s}}}}}}
head-ends: {{gate: {{site: town, uplink: {{to: exchange, capacity: 1 Gbit/s}}}}}}
classes: {{voice: {{dscp: EF, strict: true, queue: 50 ms}}, data: {{dscp: DF, queue: 100 ms}}}}
services:
  sip: {{class: data, head-end: gate, transport: udp, ports: [5060, 5060]}}
  voip: {{class: voice, head-end: gate, transport: udp, ports: [16384, 32767]}}
profiles: {{dsl: {{down: 2048 kbit/s, up: 512 kbit/s}}}}
workloads:
  call: {{service: voip, activity: call, codec: {codec}, packetization: {held}}}
  dial: {{service: voip, signalling: sip, activity: dial, erlangs: 0.1, codec: {codec}, packetization: {held}}}
lines:
  caller: {{at: access, profile: dsl, runs: [call]}}
  dialler: {{at: access, profile: dsl, runs: [dial]}}
"""


@pytest.mark.parametrize(("codec", "held", "packet"), [
    ("G.711", 10, 120), ("G.711", 40, 360), ("G.729", 30, 70), ("G.729", 60, 100), ("G.723.1", 60, 88)])
def test_packets_are_as_large_and_as_many_as_their_speech(codec: str, held: int, packet: int) -> None:
    """IP bytes and pace of calls, and what admission counts for dialled ones."""
    blueprint = plan(read(NETWORK.format(codec=codec, held=f"{held} ms"), "speech.yaml"))
    for _, call in carrying(RtpCall, blueprint.flows):
        assert (call.packet, call.interval) == (packet, held * NS_PER_MS)
        assert call.speech.coding == held * NS_PER_MS + call.speech.codec.lookahead
    ((_, dialled),) = carrying(SipSignalling, blueprint.flows)
    assert speech_of(dialled) == (packet, held * NS_PER_MS)
    assert speech_of(replace(dialled, packetization=Time(0)))[1] == dialled.codec.interval


@pytest.mark.parametrize(("codec", "held"), [("G.711", "25 ms"), ("G.723.1", "40 ms"), ("G.729", "10 ms")])
def test_what_no_codec_sends_is_refused(codec: str, held: str) -> None:
    """With what it could send."""
    with pytest.raises(TopologyError, match=f"{held} in a packet are not possible with {codec}; write one of: "):
        read(NETWORK.format(codec=codec, held=held), "speech.yaml")
