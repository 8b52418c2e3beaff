"""Qdiscs as requests: sizes exactly as the layer says, strict bands first, limits that hold what they must."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.units import Size
from twin.emulation.qdisc import ets, tc_requests
from twin.emulation.readback import netlink_dumps
from twin.plan.blueprint import LinkLayer

LOCATION = tc_requests.QdiscLocation(7, "p", tc_requests.SHAPED, tc_requests.BANDS)
layers = st.builds(LinkLayer, overhead=st.integers(-14, 60), min_size=st.sampled_from([0, 64, 84]), atm=st.booleans())


def kernel_length(table: bytes, frame: int) -> int:
    """What the kernel makes of a frame's length by its size table (net/sched/sch_api.c)."""
    if not table:
        return frame
    base, *costs = netlink_dumps.attributes(netlink_dumps.attributes(table)[8]).values()
    _, size_log, align, overhead, _, _, _, size = struct.unpack("=BBhiIIII", base)
    length = frame + overhead
    if size:
        length = struct.unpack_from("=H", costs[0], 2 * max(length + align, 0))[0]
    return int(length << size_log)


@given(layers, st.integers(14, 1514))
def test_the_kernel_counts_what_the_layer_says(layer: LinkLayer, frame: int) -> None:
    """Every frame costs the shaper and the medium exactly Layer.cost, negative overheads and ATM cells included."""
    assert kernel_length(tc_requests.size_table(layer), frame) == layer.cost(frame)


def test_a_full_frame_on_atm_takes_whole_cells() -> None:
    """1500 bytes of IP with 10 of PPPoA and AAL5 make 32 cells of 53 bytes (ITU-T I.363.5)."""
    assert kernel_length(tc_requests.size_table(LinkLayer(-4, atm=True)), 1514) == 32 * 53


@pytest.mark.parametrize(("quanta", "strict"), [((0, 3000, 1500), 1), ((0, 0), 2), ((1500,), 0)])
def test_bands_without_a_quantum_are_strict(quanta: tuple[int, ...], strict: int) -> None:
    """ets is told how many bands come strictly first and the quanta of the others, all in one request."""
    options = netlink_dumps.attributes(netlink_dumps.attributes(
        ets.ets(LOCATION, [Size(quantum) for quantum in quanta], 0).body[20:])[2])
    assert (options[1][0], options[2][0]) == (len(quanta), strict)
    shares = [struct.unpack("=I", share)[0] for _, share in netlink_dumps.each_attribute(options.get(3, b""))]
    assert shares == list(quanta[strict:])


@given(st.integers(1, 10**7), st.integers(60, 1696))
def test_fq_codel_holds_at_least_a_packet_in_service_and_one_that_waits(limit: int, full: int) -> None:
    """However short the queue, two full packets fit its memory."""
    packets, memory = tc_requests.codel_limits(Size(limit), full)
    assert packets >= 1
    assert memory >= 2 * tc_requests.SKB_TRUESIZE


def test_handles_are_written_as_tc_writes_them() -> None:
    """For people who compare with `tc`."""
    assert [tc_requests.handle_text(handle) for handle in (0x90000, 0x90001, 0x100000)] == ["9:", "9:1", "10:"]
