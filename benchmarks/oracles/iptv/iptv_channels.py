"""Channels through a real network: what a channel plan costs a span, and what leaving slowly costs a narrow line."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from traffic.sample_files import LOST, Viewed
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.channel_change import changes, expected, visits
from twin.judge.figures.media_delivery import delay_factors
from twin.judge.figures.span_load import span_loads
from twin.model.traffic_profiles import TS_PAYLOAD
from twin.plan.blueprint import Blueprint
from twin.plan.demand.iptv_channels import load

SECONDS = 11
LINE, CELLS = 2_048_000, 29 * 53
"""bit/s of the narrow line, and bytes of cells that a datagram of a channel takes of it (PPPoA)."""
QUEUE = 0.150
"""s of the line that its queue holds."""
JOIN = 25
"""ms, on average, that a CPE's kernel waits before it says that it joins; it leaves at once."""
SWITCH, CONTROLLER = 10, 5
CACHE = 2.5
"""ms, on average, until Open vSwitch obeys a rule that was changed."""


def oracles() -> Iterator[Oracle]:
    """One run of eleven seconds."""
    blueprint = lab.described("channels")
    side = lab.run(blueprint, SECONDS).side
    yield from _cost(blueprint, side)
    yield from _delay_factor(side)
    yield from _overlap(blueprint, side)
    yield from _zapping(side)


def _cost(blueprint: Blueprint, side: Side) -> Iterator[Oracle]:
    """Twenty channels, watched twice, on the span between the two switches."""
    spans = {span.name: span for span in blueprint.spans}
    planned = sum(load(channel, spans["north-south"], True) for channel in blueprint.iptv_channels)
    yield Oracle("20 channels of 1.5 Mbit/s on fibre", "1394 bytes of wire for 1316", 31.8, planned / 1e6, 1e-3,
                 "Mbit/s")
    loads = {(load.span, load.forth): load for load in span_loads(blueprint, side.before, side.after, SECONDS)}
    began = [min(_first(side, f"home-{home}.watch-{number:02d}") for home in (1, 2)) for number in range(1, 21)]
    whole = sum(1 - at / (SECONDS * NS_PER_S) for at in began) / len(began)
    yield Oracle("20 channels on a span that two homes watch behind", "each crosses it once", planned * whole / 1e6,
                 loads["north-south", True].by_class["television"] / 1e6, 5e-3, "Mbit/s")


def _first(side: Side, flow: str) -> int:
    """When the first packet came to one who watches, ns."""
    samples = side.samples[flow]
    assert isinstance(samples, Viewed)
    return min(received for received in samples.received if received != LOST)


def _delay_factor(side: Side) -> Iterator[Oracle]:
    """A channel that meets 19 others on fibre of 100 Mbit/s: one packet, and a wait for the others at the most."""
    seen = side.samples["home-1.watch-01"]
    assert isinstance(seen, Viewed)
    (visit,) = visits(seen, SECONDS * NS_PER_S)
    least = min(delay_factors(expected(visit)))
    yield Oracle("delay factor of a channel beside 19 others", "RFC 4445: S/MR", 1316 * 8 / 1500, least / NS_PER_MS,
                 0.05, "ms")


def _overlap(blueprint: Blueprint, side: Side) -> Iterator[Oracle]:
    """Two changes without fast leave: both channels come until two queries of a second each have gone unanswered."""
    loads = {(load.span, load.forth): load for load in span_loads(blueprint, side.before, side.after, SECONDS)}
    channel = 1_500_000 * CELLS / TS_PAYLOAD
    together = 2.0 - JOIN / 1000
    lost = ((2 * channel - LINE) / 8 * together - LINE * QUEUE / 8) / CELLS
    yield Oracle("packets that 2048 kbit/s loses in two slow changes", "RFC 2236, 8: 2 s of both channels", 2 * lost,
                 loads["narrow-1", True].dropped["television"], 0.02)


def _zapping(side: Side) -> Iterator[Oracle]:
    """From leaving and joining to the first packet, where the line is not full yet."""
    seen = side.samples["narrow-1.zapper"]
    assert isinstance(seen, Viewed)
    made = [change.first / NS_PER_MS for change in map(changes, visits(seen, SECONDS * NS_PER_S)) if change is not None]
    uplink = 53 * 8 / 128
    half_a_packet = 1316 * 8 / 1500 / 2
    downlink = CELLS * 8 / (LINE / 1000)
    theory = JOIN + SWITCH + CONTROLLER + CACHE + uplink + half_a_packet + downlink
    yield Oracle("time to the first packet of a channel, three changes", "kernel, switch, controller, half a packet",
                 theory, sum(made) / len(made), 0.15, "ms")
