"""Follows packets through a simulated network as it stands at one moment: where they end, and by which queues."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

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


def step(network: SimulatedNetwork, place: Place, table: int = 0) -> Iterator[tuple[Crossing, Place | None]]:
    """The copies that leave a switch, each with where it comes to; None: a host, or lost on a dead span."""
    if place.switch in network.off:
        return
    for sent in network.switches[place.switch].forward(place.packet, table):
        crossing = Crossing(place.switch, sent.port, sent.queue, sent.packet.dscp)
        span, peer = network.peers.get((place.switch, sent.port), ("", ""))
        if peer not in network.switches or span in network.dead_spans:
            yield crossing, None
        else:
            yield crossing, Place(peer, sent.packet._replace(in_port=network.port_of(peer, span)))


def unicast_end(network: SimulatedNetwork, start: str, packet: Packet, home: tuple[str, int],
                known: dict[Place, End]) -> End:
    """What becomes of a packet that is forwarded at a switch; home: the switch and the port of its destination.

    Between switches the tables before FORWARD let everything pass, which is asked of whole flows at rest. known: the
    ends of the places on the way, of other packets to the same destination; new ones are added.
    """
    trail: dict[Place, None] = {}
    place: Place | None = Place(start, packet)
    end = End.LOST
    while place is not None and place not in known:
        if place in trail:
            end = End.LOOPS
            break
        trail[place] = None
        copies = list(step(network, place, FORWARD))
        if any((crossing.switch, crossing.port) == home for crossing, _ in copies):
            end = End.DELIVERED
        place = copies[0][1] if copies else None
    else:
        end = known[place] if place is not None else end
    known.update(dict.fromkeys(trail, end))
    return end


def flood(network: SimulatedNetwork, start: Place) -> tuple[list[Crossing], bool]:
    """All crossings of a packet that may be copied, and whether any switch got it twice."""
    crossings: list[Crossing] = []
    waiting, seen = [start], {start.switch}
    while waiting:
        for crossing, following in step(network, waiting.pop()):
            crossings.append(crossing)
            if following is not None:
                if following.switch in seen:
                    return crossings, True
                seen.add(following.switch)
                waiting.append(following)
    return crossings, False
