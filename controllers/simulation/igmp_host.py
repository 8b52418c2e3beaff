"""The IGMP version 2 host at the end of a line: what it watches, its reports and leaves, its answers to queries."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from controllers.igmp_messages import ALL_ROUTERS, ETHERNET, ROUTER_ALERT, MessageType, message_frame
from twin.core.units import NS_PER_MS
from twin.plan.forwarding.addressing import mac

QUERY = ETHERNET + 20 + len(ROUTER_ALERT)
"""Where the IGMP message of a query begins in its frame."""


class IgmpHost:
    """The boxes behind a line, as one host (RFC 2236). groups: that are watched."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.groups: frozenset[str] = frozenset()

    def join(self, group: str) -> bytes:
        """Watch a group; returns the report's frame."""
        self.groups |= {group}
        return self._frame(MessageType.REPORT_2, group, group)

    def leave(self, group: str) -> bytes:
        """Stop watching it; returns the frame of the leave."""
        self.groups -= {group}
        return self._frame(MessageType.LEAVE, group, ALL_ROUTERS)

    def answers(self, query: bytes) -> tuple[tuple[str, ...], int]:
        """The groups to be reported because of a query, and within how many ns."""
        _, tenths, _, address = struct.unpack_from("!BBH4s", query, QUERY)
        group = str(IPv4Address(address))
        watched = self.groups if group == "0.0.0.0" else self.groups & {group}
        return tuple(sorted(watched)), tenths * 100 * NS_PER_MS

    @staticmethod
    def destination(frame: bytes) -> str:
        """The IP address that a frame is for."""
        return str(IPv4Address(frame[ETHERNET + 16:ETHERNET + 20]))

    def _frame(self, kind: MessageType, group: str, destination: str) -> bytes:
        return message_frame(kind, group, source=self.address, destination=destination, source_mac=mac(self.address))
