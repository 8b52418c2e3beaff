"""IPTV: the channels that a head-end sends by IP multicast, and IGMP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Rate, Time
from twin.model.yaml_field_metadata import Name, basis, yaml_key


@dataclass(frozen=True, slots=True)
class IptvChannel:
    """An IPTV channel: one transport stream, sent once to a multicast group, whoever watches."""

    name: Name
    rate: Rate = yaml_key("Rate of the transport stream.", least=8000, example="1.5 Mbit/s")
    service: Name | None = yaml_key("Its service; the source of the group is that service's head-end.",
                                    default=None, refers=("services",), example="television")
    group: str = yaml_key("Its multicast group, an IPv4 address from 224.0.1.0 on; by default one of 239.192.0.0/14 is "
                          "assigned (RFC 2365).", default="", example="239.192.0.1")
    access: Time = yaml_key("Time between random access points (GOP length).",
                            default=Time(500_000_000), least=10_000_000, most=60_000_000_000, example="500 ms")
    title: str = yaml_key("Name for display.", default="")
    basis: str = basis()


class Querier(StrEnum):
    """Who asks lines which channels they watch."""

    NETWORK = "network"
    """The network, by general and group-specific queries (RFC 2236)."""
    NONE = "none"
    """Nobody: switches snoop reports and leaves alone (RFC 4541), and what nobody asks for again expires."""


@dataclass(frozen=True, slots=True)
class Multicast:
    """IGMP, and processing times of the equipment, since computing takes no time in the lab.

    The network is the querier of IGMP version 2, with the timers of RFC 2236, 8. It sends a general query to all lines
    every `query-interval`, and to those of a switch that has begun at once. A membership expires `robustness` such
    intervals and `query-response` after the last report, by default 260 s. Without fast leave, a leave is followed by
    `robustness` group-specific queries, and the line is pruned after as many times `last-member-query`, by default 2 s.
    Without a querier, every membership expires that long after it was joined, also of who still watches; and without
    fast leave a leave changes nothing before.
    """

    querier: Querier = yaml_key("Who asks lines which channels they watch; with `none`, channels stop when memberships "
                                "expire.", default=Querier.NETWORK)
    fast_leave: bool = yaml_key("Prune an IPTV channel as soon as a box leaves it, without a query: another box on the "
                                "line that watches it loses it until it is asked again.", default=False)
    last_member_query: Time = yaml_key("Maximum response time of a group-specific query.",
                                       default=Time(1_000_000_000), least=100_000_000, most=25_500_000_000,
                                       example="1 s")
    query_interval: Time = yaml_key("Interval of general queries; longer than `query-response`.",
                                    default=Time(125_000_000_000), least=1_000_000_000, most=3_600_000_000_000,
                                    example="125 s")
    query_response: Time = yaml_key("Maximum response time of a general query.",
                                    default=Time(10_000_000_000), least=100_000_000, most=25_500_000_000,
                                    example="10 s")
    robustness: int = yaml_key("Robustness variable: how many queries may be lost, and how many are sent after "
                               "a leave.", default=2, least=1,
                               most=7)
    messages: int = yaml_key("IGMP messages a second (and in a burst) that one line may send; the rest is dropped.",
                             default=10, least=1, most=1000)
    switch: Time = yaml_key("Time that a switch takes to forward a message to the controller and to change its rules.",
                            default=Time(10_000_000), most=1_000_000_000, example="10 ms")
    controller: Time = yaml_key("Time that the controller takes for each message, one at a time.",
                                default=Time(5_000_000), most=1_000_000_000, example="5 ms")
    basis: str = basis()

    @property
    def membership_interval(self) -> Time:
        """How long a report holds (RFC 2236, 8.4)."""
        return Time(self.robustness * self.query_interval + self.query_response)

    @property
    def overlap(self) -> Time:
        """For how long a channel that was left is still sent."""
        if self.fast_leave:
            return Time(0)
        return self.membership_interval if self.querier is Querier.NONE else Time(
            self.robustness * self.last_member_query)
