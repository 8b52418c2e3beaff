"""Packets that arrive twice: how many, at which ends, and that a copy is never copied."""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.emulation.small_networks import ring
from twin.core.units import Ratio
from twin.emulation import packet_duplication
from twin.emulation.bpf import duplicator
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.model import Impairments
from twin.plan.blueprint import SpanPlan

PACKET, ENTRY, STACK = 1, 2, 3
"""Where packet, map entry and stack are, for the program."""
MASK = 2**64 - 1
MARK, INTERFACE = 8, 40
"""Offsets in struct __sk_buff (linux/bpf.h)."""


class Machine:
    """Runs the program on packets, by an interpreter of its few instructions. entry: the map's, as numbers."""

    def __init__(self, ratio: int, seed: int = 1) -> None:
        ((_, entry),) = duplicator.map_entries(Ratio(ratio), seed).items()
        self.entry = [*duplicator.STATE.unpack(entry)]
        self.steps = [*struct.iter_unpack("=BBhi", duplicator.program(-1))]

    def copies(self, mark: int = 0) -> int:
        """How many copies of a packet with a mark arrive, themselves marked; its own mark is gone afterwards."""
        regs, at, fields, copied = [0, PACKET, *[0] * 8, STACK], 0, {MARK: mark, INTERFACE: 7}, 0
        while True:
            code, both, jump, number = self.steps[at]
            to, of, at = both & 15, both >> 4, at + 1
            match code:
                case 0x61 | 0x79:
                    regs[to] = fields[jump] if regs[of] == PACKET else self.entry[jump // 8]
                case 0x63 | 0x7B if regs[to] == PACKET:
                    fields[jump] = regs[of]
                case 0x7B:
                    self.entry[jump // 8] = regs[of]
                case 0x15:
                    at += jump if regs[to] == number else 0
                case 0x3D:
                    at += jump if regs[to] >= regs[of] else 0
                case 0x18:
                    at += 1
                case 0x07 | 0x63:
                    pass
                case 0x0F | 0x2F:
                    regs[to] = (regs[to] + regs[of] if code == 0x0F else regs[to] * regs[of]) & MASK
                case 0x77:
                    regs[to] >>= number
                case 0xB7:
                    regs[to] = number
                case 0xBF:
                    regs[to] = regs[of]
                case 0x85 if number == 1:
                    regs[0] = ENTRY
                case 0x85:
                    assert (number, regs[1], regs[2], regs[3], fields[MARK]) == (13, PACKET, 7, 1, 1)
                    copied += 1
                case _:
                    assert code == 0x95 and regs[0] == -1 and fields[MARK] == 0
                    return copied


@pytest.mark.parametrize("ratio", [10_000, 250_000])
def test_the_part_of_packets_that_arrive_twice_is_as_said(ratio: int) -> None:
    """Of 20,000, within four standard deviations; a pair is as often followed by another as chance has it."""
    machine = Machine(ratio)
    copied, share = [machine.copies() for _ in range(20_000)], ratio / 10**6
    assert sum(copied) == pytest.approx(20_000 * share, abs=4 * (20_000 * share) ** 0.5)
    again = sum(first and second for first, second in pairwise(copied))
    assert again == pytest.approx(20_000 * share**2, abs=5 * (20_000 * share**2) ** 0.5 + 1)


def test_a_copy_is_not_copied() -> None:
    """It is marked on its way, and unmarked when it has arrived."""
    assert Machine(999_999).copies(mark=1) == 0


def test_seeds_differ() -> None:
    """Each end has a stream of its own."""
    assert len({tuple(machine.copies() for _ in range(64)) for machine in (Machine(500_000, k) for k in (1, 2))}) == 2


def copying(name: str) -> list[SpanPlan]:
    """The ring's spans, one of which copies towards its second end."""
    twice = Impairments(duplicate=Ratio(1_000))
    return [replace(span, forward=replace(span.forward, impairments=twice)) if span.name == name else span
            for span in ring().spans]


@pytest.mark.parametrize(("span", "where"), [("l1", "h-1: "), ("r1", "")])
def test_the_end_where_packets_arrive_has_the_program(span: str, where: str) -> None:
    """A host's in its namespace, a switch's port in the lab's own; and it goes when it is no longer wanted."""
    kernel, device = FakeKernel(), "eth0" if span == "l1" else "r1b"
    packet_duplication.start(kernel, Layout(ring()), copying(span), 7)
    packet_duplication.stop(kernel, Layout(ring()), copying(span))
    _, clsact, attached, detached = kernel.recorded
    assert clsact == f"{where}qdisc add dev {device} parent ffff:fff1 handle ffff: clsact"
    assert attached == f"{where}filter add dev {device} ingress pref 1 bpf direct-action duplicator"
    assert detached == f"{where}filter del dev {device} ingress pref 1"
