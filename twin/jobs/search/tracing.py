"""Follows packets through a simulated network as it stands at one moment: where they end, and by which queues.

What a switch does with a packet is looked up once, until its tables change (controllers.simulation.forwarding_memo).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, cast

from controllers.simulation.packet_match import Packet
from controllers.simulation.simulated_network import SimulatedNetwork
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
    known, key = network.switches[place.switch].memo.of(place.packet.destination), (place.packet, table)
    if key not in known:
        known[key] = tuple(_copies_now(network, place, table))
    return cast(tuple[Copy, ...], known[key])


def _copies_now(network: SimulatedNetwork, place: Place, table: int) -> Iterator[Copy]:
    for sent in network.switches[place.switch].forward(place.packet, table):
        span, peer = network.peers.get((place.switch, sent.port), ("", ""))
        following = Place(peer, sent.packet._replace(in_port=network.port_of(peer, span))) \
            if peer in network.switches else None
        yield Crossing(place.switch, sent.port, sent.queue, sent.packet.dscp), span, following


class Hop(NamedTuple):
    """What a switch does with a packet of which it makes no copies: whether it gives it to the destination's host, and
    else the span that it takes and where that leads; None: nowhere."""

    home: bool
    span: str
    following: Place | None


def _hop(network: SimulatedNetwork, place: Place, home: tuple[str, int]) -> Hop:
    known = network.switches[place.switch].memo.of(place.packet.destination)
    if place.packet not in known:
        copies = _copies(network, place, FORWARD)
        known[place.packet] = Hop(any((crossing.switch, crossing.port) == home for crossing, _, _ in copies),
                                  *(copies[0][1:] if copies else ("", None)))
    return cast(Hop, known[place.packet])


def unicast_end(network: SimulatedNetwork, place: Place, home: tuple[str, int], known: dict[Place, End]) -> End:
    """What becomes of a packet that is forwarded at a switch; home: the switch and the port of its destination.

    Between switches the tables before FORWARD let everything pass, which is asked of whole flows at rest. known: the
    ends of the places on the way, of other packets to the same destination; new ones are added.
    """
    trail: list[Place] = []
    at, end = place, None
    while end is None:
        end = known.get(at)
        if end is None:
            trail.append(at)
            known[at] = End.LOOPS  # for whoever comes here again before the end is known
            hop = _hop(network, at, home)
            if hop.home or hop.following is None or hop.span in network.dead_spans:
                end = End.DELIVERED if hop.home else End.LOST
            else:
                at = hop.following
    known.update(dict.fromkeys(trail, end))
    return end


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


def signature(network: SimulatedNetwork, destination: str) -> object:
    """Equal as long as packets to a destination end where they do; only while the network lives."""
    versions = tuple((switch, switch.memo.version(destination)) for switch in network.switches.values())
    return versions, network.dead_spans, network.off
