"""Runs in a lab: one frame of each kind that a subscriber could send, and who gets to see it.

`python -m tests.in_lab.isolation.intruder FOLDER`: brings the blueprint in FOLDER up, sends the frames from intruder-1,
and leaves in FOLDER/seen.json of each host the names of the frames that came to it, each with the DSCP that it had
then.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from pathlib import Path

from traffic.engine.syscalls import in_namespace
from twin.core.records import from_plain
from twin.emulation import up
from twin.jobs.experiment.controller_process import controller
from twin.plan.blueprint import Blueprint

BETWEEN, AFTER = 0.01, 0.5
EF = 46
IPV4, ARP, IPV6, TAG, OTHER = 0x0800, 0x0806, 0x86DD, 0x8100, 0x8999
UDP, IN_IP = 17, 4
SIGN = b"frame:"
"""Before the name of a frame in its payload."""
EVERYBODY, BRIDGES, NEIGHBOURS = "ff:ff:ff:ff:ff:ff", "01:80:c2:00:00:00", "33:33:00:00:00:01"


def ethernet(source: str, destination: str, kind: int, body: bytes) -> bytes:
    """A frame."""
    macs = (bytes.fromhex(mac.replace(":", "")) for mac in (destination, source))
    return b"".join(macs) + struct.pack("!H", kind) + body


def ip(source: str, destination: str, body: bytes, protocol: int = UDP, fragment: int = 0, dscp: int = EF) -> bytes:
    """An IPv4 packet, marked as voice."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, dscp << 2, 20 + len(body), 1, fragment, 64, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(destination))
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:] + body


def udp(name: str, port: int = 20_000) -> bytes:
    """A UDP datagram to a port of telephony that bears its name."""
    payload = (SIGN + name.encode() + b"\n").ljust(64, b"\0")
    return struct.pack("!HHHH", 40_000, port, 8 + len(payload), 0) + payload


def arp(mac: str, claimed: str, target: str, name: str) -> bytes:
    """An ARP answer by which `mac` has the address `claimed`."""
    attacker = bytes.fromhex(mac.replace(":", "")) + socket.inet_aton(claimed)
    return struct.pack("!HHBBH", 1, IPV4, 6, 4, 2) + attacker + bytes(6) + socket.inet_aton(target) \
        + SIGN + name.encode() + b"\n"


def frames(blueprint: Blueprint) -> dict[str, bytes]:
    """The frames, by name."""
    hosts = {host.name: host for host in blueprint.hosts}
    attacker, neighbour, server = (hosts[name] for name in ("intruder-1", "neighbour-1", "softswitch"))
    gateway = blueprint.gateway_mac
    frame_of: dict[str, bytes] = {}

    def packet(name: str, source: str = attacker.address, to: str = server.address, mac: str = gateway,
               **fields: int) -> None:
        frame_of[name] = ethernet(attacker.mac, mac, IPV4, ip(source, to, udp(name), **fields))

    def other(name: str, mac: str, kind: int, head: bytes = b"") -> None:
        frame_of[name] = ethernet(attacker.mac, mac, kind, head + (SIGN + name.encode() + b"\n").ljust(60, b"\0"))

    packet("voice")
    packet("to-neighbour", to=neighbour.address)
    packet("to-neighbours-mac", to=neighbour.address, mac=neighbour.mac)
    packet("with-neighbours-mac")
    frame_of["with-neighbours-mac"] = ethernet(neighbour.mac, gateway, IPV4, frame_of["with-neighbours-mac"][14:])
    packet("fragment", fragment=100)
    inner = ip(neighbour.address, server.address, udp("in-ip"))
    frame_of["in-ip"] = ethernet(attacker.mac, gateway, IPV4,
                                 ip(attacker.address, server.address, inner, protocol=IN_IP))
    for name, source in (("as-neighbour", neighbour.address), ("as-head-end", server.address),
                         ("as-nobody", "0.0.0.0"), ("as-itself", "127.0.0.1")):
        packet(name, source)
    packet("as-head-end-to-neighbour", server.address, neighbour.address)
    packet("nowhere", to="203.0.113.9")
    packet("broadcast", to="255.255.255.255", mac=EVERYBODY)
    packet("all-hosts", to="224.0.0.1", mac="01:00:5e:00:00:01")
    packet("group", to="239.192.0.1", mac="01:00:5e:40:00:01")
    for name, tag in (("tagged", 5), ("priority-tagged", 7 << 13)):
        body = struct.pack("!HH", tag, IPV4) + ip(attacker.address, server.address, udp(name))
        frame_of[name] = ethernet(attacker.mac, gateway, TAG, body)
    for name, mac in (("arp-claim", EVERYBODY), ("arp-claim-to-neighbour", neighbour.mac)):
        frame_of[name] = ethernet(attacker.mac, mac, ARP, arp(attacker.mac, server.address, neighbour.address, name))
    other("router-advertisement", NEIGHBOURS, IPV6, b"\x60\0\0\0\0\x3c\x3a\xff" + bytes(32))
    other("spanning-tree", BRIDGES, 0x27, b"\x42\x42\x03")
    other("pause", "01:80:c2:00:00:01", 0x8808, b"\0\1\xff\xff")
    other("link-layer-discovery", "01:80:c2:00:00:0e", 0x88CC)
    other("unknown-to-neighbour", neighbour.mac, OTHER)
    other("unknown-to-everybody", EVERYBODY, OTHER)
    return frame_of


def listen(namespace: str) -> socket.socket:
    """All frames that a host gets."""
    with in_namespace(namespace):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        sock.bind(("eth0", 0x0003))
    sock.setblocking(False)
    return sock


def heard(sock: socket.socket) -> dict[str, int]:
    """The named frames that came in, each with its DSCP."""
    counts: dict[str, int] = {}
    while True:
        try:
            frame, (_, _, direction, *_) = sock.recvfrom(2048)
        except BlockingIOError:
            return counts
        if SIGN in frame and direction != socket.PACKET_OUTGOING:
            counts[frame.partition(SIGN)[2].partition(b"\n")[0].decode()] = frame[15] >> 2


def main(folder: Path) -> None:
    """Everything."""
    blueprint = from_plain(Blueprint, json.loads((folder / "blueprint.json").read_text()))
    with (controller(folder / "blueprint.json", folder / "controller.log") as ryu,
          up(blueprint, 1, logs=folder)):
        ryu.await_ready()
        socks = {host.name: listen(host.namespace) for host in blueprint.hosts}
        for frame in frames(blueprint).values():
            socks["intruder-1"].send(frame)
            time.sleep(BETWEEN)
        time.sleep(AFTER)
        (folder / "seen.json").write_text(json.dumps({name: heard(sock) for name, sock in socks.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
