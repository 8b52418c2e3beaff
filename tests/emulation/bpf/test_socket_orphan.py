"""Packets leave their sockets behind: where that is, and that nothing is lost or sent twice by it."""

from __future__ import annotations

import struct

from tests.emulation.small_networks import ring
from twin.core.units import Time
from twin.emulation.bpf import socket_orphan
from twin.emulation.emulation import build
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel

LENGTH, SOCKET, INTERFACE = 0, 168, 40
"""Offsets in struct __sk_buff (linux/bpf.h)."""
CALLS = {39: "{2} in one piece", 13: "copy to {2}"}
"""bpf_skb_pull_data and bpf_clone_redirect."""
PACKET = 1
"""Where the packet is, for the program."""
COPIED, PASSED = ("1514 in one piece, copy to 2", 4), ("", -1)
"""What the program does, and its answer: TC_ACT_STOLEN, TC_ACT_UNSPEC."""


def run(socket: int) -> tuple[str, int]:
    """What the program makes of a packet with a socket, or none, by an interpreter of its few instructions."""
    regs, at, done = [0, PACKET] + [0] * 9, 0, []
    steps = list(struct.iter_unpack("=BBhi", socket_orphan.program(-1)))
    while True:
        code, both, jump, number = steps[at]
        at += 1
        match code:
            case 0x79 | 0x61:
                assert regs[both >> 4] == PACKET
                regs[both & 15] = {LENGTH: 1514, SOCKET: socket, INTERFACE: 2}[jump]
            case 0x15:
                at += jump if regs[both & 15] == number else 0
            case 0xB7:
                regs[both & 15] = number
            case 0xBF:
                regs[both & 15] = regs[both >> 4]
            case 0x85:
                assert regs[1] == PACKET
                done.append(CALLS[number].format(*regs))
                regs[:6] = [0] * 6
            case _:
                return ", ".join(done), regs[0]


def test_a_packet_with_a_socket_goes_on_as_its_copy() -> None:
    """Once by the same interface; the copy has no socket, and passes."""
    assert run(socket=0xFFFF_8000) == COPIED
    assert run(socket=0) == PASSED


def test_every_host_has_it_before_its_queues() -> None:
    """Subscribers and head-ends; after the filter for paced packets, and before the interface is up."""
    kernel = FakeKernel()
    build(kernel, Layout(ring()), 7, Time(1000))
    for host in ("h-1", "h-2", "h-3"):
        requests = [line.removeprefix(f"{host}: ") for line in kernel.recorded if line.startswith(f"{host}: ")]
        place = requests.index("filter add dev eth0 egress pref 2 bpf direct-action orphan")
        assert requests.index("qdisc add dev eth0 parent ffff:fff1 handle ffff: clsact") < place
        assert place < requests.index("link set eth0 up")
