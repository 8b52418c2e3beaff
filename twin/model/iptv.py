"""Broadcast television: the channels that a head-end sends by IP multicast, and how the network follows who watches."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Rate, Time
from twin.model.yaml_keys import Name, basis, written


@dataclass(frozen=True, slots=True)
class Channel:
    """A television channel: one transport stream, sent once to a multicast group, whoever watches."""

    name: Name
    rate: Rate = written("Rate of the transport stream.", least=8000, example="1.5 Mbit/s")
    service: Name | None = written("The service that it belongs to; the group's source is that service's head-end.",
                                   default=None, refers=("services",), example="television")
    group: str = written("Its multicast group, an IPv4 address from 224.0.1.0 on; left out, one of 239.192.0.0/14 is "
                         "assigned (RFC 2365).", default="", example="239.192.0.1")
    access: Time = written("Time between two random access points (length of a group of pictures).",
                           default=Time(500_000_000), least=10_000_000, most=60_000_000_000, example="500 ms")
    title: str = written("The name that people read.", default="")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Multicast:
    """How joining and leaving channels works; computing is free in the emulation, so reaction times are said here.

    The network is the querier of IGMP version 2, with the timers of RFC 2236, 8. It asks all lines every
    `query-interval` what they watch. A line that has not said so for `robustness` such intervals and the time for an
    answer, 260 s, does not watch any more. Without fast leave, who leaves is asked whether somebody else on the line
    still watches, `robustness` times, and pruned after as many times `last-member-query`: 2 s.
    """

    fast_leave: bool = written("Prune a channel as soon as a line leaves it, without asking.", default=False)
    last_member_query: Time = written("Time within which a group-specific query has to be answered.",
                                      default=Time(1_000_000_000), least=100_000_000, most=25_500_000_000,
                                      example="1 s")
    query_interval: Time = written("Time between two general queries; longer than the time for their answers.",
                                   default=Time(125_000_000_000), least=1_000_000_000, most=3_600_000_000_000,
                                   example="125 s")
    query_response: Time = written("Time within which a general query has to be answered.",
                                   default=Time(10_000_000_000), least=100_000_000, most=25_500_000_000,
                                   example="10 s")
    robustness: int = written("How many queries may be lost; how often who leaves is asked.", default=2, least=1,
                              most=7)
    messages: int = written("IGMP messages a second, and at once, that one line may send; the rest is dropped.",
                            default=10, least=1, most=1000)
    switch: Time = written("What a switch takes to hand a message on and to change its rules.",
                           default=Time(10_000_000), most=1_000_000_000, example="10 ms")
    controller: Time = written("What the controller takes for each message, one after the other.",
                               default=Time(5_000_000), most=1_000_000_000, example="5 ms")
    basis: str = basis()

    @property
    def membership_interval(self) -> Time:
        """How long a report holds (RFC 2236, 8.4)."""
        return Time(self.robustness * self.query_interval + self.query_response)
