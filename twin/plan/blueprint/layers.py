"""At which layer a rate holds: what a packet costs beyond its Ethernet frame."""

from __future__ import annotations

from dataclasses import dataclass

FULL_FRAME = 1514
"""Bytes of the largest Ethernet frame without FCS."""


@dataclass(frozen=True, slots=True)
class LinkLayer:
    """At which layer a rate holds, said as what one packet costs.

    overhead: bytes added to the Ethernet frame without FCS (negative on DSL, where that frame is not carried);
    least: smallest cost in bytes; cells: the sum is cut into ATM cells of 48 bytes that cost 53 each.
    largest: bytes of the largest Ethernet frame without FCS that passes.
    """

    overhead: int = 0
    min_size: int = 0
    atm: bool = False
    max_frame: int = FULL_FRAME

    @property
    def plain(self) -> bool:
        """Whether a frame costs just its own length."""
        return not (self.overhead or self.min_size or self.atm)

    @property
    def max_frame_cost(self) -> int:
        """Bytes at this layer for the largest frame."""
        return self.cost(self.max_frame)

    def cost(self, frame: int) -> int:
        """Bytes at this layer for an Ethernet frame of `frame` bytes without FCS."""
        size = max(frame + self.overhead, self.min_size)
        return -(-size // 48) * 53 if self.atm else size


ETHERNET_WIRE = LinkLayer(overhead=24, min_size=84)
"""Fibre and copper Ethernet: 4 bytes FCS, 8 preamble, 12 gap; the smallest frame is 64 bytes (IEEE 802.3)."""
FRAME = LinkLayer()
"""The Ethernet frame without FCS: radio hops, whose airtime the capacity stands for, and lines held by a shaper."""
HEADER = 14
"""Bytes of Ethernet header in a frame, which a DSL line does not carry."""
TCP_OVERHEAD = 52
"""Bytes of IPv4 and TCP in a packet with time stamps (RFC 7323); Linux uses them, so the twin's flows carry them."""
