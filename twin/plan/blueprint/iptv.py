"""IPTV channels as they are sent: groups, ports and packet timing."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Size, Time


@dataclass(frozen=True, slots=True)
class IptvChannelPlan:
    """A channel as it is sent: once, from `source` to `group`, from and to `port`. start: of its first packet.

    packet: IP packet size. interval: ns between packets. access: packets from one random access point to the next.
    """

    name: str
    service: str
    service_class: str
    source: str
    group: str
    port: int
    rate: Rate
    packet: Size
    interval: Time
    access: int
    start: Time = Time(0)
