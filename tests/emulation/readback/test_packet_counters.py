"""Counters: what each queue carried, and what was lost where nothing may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.emulation import recorded_dumps
from tests.emulation.small_networks import ring
from twin.core.errors import Unparsable
from twin.core.units import Time
from twin.emulation.interface_layout import Layout
from twin.emulation.readback import packet_counters
from twin.emulation.readback.packet_counters import Counts
from twin.model import FaultKind
from twin.plan.blueprint import FaultPlan

SNMP = "Ip: Forwarding InDiscards\nIp: 2 1\nUdp: InDatagrams RcvbufErrors SndbufErrors InCsumErrors MemErrors\n" \
       "Udp: 9 20 400 3000 50000\n"


@pytest.fixture
def counts() -> Counts:
    """What was counted on the recorded network."""
    return packet_counters.all_counters(recorded_dumps.kernel(), Layout(ring()))


def test_queues_count_bytes_at_the_layer_of_their_span(counts: Counts) -> None:
    """Ten frames of 642 bytes are 140 cells on the line, and plain frames on the radio hop, each in its class."""
    counted = {(queue.span, queue.forward, queue.band): (queue.size, queue.packets) for queue in counts.queues
               if queue.packets}
    assert counted["l1", True, 0] == (10 * 14 * 53, 10)
    assert counted["w3", True, 2] == (6420, 10)


def test_every_scheduler_is_counted(counts: Counts) -> None:
    """Three bands on each side that has a scheduler; the shared one of a radio hop once."""
    assert len({(queue.span, queue.forward) for queue in counts.queues}) == 2 + 2 + 1 + 2 + 2 + 1
    assert len(counts.queues) == 3 * 10


def test_nothing_lost_is_no_stray(counts: Counts) -> None:
    """A quiet network has no strays."""
    assert packet_counters.unmodelled_losses(Layout(ring()), counts, counts) == {}


def test_losses_outside_the_model_are_named(counts: Counts) -> None:
    """A medium without loss, an interface, a host, an upcall: each by its place."""
    after = replace(counts, media={**counts.media, "r1x": 3}, links={**counts.links, "l1a": 1}, upcalls=2,
                    hosts={**counts.hosts, "h1": 4})
    assert packet_counters.unmodelled_losses(Layout(ring()), counts, after) == {
        "medium r1x": 3, "interface l1a": 1, "host h1": 4, "upcalls": 2}


def test_losses_of_the_model_are_no_strays(counts: Counts) -> None:
    """A lossy medium may lose, and a span that is cut in the run too."""
    blueprint = replace(ring(), faults=(FaultPlan(Time(0), FaultKind.CUT, "r1"),))
    after = replace(counts, media={**counts.media, "l2x": 9, "r1y": 7}, links={**counts.links, "r1a": 5})
    assert packet_counters.unmodelled_losses(Layout(blueprint), counts, after) == {}


def test_a_host_loses_what_its_stack_has_no_room_for() -> None:
    """Packets that its own CPE's queue dropped (SndbufErrors) are the model's."""
    assert packet_counters.discarded(SNMP) == 1 + 20 + 3000 + 50000


@pytest.mark.parametrize("text", ["", "Ip: InDiscards\nIp: x\n", "nonsense"])
def test_protocol_counters_that_are_not_understood_are_an_error(text: str) -> None:
    """Never a zero."""
    with pytest.raises(Unparsable):
        packet_counters.discarded(text)


def test_lost_upcalls_are_added_up() -> None:
    """Over all datapaths; text without them is an error."""
    text = "system@ovs-system:\n  lookups: hit:1 missed:3 lost:2\nx:\n  lookups: hit:1 missed:3 lost:5\n"
    assert packet_counters.lost_upcalls(text) == 7
    with pytest.raises(Unparsable):
        packet_counters.lost_upcalls("no datapath")
