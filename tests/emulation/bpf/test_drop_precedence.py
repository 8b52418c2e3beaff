"""Gates before queues with colours: where they stand, what they know of a queue, and that they agree with the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.emulation.small_networks import BANDS, CELLS, ring
from twin.core.units import Rate, Size
from twin.emulation.bpf import drop_precedence
from twin.emulation.emulation import attach_bpf
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.model import Discipline
from twin.plan.blueprint import Band, Blueprint, End, ThreeColourMarker
from twin.plan.qos.three_colour_markers import ColouredQueue, coloured_queues, limits

CONTRACT = ThreeColourMarker(1, "video", 34, rate=Rate(1_000_000), burst=Size(3000), second_rate=Rate(2_000_000),
                             second_burst=Size(3000), drops_red=True)


def contracted(bands: tuple[Band, ...] = BANDS) -> Blueprint:
    """The ring with a contract at the first switch's line."""
    whole = ring(bands)
    first, *others = whole.switches
    return replace(whole, switches=(replace(first, markers=(CONTRACT,)), *others))


def test_every_port_of_a_switch_with_a_plain_queue_of_the_class_has_a_gate() -> None:
    """Wherever the class's packets go, also towards lines; not at CPEs, and not on the radio hop."""
    assert sorted(queue.end.device for queue in coloured_queues(contracted())) == [
        "l1a", "l2a", "l3a", "r1a", "r1b", "r2a", "r2b"]
    assert {queue.band.service_class for queue in coloured_queues(contracted())} == {"video"}
    assert list(coloured_queues(ring())) == []


def test_a_class_that_is_alone_has_gates_too() -> None:
    """A port with one queue keeps its colours apart as well."""
    alone, beside = (coloured_queues(contracted(bands)) for bands in (BANDS[1:2], BANDS))
    assert {queue.end.device for queue in alone} == {queue.end.device for queue in beside}


def test_a_queue_that_drops_by_itself_has_none() -> None:
    """What fq_codel drops would count as waiting for ever."""
    controlled = tuple(replace(band, discipline=Discipline.FQ_CODEL) for band in BANDS)
    assert list(coloured_queues(contracted(controlled))) == []


def test_a_row_says_what_the_queue_holds_of_each_colour() -> None:
    """Green as much as the queue, yellow half, red a quarter; the other end of the pair leads to the port."""
    queue = ColouredQueue(End("s1", "l1a", "l1x", None), CELLS, BANDS[1], 34)
    (port, state), (behind, way) = drop_precedence.map_entries(1001, 1005, queue)
    assert (drop_precedence.KEY.unpack(port), drop_precedence.KEY.unpack(behind)) == ((1001, 0x80), (1005, 0x81))
    assert drop_precedence.STATE.unpack(state)[:7] == (0, -4, 0, 1, 60_000, 30_000, 15_000)
    assert drop_precedence.STATE.unpack(way)[0] == 1001
    assert limits(Size(100)) == (100, 50, 25)


@pytest.mark.parametrize("program", [drop_precedence.enqueue_program, drop_precedence.dequeue_program])
def test_every_jump_of_a_program_stays_within_it(program: Callable[[int], bytes]) -> None:
    """And each ends by an exit."""
    steps = program(3)
    count = len(steps) // 8
    jumps = [(at, int.from_bytes(steps[8 * at + 2:8 * at + 4], "little", signed=True)) for at in range(count)
             if steps[8 * at] & 7 == 5 and steps[8 * at] not in (0x85, 0x95)]
    assert all(0 <= at + 1 + jump < count for at, jump in jumps)
    assert steps[-8] == 0x95


def test_packets_are_counted_before_they_are_redirected() -> None:
    """The redirect of such an interface comes second; markers stand before gates."""
    kernel = FakeKernel()
    layout = Layout(contracted())
    attach_bpf(kernel, layout)
    assert [line for line in kernel.recorded if "dev r1a " in line and "filter" in line] == [
        "filter add dev r1a egress pref 1 bpf direct-action marker",
        "filter add dev r1a egress pref 2 bpf direct-action gate"]
    assert "_plant: filter add dev r1x ingress pref 1 bpf direct-action leave" in kernel.recorded
    assert "r1x" in layout.gated
