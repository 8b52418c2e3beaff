"""Opens the sockets of the traffic, each in the network namespace of its host, with all that they need set."""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path

from traffic.engine import packet_pacing, syscalls
from twin.plan.blueprint import Host

INTERFACE = "eth0"
"""The one interface of every host."""
BUFFER = 512 * 2**20
"""Bytes of a UDP socket's buffers: no packet is lost for want of them. Only what is used is taken."""
WINDOW = 16 * 2**20
"""Bytes of a TCP socket's buffers (the kernel doubles it): more than twice 100 Mbit/s times 500 ms."""
UNSENT = (64 * 2**10, 512 * 2**10)
"""Least and most bytes that a TCP socket takes ahead of what it has sent: half of it is a wake-up's worth."""
ALL_UNSENT = 64 * 2**20
"""What all TCP sockets together may take: the kernel bounds the memory of TCP (tcp_mem) at a tenth of all."""
_TCP_NOTSENT_LOWAT = 25
BACKLOG = 4096
_TXTIME = struct.pack("=iI", time.CLOCK_MONOTONIC, 0)
_ETH_P_ARP = 0x0806
_IP_MULTICAST_ALL = 49
IGMP_VERSION = Path(f"/proc/sys/net/ipv4/conf/{INTERFACE}/force_igmp_version")
REACH = 16
"""Time to live of channels."""

Peer = tuple[str, int]
"""Name of a host and port."""


class Sockets:
    """The sockets of a run, closed together. Two flows between the same two ports share their sockets."""

    def __init__(self, hosts: Mapping[str, Host], connections: int) -> None:
        """`connections`: how many TCP connections there may be at a time."""
        self.hosts = hosts
        self._unsent = min(max(ALL_UNSENT // max(connections, 1), UNSENT[0]), UNSENT[1])
        self._pairs: dict[tuple[Peer, Peer | None], socket.socket] = {}
        self._paced: set[str] = set()
        self._open: set[socket.socket] = set()

    def close(self) -> None:
        """Close all that is still open."""
        for door in self._open:
            door.close()

    def address(self, peer: Peer) -> Peer:
        """The address and port of a host's port."""
        return self.hosts[peer[0]].address, peer[1]

    def datagrams(self, own: Peer, peer: Peer | None) -> socket.socket:
        """A UDP socket from a port of one host to a port of another (None: from anybody), with times of arrival."""
        pair = own, peer
        if pair not in self._pairs:
            self._pairs[pair] = self._datagrams(own, peer)
        return self._pairs[pair]

    def _datagrams(self, own: Peer, peer: Peer | None) -> socket.socket:
        door = self._new(own[0], socket.AF_INET, socket.SOCK_DGRAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, BUFFER)
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_TIMESTAMPNS, 1)
        door.bind(self.address(own))
        if peer is not None:
            door.connect(self.address(peer))
        return door

    def pace(self, own: Peer, peer: Peer, dscp: int) -> socket.socket:
        """The UDP socket between two ports, made ready to send each packet at a time of its own."""
        self.prepare_pacing(own[0])
        door = self.datagrams(own, peer)
        make_paced(door)
        mark(door, dscp)
        return door

    def broadcast(self, own: Peer, group: Peer) -> socket.socket:
        """A UDP socket that sends to a multicast group, each packet at a time of its own."""
        self.prepare_pacing(own[0])
        door = self._new(own[0], socket.AF_INET, socket.SOCK_DGRAM)
        door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, REACH)
        door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        door.bind(self.address(own))
        door.connect(group)
        make_paced(door)
        return door

    def viewer(self, host: str, group: Peer) -> socket.socket:
        """A UDP socket that hears a multicast group while it is a member, with times of arrival.

        The host speaks IGMP version 2 (RFC 2236), as set-top boxes do: a change of channel is then a message that
        leaves one group and another one that joins the next.
        """
        door = self._new(host, socket.AF_INET, socket.SOCK_DGRAM)
        with syscalls.inside(self.hosts[host].namespace):
            IGMP_VERSION.write_text("2")
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, BUFFER)
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_TIMESTAMPNS, 1)
        door.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
        door.bind(group)
        return door

    def member(self, door: socket.socket, host: str, group: str, *, joins: bool) -> None:
        """Let a viewer's socket join or leave its group: the kernel says so by IGMP."""
        request = socket.inet_aton(group) + socket.inet_aton(self.hosts[host].address)
        door.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP if joins else socket.IP_DROP_MEMBERSHIP, request)

    def prepare_pacing(self, host: str) -> None:
        """Give a host its pacing device, once."""
        if host not in self._paced:
            with syscalls.inside(self.hosts[host].namespace):
                packet_pacing.prepare(INTERFACE)
            self._paced.add(host)

    def arp(self, host: str) -> socket.socket:
        """A socket that sees the ARP frames that reach a host."""
        door = self._new(host, socket.AF_PACKET, socket.SOCK_RAW, _ETH_P_ARP)
        door.bind((INTERFACE, _ETH_P_ARP))
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, BUFFER)
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_TIMESTAMPNS, 1)
        return door

    def listener(self, own: Peer) -> socket.socket:
        """A TCP socket that listens on a port of a host."""
        door = self._new(own[0], socket.AF_INET, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._widen(door)
        door.bind(self.address(own))
        door.listen(BACKLOG)
        return door

    def caller(self, host: str, server: Peer, dscp: int, window: int = 0) -> socket.socket:
        """A TCP socket of a host on its way to a server: it becomes writable once it is there. The caller closes it.

        window: what it offers to receive at most; 0 for as much as its buffers take.
        """
        door = self._new(host, socket.AF_INET, socket.SOCK_STREAM)
        self._widen(door)
        if window:
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, window)
        mark(door, dscp)
        self._open.discard(door)
        fault = door.connect_ex(self.address(server))
        if fault not in (0, errno.EINPROGRESS):
            door.close()
            raise OSError(fault, os.strerror(fault))
        return door

    def _widen(self, door: socket.socket) -> None:
        """Buffers with which TCP's window is never what limits a connection; accepted sockets inherit them."""
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, WINDOW)
        door.setsockopt(socket.SOL_SOCKET, syscalls.SO_SNDBUFFORCE, WINDOW)
        door.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, self._unsent)

    def _new(self, host: str, family: int, kind: int, protocol: int = 0) -> socket.socket:
        with syscalls.inside(self.hosts[host].namespace):
            door = socket.socket(family, kind, socket.htons(protocol))
        door.setblocking(False)
        self._open.add(door)
        return door


def make_paced(door: socket.socket) -> None:
    """Let each packet of a socket leave at a time of its own (traffic.engine.packet_pacing)."""
    door.setsockopt(socket.SOL_SOCKET, syscalls.SO_SNDBUFFORCE, BUFFER)
    door.setsockopt(socket.SOL_SOCKET, syscalls.SO_MARK, packet_pacing.MARK)
    door.setsockopt(socket.SOL_SOCKET, syscalls.SO_TXTIME, _TXTIME)


def narrow(door: socket.socket, window: int) -> None:
    """Let TCP's window grow to about that many bytes and no further."""
    door.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, window)


def mark(door: socket.socket, dscp: int) -> None:
    """Write a DSCP on what the socket sends, without the queueing priority that Linux derives from it."""
    door.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, dscp << 2)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, 0)
