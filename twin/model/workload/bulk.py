"""Settings of bulk transfers (download, upload, peer to peer), and of floods and forged packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Rate, Size
from twin.model.service_class import Transport
from twin.model.workload import keys
from twin.model.workload.activity import DOWN, UP, Activity, AttackKind, Direction, Directions
from twin.model.yaml_field_metadata import yaml_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """TCP towards the subscriber for the whole run, as fast as possible."""

    activity: ClassVar[Activity] = Activity.DOWNLOAD
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    connections: int = keys.connections("TCP connections at a time.")
    reference_tool: bool = yaml_key("Let iperf3 generate the traffic, as a cross-check.", default=False,
                                    formerly="witness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """TCP from the subscriber for the whole run, as fast as possible."""

    activity: ClassVar[Activity] = Activity.UPLOAD
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = UP

    connections: int = keys.connections("TCP connections at a time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swarm:
    """Peer to peer: TCP from other subscribers with the same workload, as fast as possible."""

    activity: ClassVar[Activity] = Activity.SWARM
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    peers: int = yaml_key("Number of other subscribers from which each member fetches at a time.", default=4, least=1,
                          most=64)
    connections: int = keys.connections("TCP connections from each peer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """UDP at constant rate, without congestion control."""

    activity: ClassVar[Activity] = Activity.FLOOD
    transport: ClassVar[Transport] = Transport.UDP

    rate: Rate = keys.rate("Rate of IP packets.")
    direction: Direction = yaml_key("Direction.", default=Direction.DOWN)
    packet: Size = keys.packet()
    random: bool = yaml_key("Poisson arrivals, with the rate on average.", default=False)

    @property
    def directions(self) -> Directions:
        """Direction."""
        return (self.direction,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """Attack traffic, generated with scapy: wrong DSCPs, spoofed source addresses."""

    activity: ClassVar[Activity] = Activity.FORGED
    transport: ClassVar[Transport] = Transport.ANY
    directions: ClassVar[Directions] = UP

    rate: Rate = keys.rate("Rate of IP packets.")
    packet: Size = keys.packet()
    attacks: tuple[AttackKind,
                   ...] = yaml_key("Kinds of attack traffic, one after the other; by default marked, spoofed, "
                                   "arp-claim and arp-storm.",
                                   default=(), example="[igmp-storm, pirate]", formerly="tricks")
