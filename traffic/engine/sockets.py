"""Opens the sockets of all flows, each in the network namespace of its host, with the options they need."""

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
UDP_BUFFER = 512 * 2**20
"""Bytes of a UDP socket's buffers: no packet is lost for lack of them. Only what is used is allocated."""
TCP_BUFFER = 16 * 2**20
"""Bytes of a TCP socket's buffers (the kernel doubles it): more than twice 100 Mbit/s times 500 ms."""
SEND_AHEAD = (64 * 2**10, 512 * 2**10)
"""Least and most bytes that a TCP socket takes ahead of what it has sent: half of it is a wake-up's worth."""
SEND_AHEAD_TOTAL = 64 * 2**20
"""What all TCP sockets together may take: the kernel bounds the memory of TCP (tcp_mem) at a tenth of all."""
_TCP_NOTSENT_LOWAT = 25
BACKLOG = 4096
_TXTIME = struct.pack("=iI", time.CLOCK_MONOTONIC, 0)
_ETH_P_ARP = 0x0806
_IP_MULTICAST_ALL = 49
_ROUTER_ALERT = b"\x94\x04\x00\x00"
"""The IP option of every IGMP message (RFC 2113)."""
_INTERNETWORK_CONTROL = 0xC0
IGMP_VERSION = Path(f"/proc/sys/net/ipv4/conf/{INTERFACE}/force_igmp_version")
MULTICAST_TTL = 16
"""Time to live of multicast packets."""

Peer = tuple[str, int]
"""Name of a host and port."""


class Sockets:
    """The sockets of a run, closed together. Two flows between the same two ports share their sockets."""

    def __init__(self, hosts: Mapping[str, Host], connections: int) -> None:
        """`connections`: how many TCP connections there may be at a time."""
        self.hosts = hosts
        self._send_ahead = min(max(SEND_AHEAD_TOTAL // max(connections, 1), SEND_AHEAD[0]), SEND_AHEAD[1])
        self._pairs: dict[tuple[Peer, Peer | None], socket.socket] = {}
        self._paced: set[str] = set()
        self._sockets: set[socket.socket] = set()
        self._namespaces = syscalls.Namespaces()

    def close(self) -> None:
        """Close all that is still open."""
        for sock in self._sockets:
            sock.close()
        self._namespaces.close()

    def address(self, peer: Peer) -> Peer:
        """The address and port of a host's port."""
        return self.hosts[peer[0]].address, peer[1]

    def udp(self, local: Peer, peer: Peer | None) -> socket.socket:
        """A UDP socket from a port of one host to a port of another (None: to any), with arrival timestamps."""
        pair = local, peer
        if pair not in self._pairs:
            self._pairs[pair] = self._new_udp(local, peer)
        return self._pairs[pair]

    def _new_udp(self, local: Peer, peer: Peer | None) -> socket.socket:
        sock = self._new(local[0], socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, UDP_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_TIMESTAMPNS, 1)
        sock.bind(self.address(local))
        if peer is not None:
            sock.connect(self.address(peer))
        return sock

    def paced_udp(self, local: Peer, peer: Peer, dscp: int) -> socket.socket:
        """The UDP socket between two ports, able to send each packet at a given time."""
        self.ensure_pacing(local[0])
        sock = self.udp(local, peer)
        make_paced(sock)
        set_dscp(sock, dscp)
        return sock

    def multicast_sender(self, local: Peer, group: Peer) -> socket.socket:
        """A UDP socket that sends to a multicast group, each packet at a given time."""
        self.ensure_pacing(local[0])
        sock = self._new(local[0], socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, MULTICAST_TTL)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        sock.bind(self.address(local))
        sock.connect(group)
        make_paced(sock)
        return sock

    def multicast_receiver(self, host: str, group: Peer) -> socket.socket:
        """A UDP socket that receives a multicast group while it is a member, with arrival timestamps.

        The host uses IGMP version 2 (RFC 2236), as set-top boxes do: a channel change is then a leave message and a
        membership report.
        """
        sock = self._new(host, socket.AF_INET, socket.SOCK_DGRAM)
        with self._namespaces.inside(self.hosts[host].namespace):
            IGMP_VERSION.write_text("2")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, UDP_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_TIMESTAMPNS, 1)
        sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
        sock.bind(group)
        return sock

    def set_membership(self, sock: socket.socket, host: str, group: str, *, joins: bool) -> None:
        """Join or leave a group: the kernel sends the IGMP messages."""
        request = socket.inet_aton(group) + socket.inet_aton(self.hosts[host].address)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP if joins else socket.IP_DROP_MEMBERSHIP, request)

    def igmp_sender(self, host: str) -> socket.socket:
        """A raw socket for IGMP messages, sent as a kernel sends its own (RFC 2236, 2), and not to its own host."""
        sock = self._new(host, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, _ROUTER_ALERT)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _INTERNETWORK_CONTROL)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(self.hosts[host].address))
        return sock

    def release(self, sock: socket.socket) -> None:
        """Close a socket of one flow alone, before the others."""
        self._sockets.discard(sock)
        sock.close()

    def ensure_pacing(self, host: str) -> None:
        """Give a host its pacing device, once."""
        if host not in self._paced:
            with self._namespaces.inside(self.hosts[host].namespace):
                packet_pacing.prepare(INTERFACE)
            self._paced.add(host)

    def arp_receiver(self, host: str) -> socket.socket:
        """A packet socket for the ARP frames that reach a host."""
        sock = self._new(host, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ARP))
        sock.bind((INTERFACE, _ETH_P_ARP))
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, UDP_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_TIMESTAMPNS, 1)
        return sock

    def listener(self, local: Peer) -> socket.socket:
        """A TCP socket that listens on a port of a host."""
        sock = self._new(local[0], socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._set_tcp_buffers(sock)
        sock.bind(self.address(local))
        sock.listen(BACKLOG)
        return sock

    def connect(self, host: str, server: Peer, dscp: int, window: int = 0) -> socket.socket:
        """A TCP socket of a host that connects to a server, and becomes writable then; close it yourself.

        window: what it offers to receive at most; 0 for as much as its buffers take.
        """
        sock = self._new(host, socket.AF_INET, socket.SOCK_STREAM)
        self._set_tcp_buffers(sock)
        if window:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, window)
        set_dscp(sock, dscp)
        self._sockets.discard(sock)
        fault = sock.connect_ex(self.address(server))
        if fault not in (0, errno.EINPROGRESS):
            sock.close()
            raise OSError(fault, os.strerror(fault))
        return sock

    def _set_tcp_buffers(self, sock: socket.socket) -> None:
        """Buffers with which TCP's window is never what limits a connection; accepted sockets inherit them."""
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, TCP_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_SNDBUFFORCE, TCP_BUFFER)
        sock.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, self._send_ahead)

    def _new(self, host: str, family: int, kind: int, protocol: int = 0) -> socket.socket:
        with self._namespaces.inside(self.hosts[host].namespace):
            sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        self._sockets.add(sock)
        return sock


def make_paced(sock: socket.socket) -> None:
    """Let each packet of a socket leave at its own time (traffic.engine.packet_pacing)."""
    sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_SNDBUFFORCE, UDP_BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_MARK, packet_pacing.MARK)
    sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_TXTIME, _TXTIME)


def limit_window(sock: socket.socket, window: int) -> None:
    """Let TCP's window grow to about that many bytes and no further."""
    sock.setsockopt(socket.SOL_SOCKET, syscalls.SO_RCVBUFFORCE, window)


def set_dscp(sock: socket.socket, dscp: int) -> None:
    """Write a DSCP on what the socket sends, without the queueing priority that Linux derives from it."""
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, dscp << 2)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, 0)
