"""Runs in a lab: a channel, a CPE that watches it, and one that joins by IGMP version 3 and vanishes without a word.

`python -m tests.in_lab.iptv.igmp_versions FOLDER`: brings the blueprint in FOLDER up and leaves in FOLDER/seen.json
when frames of the channel came to each line, and what IGMP passed there, in s after the vanishing CPE joined.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from pathlib import Path

from controllers.igmp_messages import ALL_REPORTS
from tests.controllers.test_igmp_messages import frame, report_3
from traffic.engine import syscalls
from traffic.engine.sockets import INTERFACE, Sockets
from twin.core.records import from_plain
from twin.emulation import up
from twin.jobs.experiment.controller_process import controller
from twin.plan.blueprint import Blueprint

SECONDS = 300
"""The group membership interval of RFC 2236 is 260 s."""
EVERY = 0.5
STAYS, VANISHES = "far-1", "far-2"
_ETH_P_IP = 0x0800
TO_EXCLUDE = 4
"""A record that joins: from nobody to everybody but no sources (RFC 3376, 4.2.12)."""


def sniffer(namespace: str) -> socket.socket:
    """A socket that sees what comes to a host and what it sends."""
    with syscalls.in_namespace(namespace):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
    sock.bind((INTERFACE, 0x0003))
    return sock


def message_text(packet: bytes, outgoing: bool) -> str:
    """What an Ethernet frame is: "channel", or IGMP by its type with the direction; "" for anything else."""
    if int.from_bytes(packet[12:14], "big") != _ETH_P_IP:
        return ""
    if packet[23] == 2:
        return f"{'up' if outgoing else 'down'} {packet[14 + (packet[14] & 15) * 4]:#x}"
    return "" if outgoing else "channel"


def watch(blueprint: Blueprint) -> dict[str, list[tuple[float, str]]]:
    """Send the channel, let both join, and note what comes."""
    hosts = {host.name: host for host in blueprint.hosts}
    channel = next(planned for planned in blueprint.iptv_channels if planned.name == "one")
    sockets = Sockets(hosts, 0)
    sender = sockets.multicast_sender((channel.source, channel.port), (channel.group, channel.port))
    socks = {name: sniffer(hosts[name].namespace) for name in (STAYS, VANISHES)}
    with syscalls.in_namespace(hosts[STAYS].namespace):
        stays = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sockets.set_membership(stays, STAYS, channel.group, joins=True)
    mac = bytes.fromhex(hosts[VANISHES].mac.replace(":", ""))
    report = frame(report_3((TO_EXCLUDE, channel.group, 0)), ALL_REPORTS, source=hosts[VANISHES].address)
    socks[VANISHES].send(report[:6] + mac + report[12:])
    seen: dict[str, list[tuple[float, str]]] = {name: [] for name in socks}
    waiting = selectors.DefaultSelector()
    for name, sock in socks.items():
        waiting.register(sock, selectors.EVENT_READ, name)
    began = time.monotonic()
    for turn in range(int(SECONDS / EVERY)):
        sender.send(bytes(100))
        while (left := began + (turn + 1) * EVERY - time.monotonic()) > 0:
            for key, _ in waiting.select(left):
                packet, address = socks[key.data].recvfrom(2048)
                what = message_text(packet, address[2] == socket.PACKET_OUTGOING)
                seen[key.data] += [(time.monotonic() - began, what)] if what else []
    stays.close()
    sockets.close()
    return seen


def main(folder: Path) -> None:
    """Everything."""
    blueprint = from_plain(Blueprint, json.loads((folder / "blueprint.json").read_text()))
    with (controller(folder / "blueprint.json", folder / "controller.log") as ryu,
          up(blueprint, 1, logs=folder)):
        ryu.await_ready()
        (folder / "seen.json").write_text(json.dumps(watch(blueprint)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
