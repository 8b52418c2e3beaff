"""Channels as they are sent, and channel plans that fit or do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.core.errors import TopologyError
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.demand.iptv_channels import channels, largest_stream

VIDEO = Path(__file__).parents[3] / "topologies" / "video.yaml"
TEXT = VIDEO.read_text(encoding="utf-8")


def problems(*changes: tuple[str, str]) -> str:
    """What the plan says of the description with some of it written otherwise."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(TopologyError) as raised:
        plan(read(text, "video.yaml"))
    return str(raised.value)


def test_each_channel_has_a_group_and_a_port_of_its_own() -> None:
    """Assigned in order of name, round groups that are written; the flows of the service take the ports after them."""
    network = read(TEXT.replace("three: {", "three: {group: 239.192.0.1, "), "video.yaml")
    assert [(c.name, c.group, c.port) for c in channels(network)] == [
        ("one", "239.192.0.2", 5000), ("three", "239.192.0.1", 5001), ("two", "239.192.0.3", 5002)]


def test_random_access_points_fall_on_packets() -> None:
    """1.5 Mbit/s is a packet each 7.02 ms: 72 of them last half a second."""
    first = channels(load(VIDEO))[0]
    assert (first.interval, first.access) == (7_018_667, 72)


@pytest.mark.parametrize(("encapsulation", "most"), [("pppoa-vc", 1.7535e6), ("pppoe-llc", 1.6951e6)])
def test_the_largest_stream_of_a_line(encapsulation: str, most: float) -> None:
    """29 or 30 cells of 53 bytes carry 1316 bytes of stream at 2048 kbit/s."""
    text = TEXT.replace("up: 128 kbit/s,", f"up: 128 kbit/s, encapsulation: {encapsulation},")
    blueprint = plan(read(text.replace("rate: 1.2 Mbit/s", "rate: 1.2 Mbit/s, packet: 1492 bytes"), "video.yaml"))
    line = next(span for span in blueprint.spans if span.name == "east-tv-1")
    assert largest_stream(line) == pytest.approx(most, rel=1e-4)


def test_a_channel_that_does_not_fit_a_line_is_told_with_what_would() -> None:
    """3 Mbit/s of stream are 3.504 Mbit/s of cells."""
    message = problems(("one: {service: television, rate: 1.5 Mbit/s", "one: {service: television, rate: 3 Mbit/s"),
                       ("guarantee: 5 Mbit/s", "guarantee: 9 Mbit/s"))
    assert "lines.east-tv.runs: channel one of 3 Mbit/s takes 3.504 Mbit/s of a line of profile adsl-2048" in message
    assert "carries 2.048 Mbit/s; send at most 1.753 Mbit/s" in message


def test_a_channel_plan_beyond_the_guarantee_is_told_with_how_many_fit() -> None:
    """Three channels take 4.77 Mbit/s of wire; a guarantee of 4 Mbit/s holds two."""
    message = problems(("guarantee: 5 Mbit/s", "guarantee: 4 Mbit/s"))
    assert "spans.north-east: 3 channels, each sent once, take 4.767 Mbit/s there" in message
    assert "more than the 4 Mbit/s guaranteed to class television; send 2 of them at most, or guarantee more" in message


def test_a_channel_plan_beyond_the_ring_is_told() -> None:
    """Seventy channels of 1.5 Mbit/s are 111 Mbit/s."""
    more = "\n".join(f"  more-{n}: {{service: television, rate: 1.5 Mbit/s}}" for n in range(67))
    message = problems((", guarantee: 5 Mbit/s", ""), ("multicast: {", f"{more}\nmulticast: {{"))
    assert "70 channels, each sent once, take 111.2 Mbit/s there, more than the 100 Mbit/s of the span" in message
    assert "send 62 of them at most" in message


def test_a_channel_plan_fits_a_ring_that_is_cut() -> None:
    """Nobody's shortest way leads over east-west, and its 4 Mbit/s hold two of three channels when north-east is cut;
    without protection nothing goes there."""
    span = "east-west: {ends: [east, west], capacity:"
    narrow = f"{span} 100 Mbit/s", f"{span} 4 Mbit/s"
    message = problems((", guarantee: 5 Mbit/s", ""), narrow)
    assert ("spans.east-west: 3 channels, each sent once, take 4.767 Mbit/s there when ring main is cut elsewhere, "
            "more than the 4 Mbit/s of the span; send 2 of them at most") in message
    assert "spans.north-east" not in message
    calm = TEXT.replace(", guarantee: 5 Mbit/s", "").replace(*narrow) + "\nprotection: {healing: none}\n"
    plan(read(calm, "video.yaml"))
