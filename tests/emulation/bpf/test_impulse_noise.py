"""Noise as a program: what the kernel is given, and what the program does with a packet, step by step."""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from tests.emulation.small_networks import ring
from twin.core.units import Time
from twin.emulation.bpf import impulse_noise
from twin.emulation.emulation import build
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.plan.blueprint import ImpulseNoise

STRIKES = ImpulseNoise(Time(50_000_000), Time(2_000_000), Time(500_000))
OVERLAPPING = ImpulseNoise(Time(250_000_000), Time(200_000_000), Time(0))
KEPT, LOST = "kept", "lost"
ARITHMETIC: dict[int, Callable[[int, int], int]] = {
    0x00: operator.add, 0x20: operator.mul, 0x30: operator.floordiv, 0x50: operator.and_, 0x60: operator.lshift,
    0xB0: lambda _, new: new,
}
JUMPS: dict[int, Callable[[int, int], bool]] = {
    0x00: lambda _, __: True, 0x10: operator.eq, 0x20: operator.gt, 0x30: operator.ge,
}
"""Of eBPF's operations, by code."""


def struck(noise: ImpulseNoise = STRIKES) -> Layout:
    """The ring, with noise on its DSL line towards the host."""
    first, *others = ring().spans
    return Layout(replace(ring(), spans=(replace(first, forward=replace(first.forward, impulse_noise=noise)),
                                         *others)))


@cache
def map_value(seed: int, noise: ImpulseNoise = STRIKES) -> bytes:
    """The one value of the map."""
    ((key, value),) = impulse_noise.map_entries(struck(noise), seed).items()
    assert impulse_noise.KEY.unpack(key) == (struck().plant["l1x"],)
    return value


@cache
def row(seed: int, noise: ImpulseNoise = STRIKES) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    """Its head and its bursts."""
    value = map_value(seed, noise)
    return impulse_noise.HEAD.unpack_from(value), list(impulse_noise.BURST.iter_unpack(value[impulse_noise.HEAD.size:]))


def fate(seed: int, now: int, frame: int, noise: ImpulseNoise = STRIKES) -> str:
    """What becomes of a frame that starts at `now`, by the meaning of the row: no burst may overlap its passing."""
    (period, cell, added), bursts = row(seed, noise)
    start = now + period
    end = start + (frame + added) // 48 * cell
    for number in range(start // period - 1, end // period + 1):
        begin, length = bursts[number % impulse_noise.PERIODS]
        if number * period + begin <= end and number * period + begin + length >= start:
            return LOST
    return KEPT


def run(seed: int, now: int, frame: int) -> str:
    """What the program makes of it, by an interpreter of the few instructions that it has."""
    value, steps = map_value(seed), STEPS
    regs, at = [0] * 11, 0
    while True:
        code, both, jump, number = steps[at]
        target, source = both & 15, both >> 4
        operand = regs[source] if code & 0x08 else number
        kind = code & 0x07
        at += 1
        if code == 0x95:
            return LOST if regs[0] == 2 else KEPT
        if code == 0x18:
            at += 1
        elif code == 0x85:
            regs[0] = {1: 0, 5: now}[number] if number == 5 else 1 << 40
        elif kind == 1:
            offset = regs[source] + jump - (1 << 40)
            if code == 0x61:
                regs[target] = {0: frame, 40: 7}.get(jump, 0)
            else:
                regs[target] = struct.unpack_from("=Q", value, offset)[0]
        elif kind == 7:
            regs[target] = ARITHMETIC[code & 0xF0](regs[target], operand) % 2**64
        elif kind == 5:
            at += jump if JUMPS[code & 0xF0](regs[target], operand) else 0


STEPS = list(struct.iter_unpack("=BBhi", impulse_noise.program(struck(), 3)))


@pytest.mark.parametrize("frame", [60, 214, 1514])
def test_the_program_loses_what_a_burst_overlaps_and_nothing_else(frame: int) -> None:
    """At five hundred moments over many periods, also across the table's end: as the row says."""
    moments = [30_000_000_000 + k * 730_000_001 for k in range(500)]
    assert [run(7, now, frame) for now in moments] == [fate(7, now, frame) for now in moments]


def test_long_packets_are_lost_as_theory_says() -> None:
    """The share of moments at which a frame would be struck is (what is left of bursts + the frame) / period."""
    carrier = struck().blueprint.spans[0].forward
    for frame in (60, 1514):
        moments = range(30_000_000_000, 130_000_000_000, 10_000_003)
        lost = sum(fate(7, now, frame) == LOST for now in moments) / len(moments)
        assert lost == pytest.approx(carrier.loss_probability(frame), rel=0.15)


@pytest.mark.parametrize("frame", [60, 1514])
def test_bursts_that_overlap_lose_what_theory_says(frame: int) -> None:
    """Of 200 ms on average in each 250 ms, over all periods of the table: four standard errors."""
    carrier = struck(OVERLAPPING).blueprint.spans[0].forward
    moments = range(0, impulse_noise.PERIODS * OVERLAPPING.period, 101_000_003)
    lost = sum(fate(7, now, frame, OVERLAPPING) == LOST for now in moments) / len(moments)
    assert 0.5 < lost < 0.6 and lost == pytest.approx(carrier.loss_probability(frame), rel=0.04)


def test_bursts_come_from_the_seed() -> None:
    """Another seed is other noise; the same is the same."""
    assert row(7) == row(7)
    assert row(7)[1] != row(8)[1]


def test_mended_bursts_never_begin() -> None:
    """What is no longer than interleaving mends is put beyond all time; the rest lies within its period."""
    (period, _, _), bursts = row(7)
    assert {begin == impulse_noise.NEVER for begin, length in bursts if length <= STRIKES.corrected} == {True}
    assert all(begin < period and length <= period for begin, length in bursts if length > STRIKES.corrected)


def test_noise_stands_before_the_way_into_the_medium() -> None:
    """One program and table for all lines, asked first; a network without noise has neither."""
    kernel = FakeKernel()
    build(kernel, struck(), 7, Time(1000))
    filters = [line for line in kernel.recorded if "l1x ingress pref" in line]
    assert filters == ["_plant: filter add dev l1x ingress pref 1 bpf direct-action noise",
                       "_plant: filter add dev l1x ingress pref 2 matchall action mirred egress redirect dev l1y"]
    assert sum("bpf program" in line and "1 rows" in line for line in kernel.recorded) == 1
    quiet = FakeKernel()
    build(quiet, Layout(ring()), 7, Time(1000))
    assert not [line for line in quiet.recorded if "noise" in line or "1 rows" in line]
