"""Runs in a lab: twice brings the hop of `small` up, loads it from both ends, cuts it, takes it down.

Leaves what it saw as JSON in the lab's folder; test_in_lab judges.
"""

from __future__ import annotations

import ctypes
import heapq
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.emulation.small_networks import hop
from twin.core.units import Time
from twin.emulation import Emulation, up
from twin.emulation.linux_kernel import LinuxKernel
from twin.emulation.readback import readback
from twin.model import FaultKind
from twin.plan.blueprint import FaultPlan

SEED = 7
VOICE, BULK = 5000, 5009
VOICE_FRAME, BULK_FRAME = 214, 1514
HEADERS = 42
SECONDS = 4
SEND_BUFFER, RECEIVE_BUFFER, TIMESTAMP_NS = 32, 33, 35
"""SO_SNDBUFFORCE, SO_RCVBUFFORCE and SO_TIMESTAMPNS of socket(7)."""
Event = tuple[int, int, Callable[[], None]]


def rules(there: str, here: str, mac: str) -> str:
    """What h1's or h3's switch needs: its host on port 1, the radio hop on port 2, every ARP answered."""
    return (f"priority=9,arp,arp_op=1 actions=move:eth_src->eth_dst,set_field:{mac}->eth_src,set_field:2->arp_op,"
            f"move:arp_sha->arp_tha,set_field:{mac}->arp_sha,move:arp_tpa->reg0,move:arp_spa->arp_tpa,"
            f"move:reg0->arp_spa,in_port\n"
            f"priority=5,ip,nw_dst={here} actions=set_field:02:00:0a:00:00:0{here[-1]}->eth_dst,output:1\n"
            f"priority=5,ip,nw_dst={there} actions=output:2\n")


def opened(namespace: str, port: int | None = None) -> socket.socket:
    """A UDP socket in a host; with a port, one that notes when packets come."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    setns(os.open(f"/run/netns/{namespace}", os.O_RDONLY))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    setns(own)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, RECEIVE_BUFFER, 2**26)
    sock.setsockopt(socket.SOL_SOCKET, SEND_BUFFER, 2**26)
    if port is not None:
        sock.bind(("0.0.0.0", port))
        sock.setsockopt(socket.SOL_SOCKET, TIMESTAMP_NS, 1)
    return sock


def setns(number: int) -> None:
    """Enter a network namespace and close its descriptor."""
    if ctypes.CDLL(None).setns(number, 0x40000000):
        raise OSError("setns")
    os.close(number)


def stream(sender: socket.socket, to: tuple[str, int], frame: int, interval: int, first: int) -> Iterator[Event]:
    """Packets at constant rate, each with the time at which it is sent."""
    padding = bytes(frame - HEADERS - 8)

    def send() -> None:
        sender.sendto(struct.pack("q", time.time_ns()) + padding, to)

    for due in range(first, SECONDS * 10**9, interval):
        yield due, id(sender), send


def play(*streams: Iterator[Event]) -> None:
    """Send what the streams say at their times."""
    began = time.monotonic_ns() + 10**8
    for due, _, send in heapq.merge(*streams, key=lambda event: event[:2]):
        time.sleep(max(0, began + due - time.monotonic_ns()) / 1e9)
        send()


def drained(receiver: socket.socket) -> list[tuple[int, int]]:
    """Sent and received times of all packets that have come, ns."""
    received: list[tuple[int, int]] = []
    while True:
        try:
            packet, notes, _, _ = receiver.recvmsg(2048, 64)
        except BlockingIOError:
            return received
        seconds, rest = struct.unpack("qq", notes[0][2])
        received.append((struct.unpack_from("q", packet)[0], seconds * 10**9 + rest))


def radio(emulation: Emulation) -> dict[str, Any]:
    """Voice and more bulk than the hop carries, from both of its ends at once: one-way delays and the rate in all."""
    ends = {1: "10.0.0.1", 3: "10.0.0.3"}
    receivers = {(host, port): opened(f"h-{host}", port) for host in ends for port in (VOICE, BULK)}
    streams = []
    for host, other in ((1, 3), (3, 1)):
        voice, bulk = opened(f"h-{host}"), opened(f"h-{host}")
        voice.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 46 << 2)
        streams += [stream(voice, (ends[other], VOICE), VOICE_FRAME, 19_999_766, 10**9 + 3_777 * host),
                    stream(bulk, (ends[other], BULK), BULK_FRAME, 1_111_111, 500_000_000 + 999 * host)]
    play(*streams)
    time.sleep(1)
    came = {key: drained(receiver) for key, receiver in receivers.items()}
    bits = sorted((received, 8 * (VOICE_FRAME if port == VOICE else BULK_FRAME))
                  for (_, port), packets in came.items() for _, received in packets if received)
    busy = bits[len(bits) // 4:-len(bits) // 8]
    return {"voice": {str(host): [received - sent for sent, received in came[host, VOICE]] for host in ends},
            "bits_per_s": sum(size for _, size in busy[1:]) * 1e9 / (busy[-1][0] - busy[0][0])}


def carriers() -> list[str]:
    """Whether the two ports of the radio hop have a carrier."""
    return [Path(f"/sys/class/net/{name}/carrier").read_text().strip() for name in ("w3a", "w3b")]


def left() -> list[str]:
    """Interfaces, namespaces and daemons that are there."""
    daemons = [name for number in os.listdir("/proc") if number.isdigit()
               and (name := Path(f"/proc/{number}/comm").read_text().strip()).startswith("ovs")]
    named = Path("/run/netns")
    return sorted((*os.listdir("/sys/class/net"), *(os.listdir(named) if named.exists() else ()), *daemons))


def once(out: Path) -> dict[str, Any]:
    """Up, read back, loaded, cut, mended, down."""
    with up(hop(), SEED, logs=out) as emulation:
        assert isinstance(emulation.kernel, LinuxKernel)
        for bridge, here, there in (("b1", "10.0.0.1", "10.0.0.3"), ("b3", "10.0.0.3", "10.0.0.1")):
            emulation.kernel.run("ovs-ofctl", "-O", "OpenFlow13", "add-flows", bridge, "-",
                                 stdin=rules(there, here, hop().gateway_mac))
        before = emulation.counters()
        result = radio(emulation)
        result["strays"] = emulation.unmodelled_losses(before, emulation.counters())
        emulation.inject(FaultPlan(Time(0), FaultKind.CUT, "w3"))
        result["cut"] = carriers()
        emulation.inject(FaultPlan(Time(0), FaultKind.MEND, "w3"))
        result["mended"] = carriers()
        readback.compare(readback.expected(emulation.layout, SEED), readback.actual(emulation.kernel, emulation.layout))
        result["command"] = emulation.net.get("h1").cmd("cat /proc/thread-self/net/dev").count("eth0:")
    result["left"] = left()
    return result


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    at_first = left()
    (folder / "seen.json").write_text(json.dumps({"first": at_first, "turns": [once(folder) for _ in range(2)]}))
