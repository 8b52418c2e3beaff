"""Forged packets as load: all of them on the line that sends them, and beyond it only what its switch lets pass."""

from __future__ import annotations

import pytest

from twin.core.units import PPM
from twin.model import Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, RunPlan, predict_paths
from twin.predict.figures.by_flow import figures
from twin.predict.load.queue_crossings import crossings

NETWORK = """
twin: 1
name: forged
sites: {here: {}}
switches: {core: {site: here}}
dslams: {access: {site: here, uplink: {to: core, capacity: 10 Mbit/s}}}
head-ends: {internet: {site: here, uplink: {to: core, capacity: 10 Mbit/s}},
            video: {site: here, uplink: {to: core, capacity: 10 Mbit/s}}}
classes: {tv: {dscp: CS3}, data: {dscp: DF}}
services: {tv: {class: tv, head-end: video, transport: udp, ports: [5000, 5999]},
           web: {class: data, head-end: internet}}
CHANNELS
profiles: {fast: {technology: ethernet, down: 10 Mbit/s, up: 10 Mbit/s}}
workloads: {forged: {service: web, activity: forged, rate: 800 kbit/s, packet: 1000 bytes, attacks: ATTACKS}}
lines: {villain: {at: access, profile: fast, runs: [forged]}}
"""
CHANNELS = "channels: {one: {service: tv, rate: 1 Mbit/s}}"


def network(attacks: str, channels: str = CHANNELS) -> Blueprint:
    """A line that forges."""
    return plan(read(NETWORK.replace("ATTACKS", attacks).replace("CHANNELS", channels), "forged.yaml"))


def loads(attacks: str, channels: str = CHANNELS) -> dict[str, dict[int, float]]:
    """Of each span on the way up, packets/s by the bytes of their frames."""
    blueprint = network(attacks, channels)
    met, loaded = crossings(blueprint, flow_paths(blueprint)), dict[str, dict[int, float]]()
    for point, members in met.at.items():
        for stream in (met.streams[k] for k in members):
            by_size = loaded.setdefault(point.span, {})
            by_size[stream.frame] = by_size.get(stream.frame, 0.0) + (stream.packet_rate or 0.0)
    return loaded


def predictions(attacks: str) -> dict[Metric, Prediction]:
    """What is predicted of the forged flow."""
    blueprint = network(attacks)
    (path,) = predict_paths(blueprint, flow_paths(blueprint), RunPlan())
    return figures(path, disturbed=False)


def test_only_what_is_marked_goes_beyond_the_line() -> None:
    """A quarter; what is spoofed is as long, and ARP takes the least frame."""
    assert loads("[marked, spoofed, arp-claim, arp-storm]") == {
        "villain-1": {1014: pytest.approx(50), 60: pytest.approx(50)}, "access-uplink": {1014: pytest.approx(25)},
        "internet-uplink": {1014: pytest.approx(25)}}


def test_a_rotation_that_is_filled_up_counts_its_first_attack_twice() -> None:
    """Three attacks are sent in four turns."""
    assert loads("[marked, spoofed, arp-claim]")["access-uplink"] == {1014: pytest.approx(50)}


def test_contained_attacks_load_the_line_alone() -> None:
    """IGMP goes to the controller, and a stream to a channel's group nowhere."""
    assert loads("[igmp-storm, igmp-malformed, igmp-spoofed, pirate]") == {
        "villain-1": {1014: pytest.approx(25), 60: pytest.approx(75)}}


def test_a_pirate_without_channels_sends_to_the_head_end() -> None:
    """There is no group to which it could send."""
    assert loads("[pirate]", channels="")["access-uplink"] == {1014: pytest.approx(100)}


def test_what_is_contained_is_lost() -> None:
    """All of what an IGMP storm sends, and three quarters of what is forged by default."""
    storm, mixed = predictions("[igmp-storm]"), predictions("[marked, spoofed, arp-claim, arp-storm]")
    assert storm[Metric.LOSS].value == PPM and storm[Metric.MEAN_DELAY].value is None
    assert storm[Metric.MEAN_DELAY].by.startswith("no closed form: ")
    assert mixed[Metric.LOSS].value == pytest.approx(0.75 * PPM) and mixed[Metric.MEAN_DELAY].value is not None
