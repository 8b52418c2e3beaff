"""The group memberships of the set-top boxes behind each line: every box speaks IGMP for itself.

All boxes of a line are one host of the lab, and its kernel joins a group for the first of them and leaves it with the
last. Where another box is a member too, what a box of its own would send is sent here, so that the network hears each
of them: a report when it joins, a leave message when it leaves (RFC 2236, 3). The CPE passes them on, as a bridge; the
kernel answers queries for those that stay.
"""

from __future__ import annotations

import socket
import struct
from collections import Counter

from traffic.engine.flow_context import FlowContext

REPORT, LEAVE = 0x16, 0x17
"""Types of messages (RFC 2236, 2.1)."""
ALL_ROUTERS = "224.0.0.2"


class LineMembership:
    """Who is a member of what, by host and group. One for all flows of a run."""

    def __init__(self, context: FlowContext) -> None:
        self._sockets = context.sockets
        self._members: Counter[tuple[str, str]] = Counter()
        self._senders: dict[str, socket.socket] = {}

    def set(self, sock: socket.socket, host: str, group: str, *, joins: bool) -> None:
        """A box joins or leaves a group, by the socket that receives it."""
        self._sockets.set_membership(sock, host, group, joins=joins)
        self._members[host, group] += 1 if joins else -1
        if self._members[host, group] > (1 if joins else 0):
            self._send(host, message(REPORT if joins else LEAVE, group), group if joins else ALL_ROUTERS)

    def _send(self, host: str, body: bytes, to: str) -> None:
        if host not in self._senders:
            self._senders[host] = self._sockets.igmp_sender(host)
        self._senders[host].sendto(body, (to, 0))


def message(kind: int, group: str) -> bytes:
    """A message of version 2 about a group, with its checksum (RFC 2236, 2)."""
    words = (kind << 8, 0, *struct.unpack("!HH", socket.inet_aton(group)))
    total = sum(words)
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!HHHH", words[0], ~total & 0xFFFF, *words[2:])
