"""Follows packets through a simulated network as it stands at one moment: where they end, and by which queues.

What a switch does with a packet is looked up once, until its tables change (controllers.simulation.forwarding_memo).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, cast

from controllers.simulation.packet_match import Packet
from controllers.simulation.simulated_network import SimulatedNetwork
from controllers.simulation.simulated_switch import Sent
from twin.plan.forwarding.openflow_rules import FORWARD


class End(StrEnum):
    """What becomes of a packet."""

    DELIVERED = "delivered"
    LOST = "lost"
    LOOPS = "loops"


class Crossing(NamedTuple):
    """A packet that leaves a switch."""

    switch: str
    port: int
    queue: int | None
    dscp: int


class Place(NamedTuple):
    """Where a packet is: the switch, and the header with the port where it came in."""

    switch: str
    packet: Packet


Copy = tuple[Crossing, str, Place | None]
"""A packet that leaves a switch, the span that it takes, and where that leads; None: to a host."""


def step(network: SimulatedNetwork, place: Place, table: int = 0) -> Iterator[tuple[Crossing, Place | None]]:
    """The copies that leave a switch, each with where it comes to; None: a host, or lost on a dead span."""
    if place.switch not in network.off:
        for crossing, span, following in _copies(network, place, table):
            yield crossing, None if span in network.dead_spans else following


def _copies(network: SimulatedNetwork, place: Place, table: int) -> tuple[Copy, ...]:
    """The copies that leave a switch, were no span dead."""
    switch = network.switches[place.switch]
    known, key = switch.memo.of(place.packet.destination), (place.packet, table)
    if key not in known:
        known[key] = tuple((Crossing(place.switch, sent.port, sent.queue, sent.packet.dscp),
                            *_leads(network, place.switch, sent)) for sent in switch.forward(place.packet, table))
    return cast(tuple[Copy, ...], known[key])


def _leads(network: SimulatedNetwork, switch: str, sent: Sent) -> tuple[str, Place | None]:
    """The span that a packet takes, and where that leads; None: to a host."""
    span, peer = network.peers.get((switch, sent.port), ("", ""))
    following = Place(peer, sent.packet.entering(network.port_of(peer, span))) if peer in network.switches else None
    return span, following


class Hop(NamedTuple):
    """What a switch does with a packet of which it makes no copies: whether it gives it to the destination's host, and
    else the span that it takes and where that leads; None: nowhere."""

    home: bool
    span: str
    following: Place | None


def hop_at(network: SimulatedNetwork, place: Place, home: tuple[str, int]) -> Hop:
    """What the switch where a packet is does with it by its table FORWARD; home: the switch and the port of its
    destination."""
    sent = network.switches[place.switch].forward(place.packet, FORWARD)
    return Hop(any((place.switch, each.port) == home for each in sent),
               *(_leads(network, place.switch, sent[0]) if sent else ("", None)))


def flood(network: SimulatedNetwork, start: Place) -> tuple[list[Crossing], bool]:
    """All crossings of a packet that may be copied, and whether any port of a switch sends it twice: a span then
    carries it twice, or a line gets it twice. A switch may get copies by two spans, of which it forwards one."""
    crossings: list[Crossing] = []
    waiting, seen = [start], set[tuple[str, int]]()
    while waiting:
        for crossing, following in step(network, waiting.pop()):
            crossings.append(crossing)
            if crossing[:2] in seen:
                return crossings, True
            seen.add(crossing[:2])
            if following is not None:
                waiting.append(following)
    return crossings, False
