"""The layer at which a rate is given: how many bytes a packet takes there."""

from __future__ import annotations

from dataclasses import dataclass

FULL_FRAME = 1514
"""Bytes of the largest Ethernet frame without FCS."""


@dataclass(frozen=True, slots=True)
class LinkLayer:
    """The layer at which a rate is given, as the bytes that a packet takes there.

    overhead: bytes added to the Ethernet frame without FCS (negative on DSL, which does not carry that frame).
    min_size: fewest bytes of a packet. atm: the sum is carried in ATM cells, 53 bytes for every 48. max_frame: bytes of
    the largest Ethernet frame without FCS.
    """

    overhead: int = 0
    min_size: int = 0
    atm: bool = False
    max_frame: int = FULL_FRAME

    @property
    def plain(self) -> bool:
        """Whether a packet takes just the bytes of its frame."""
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
