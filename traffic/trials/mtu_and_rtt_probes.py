"""Single datagrams, one after the other: path MTU, and the round trip of small ones."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from traffic.engine import syscalls
from twin.core.units import Size
from twin.model.traffic_profiles import IP_UDP
from twin.plan.blueprint import Flow, Host
from twin.plan.trials.rfc6349 import ECHO_PACKET

TIMEOUT = 3.0
"""Seconds after which a datagram counts as lost."""
_MTU_DISCOVER, _PROBE = 10, 3
"""IP_MTU_DISCOVER and IP_PMTUDISC_PROBE (ip(7)): never in fragments, whatever is known of the way."""


@contextmanager
def _connected_pair(hosts: Mapping[str, Host], flow: Flow) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Blocking sockets at the source and the sink of a flow, connected to each other."""
    pair = ((flow.source, flow.source_port), (flow.sink, flow.sink_port))
    socks = []
    try:
        for (here, port), (there, other) in (pair, pair[::-1]):
            with syscalls.in_namespace(hosts[here].namespace):
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            socks.append(sock)
            sock.setsockopt(socket.IPPROTO_IP, _MTU_DISCOVER, _PROBE)
            sock.settimeout(TIMEOUT)
            sock.bind((hosts[here].address, port))
            sock.connect((hosts[there].address, other))
        yield socks[0], socks[1]
    finally:
        for sock in socks:
            sock.close()


def path_mtu(hosts: Mapping[str, Host], flow: Flow, least: Size, most: Size) -> int:
    """Bytes of the largest IP packet, of `least` to `most`, that goes from source to sink whole; 0 where none does."""
    with _connected_pair(hosts, flow) as (source, sink):
        low, high = 0, most + 1
        size = int(most)
        while high - low > 1:
            low, high = (size, high) if _passes(source, sink, size) else (low, size)
            size = (max(low, least - 1) + high) // 2
            if high <= least:
                return 0
        return low


def _passes(source: socket.socket, sink: socket.socket, size: int) -> bool:
    try:
        source.send(bytes(size - IP_UDP))
        while len(sink.recv(size)) != size - IP_UDP:
            continue
    except OSError:
        return False
    return True


def round_trip(hosts: Mapping[str, Host], flow: Flow, count: int) -> int:
    """The least round trip of `count` small packets from source to sink and back, ns. OSError where one is lost."""
    round_trips = []
    with _connected_pair(hosts, flow) as (source, sink):
        for _ in range(count):
            begun = time.time_ns()
            source.send(bytes(ECHO_PACKET - IP_UDP))
            sink.recv(ECHO_PACKET)
            sink.send(bytes(ECHO_PACKET - IP_UDP))
            source.recv(ECHO_PACKET)
            round_trips.append(time.time_ns() - begun)
    return min(round_trips)
