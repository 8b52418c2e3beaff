"""Requests for interfaces, addresses and routes: veth pairs between two namespaces (rtnetlink(7))."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

from twin.core.rtnetlink import CREATE, EXCL, LINK, NEW_LINK, Request, attribute, nested, text, u32

DEL_LINK, SET_LINK, NEW_ADDRESS, NEW_ROUTE = 17, 19, 20, 24
UP = 0x1
ADDRESS, NAME, MTU, LINK_INFO, NAMESPACE, TX_QUEUES, RX_QUEUES, GSO_MAX_SEGS = 1, 3, 4, 18, 28, 31, 32, 40
INFO_KIND, INFO_DATA, PEER = 1, 2, 1
ETHERNET_MTU = 1500
LOOPBACK = 1
"""The index of `lo` in every namespace."""
MAIN_TABLE, STATIC, LINK_SCOPE, UNICAST = 254, 4, 253, 1


@dataclass(frozen=True, slots=True)
class Device:
    """An interface to be made: its index and name in its namespace, its address where that matters, and the bytes of
    the largest IP packet that it sends."""

    index: int
    name: str
    mac: str | None = None
    mtu: int = ETHERNET_MTU


def _link(index: int, flags: int) -> bytes:
    return LINK.pack(socket.AF_UNSPEC, 0, index, flags, flags)


def _described(device: Device) -> bytes:
    """One segment a packet: TCP hands its qdisc several in one buffer even where no offload is on, and a shaper would
    count their headers once where the medium behind it counts each."""
    parts = text(NAME, device.name) + u32(MTU, device.mtu) + u32(TX_QUEUES, 1) + u32(RX_QUEUES, 1)
    parts += u32(GSO_MAX_SEGS, 1)
    return parts + attribute(ADDRESS, bytes.fromhex(device.mac.replace(":", ""))) if device.mac else parts


def veth_pair(near: Device, far: Device, far_namespace: int | None = None) -> Request:
    """A veth pair, both ends down; the far end goes to the namespace of that file descriptor."""
    peer = _link(far.index, 0) + _described(far)
    if far_namespace is not None:
        peer += u32(NAMESPACE, far_namespace)
    kind = nested(LINK_INFO, text(INFO_KIND, "veth"), nested(INFO_DATA, attribute(PEER, peer)))
    return Request(NEW_LINK, CREATE | EXCL, _link(near.index, 0) + _described(near) + kind,
                   f"link add {near.name} type veth peer name {far.name}")


def set_up(index: int, name: str) -> Request:
    """Set an interface up."""
    return Request(SET_LINK, 0, _link(index, UP), f"link set {name} up")


def set_mtu(index: int, name: str, mtu: int) -> Request:
    """Set the bytes of the largest IP packet that an interface sends."""
    return Request(SET_LINK, 0, _link(index, UP) + u32(MTU, mtu), f"link set {name} mtu {mtu}")


def set_carrier(index: int, name: str, on: bool) -> Request:
    """Set the carrier of an interface on or off, as its own namespace sees it."""
    body = LINK.pack(socket.AF_UNSPEC, 0, index, UP if on else 0, UP)
    return Request(SET_LINK, 0, body, f"link set {name} {'up' if on else 'down'}")


def add_address(index: int, name: str, value: str) -> Request:
    """A host address (/32) on an interface."""
    packed = socket.inet_aton(value)
    body = struct.pack("=BBBBi", socket.AF_INET, 32, 0, 0, index) + attribute(2, packed) + attribute(1, packed)
    return Request(NEW_ADDRESS, CREATE | EXCL, body, f"addr add {value}/32 dev {name}")


def default_route(index: int, name: str) -> Request:
    """The default route straight to the link: the host asks by ARP for every destination."""
    body = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, MAIN_TABLE, STATIC, LINK_SCOPE, UNICAST, 0)
    return Request(NEW_ROUTE, CREATE | EXCL, body + u32(4, index), f"route add default dev {name} scope link")


def delete(index: int, name: str) -> Request:
    """Delete an interface, and with it the other end of its pair."""
    return Request(DEL_LINK, 0, _link(index, 0), f"link del {name}")
