"""Transfers that take what they get, and packets that take no heed of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Rate, Size
from twin.model.service_class import Transport
from twin.model.workload import keys
from twin.model.workload.activity import DOWN, UP, Activity, Direction, Directions, Trick
from twin.model.yaml_keys import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """TCP towards the subscriber for the whole run, as fast as it goes."""

    activity: ClassVar[Activity] = Activity.DOWNLOAD
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    connections: int = keys.connections("TCP connections at a time.")
    witness: bool = written("Let iperf3 carry it, as a second witness that is not ours.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """TCP from the subscriber for the whole run, as fast as it goes."""

    activity: ClassVar[Activity] = Activity.UPLOAD
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = UP

    connections: int = keys.connections("TCP connections at a time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swarm:
    """TCP from other subscribers who run the same workload, as fast as it goes: peer to peer."""

    activity: ClassVar[Activity] = Activity.SWARM
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    peers: int = written("From how many other subscribers one fetches at a time.", default=4, least=1, most=64)
    connections: int = keys.connections("TCP connections from each peer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """UDP at constant rate that ignores congestion."""

    activity: ClassVar[Activity] = Activity.FLOOD
    transport: ClassVar[Transport] = Transport.UDP

    rate: Rate = keys.rate("Rate of IP packets.")
    direction: Direction = written("Which way it goes.", default=Direction.DOWN)
    packet: Size = keys.packet()
    random: bool = written("Whether packets come at random (Poisson), at the rate on average.", default=False)

    @property
    def directions(self) -> Directions:
        """Which way it goes."""
        return (self.direction,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """Packets that no honest subscriber sends, crafted with scapy: wrong marks, foreign source addresses."""

    activity: ClassVar[Activity] = Activity.FORGED
    transport: ClassVar[Transport] = Transport.ANY
    directions: ClassVar[Directions] = UP

    rate: Rate = keys.rate("Rate of IP packets.")
    packet: Size = keys.packet()
    tricks: tuple[Trick, ...] = written("What is forged, in turn; left out: marked, spoofed, arp-claim and arp-storm.",
                                        default=(), example="[igmp-storm, pirate]")
