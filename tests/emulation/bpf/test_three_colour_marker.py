"""The three-colour marker: its program assembles to what the kernel knows; its rows say what the profile says."""

from __future__ import annotations

import struct

import pytest

from tests.emulation.small_networks import ring
from twin.core.units import Rate, Size
from twin.emulation.bpf import three_colour_marker
from twin.emulation.bpf.bpf_assembler import assemble
from twin.emulation.emulation import attach_bpf
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.plan.blueprint import ThreeColourMarker

DOUBLE = ThreeColourMarker(1, "gold", 18, rate=Rate(1_000_000), burst=Size(3000), second_rate=Rate(2_000_000),
                           second_burst=Size(4000), drops_red=True)
SINGLE = ThreeColourMarker(1, "gold", 26, rate=Rate(1_000_000), burst=Size(3000), second_rate=Rate(0),
                           second_burst=Size(4500), drops_red=False)


@pytest.mark.parametrize(("line", "steps"), [
    ("r6 = r1", "bf16000000000000"), ("r2 += -8", "07020000f8ffffff"), ("r9 *= 1000000000", "2709000000ca9a3b"),
    ("r2 = u32[r6 + 36]", "6162240000000000"), ("u8[r10 - 8] = r9", "739af8ff00000000"),
    ("r1 = u64[r8 + 8]", "7981080000000000"), ("r0 = packet16[12]", "280000000c000000"), ("call 5", "8500000005000000"),
    ("r1 = map", "18110000070000000000000000000000"), ("exit ; done", "9500000000000000"),
])
def test_each_line_is_the_instruction_of_linux_bpf_h(line: str, steps: str) -> None:
    """Code, registers, offset and number, as the kernel's own tools write them (little-endian)."""
    assert assemble(line, 7).hex() == steps


def test_jumps_lead_to_their_labels() -> None:
    """Forwards, counted from the next instruction; loading a map takes two."""
    text = "if r1 <= r2 goto end\nr1 = map\ngoto end\nr0 = 1\nend:\nexit"
    jumps = [struct.unpack_from("=xxh", assemble(text, 7), 8 * at)[0] for at in (0, 3)]
    assert jumps == [4, 1]


def test_a_line_that_is_none_is_refused() -> None:
    """With its text."""
    with pytest.raises(ValueError, match="no instruction: r11 = 3"):
        assemble("r11 = 3", 7)


@pytest.mark.parametrize(("contract", "key", "flags", "second"), [(DOUBLE, 0x40, 3, 250_000), (SINGLE, 0x60, 0, 0)])
def test_a_row_holds_full_buckets(contract: ThreeColourMarker, key: int, flags: int, second: int) -> None:
    """The port and the AF class of its mark; rates in bytes a second, sizes in thousand-millionths of a byte."""
    name, state = three_colour_marker.map_entry(1001, contract)
    values = three_colour_marker.STATE.unpack(state)
    assert three_colour_marker.KEY.unpack(name) == (1001, key)
    assert values[1:3] == (values[4], values[6]) == (3000 * 10**9, contract.second_burst * 10**9)
    assert (values[3], values[5], values[8]) == (125_000, second, flags)
    assert values[7] * 125_000 >= values[4] + (0 if second else values[6])


def test_a_switch_without_contracts_has_no_marker() -> None:
    """Nothing is loaded, nothing hangs on its ports."""
    kernel = FakeKernel()
    attach_bpf(kernel, Layout(ring()))
    assert kernel.recorded == []
