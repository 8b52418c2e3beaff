"""The plan: what follows from a network, and what is proved of it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core import units
from twin.core.errors import TopologyError
from twin.core.records import from_plain, to_plain
from twin.model import Name, Network
from twin.plan import Blueprint, Policy, plan
from twin.plan.blueprint import LinkLayer, RtpCall, carrying
from twin.plan.forwarding.addressing import mac
from twin.plan.interface_names import INTERFACE_LIMIT, short


def test_the_order_of_entries_means_nothing(network: Network) -> None:
    """The same entries in another order give the same blueprint."""
    turned = replace(network, lines=network.lines[::-1], classes=network.classes[::-1], spans=network.spans[::-1],
                     head_ends=network.head_ends[::-1], services=network.services[::-1])
    assert plan(turned) == plan(network)


def test_a_blueprint_survives_json(network: Network) -> None:
    """What crosses into the lab comes out the same."""
    blueprint = plan(network)
    assert from_plain(Blueprint, to_plain(blueprint)) == blueprint


def test_every_host_has_an_address_of_its_switch_and_a_port_of_its_own(network: Network) -> None:
    """Addresses lie in the switch's prefix and no two hosts share address, MAC or port."""
    blueprint = plan(network)
    prefix = {switch.name: IPv4Network(own) for switch in blueprint.switches for own in switch.prefixes}
    assert all(IPv4Address(host.address) in prefix[host.switch] for host in blueprint.hosts)
    for key in ("address", "mac"):
        assert len({getattr(host, key) for host in blueprint.hosts}) == len(blueprint.hosts) == 5
    assert len({(host.switch, host.port) for host in blueprint.hosts}) == 5


def test_a_call_is_two_flows_and_a_download_one(network: Network) -> None:
    """Two lines call and load, one only calls: 2 x 3 + 2 flows; the head-end's ports differ call by call."""
    flows = plan(network).flows
    assert len(flows) == 8
    calls = [flow for flow in flows if flow.workload == "call"]
    ports = {flow.line: (flow.sink_port if flow.sink == "softswitch" else flow.source_port) for flow in calls}
    assert sorted(ports.values()) == [16384, 16385, 16386]
    assert {(call.packet, call.interval) for _, call in carrying(RtpCall, calls)} == {(200, 20_000_000)}


def test_the_baseline_has_one_queue_as_long_as_all(network: Network) -> None:
    """Without QoS each scheduler has one queue that holds what all bands together held, and no marks are written."""
    qos, baseline = plan(network), plan(network, Policy.NONE)
    for with_qos, without in zip(qos.spans, baseline.spans, strict=True):
        for order, fifo in ((with_qos.a.scheduler, without.a.scheduler), (with_qos.b.scheduler, without.b.scheduler)):
            assert (order is None) == (fifo is None)
            if order and fifo:
                assert [band.limit for band in fifo.bands] == [sum(band.limit for band in order.bands)]
    assert not any(rule.mark or rule.queue or rule.meter for s in baseline.switches for rule in s.rules)
    assert baseline.flows == qos.flows


def test_strict_classes_come_first_and_best_effort_last(network: Network) -> None:
    """Band 0 is voice with no quantum; the class marked DF is the last and takes what belongs to no service."""
    blueprint = plan(network)
    assert blueprint.classes == ("voice", "video", "bulk")
    order = next(span for span in blueprint.spans if span.name == "town-1").a.scheduler
    assert order is not None
    assert [band.quantum for band in order.bands] == [0, 4 * 1696, 1696]
    assert order.default == 2


def test_a_radio_hop_has_one_medium_and_no_scheduler_at_its_ends(network: Network) -> None:
    """Both ends of a radio hop wait for the one medium between them."""
    hop = next(span for span in plan(network).spans if span.name == "relay-c-uplink")
    assert hop.shared is not None and hop.a.scheduler is None and hop.b.scheduler is None
    assert [c.dscp for c in hop.shared.scheduler.classifiers] == [46, 24, 0]


@pytest.mark.parametrize(("overhead", "cells", "frame", "cost"), [
    (10 - 14, True, 1514, 1696), (10 - 14, True, 54, 106), (40 - 14, True, 1506, 1696), (40 - 14, True, 1514, 1749),
    (8 - 14, True, 54, 53), (24, False, 1514, 1538), (24, False, 54, 84), (0, False, 214, 214),
])
def test_layers_count_what_the_wire_counts(overhead: int, cells: bool, frame: int, cost: int) -> None:
    """Cells of PPPoA and PPPoE, and the preamble, gap and FCS of Ethernet, as published (tc-stab(8), RFC 2544)."""
    assert LinkLayer(overhead, 84 if overhead == 24 else 0, cells).cost(frame) == cost


def test_guarantees_that_do_not_fit_are_named(network: Network) -> None:
    """A guarantee larger than a span is a problem that names the span and both rates."""
    voice = replace(network.classes[0], guarantee=units.rate("20 Mbit/s"))
    with pytest.raises(TopologyError, match=r"relay-c-uplink.*6 Mbit/s.*20 Mbit/s"):
        plan(replace(network, classes=(voice, *network.classes[1:])))


def test_more_voice_than_a_line_can_carry_is_named(network: Network) -> None:
    """Two G.711 calls of 106 kbit/s each do not fit a 128 kbit/s uplink."""
    second = replace(network.workloads[0], name=Name("second"))
    town = replace(network.lines[0], runs=(Name("call"), Name("second")))
    with pytest.raises(TopologyError, match=r"lines\.town: .*212 kbit/s.*128 kbit/s"):
        plan(replace(network, workloads=(*network.workloads, second), lines=(town, *network.lines[1:])))


def test_queues_that_the_kernel_cannot_count_are_refused(network: Network) -> None:
    """Three times 2 s at 10 Gbit/s are 7.5 GB in the baseline's one queue: a qdisc counts to 2^32."""
    long = tuple(replace(service_class, queue=units.time("2 s")) for service_class in network.classes)
    fast = tuple(replace(span, capacity=units.rate("10 Gbit/s")) for span in network.spans)
    with pytest.raises(TopologyError, match=r"spans\.a-b: its queues at a would hold 7500000000 bytes"):
        plan(replace(network, classes=long, spans=fast))


def test_a_network_in_two_parts_is_refused(network: Network) -> None:
    """Without two of its spans a switch of the ring cannot be reached."""
    with pytest.raises(TopologyError, match="is not connected"):
        plan(replace(network, spans=network.spans[:1]))


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True), st.sampled_from(["", "a", "x"]))
def test_interface_names_fit(name: str, suffix: str) -> None:
    """Any name comes out within 15 characters, and unchanged if it fits."""
    made = short(name, suffix)
    assert len(made) <= INTERFACE_LIMIT
    assert made.startswith(name) or len(name) > INTERFACE_LIMIT - 2


def test_mac_addresses_are_local_and_follow_the_address() -> None:
    """02 marks a locally administered address."""
    assert mac("10.0.1.2") == "02:00:0a:00:01:02"


def test_a_queue_of_given_bytes_is_as_long_on_every_span(network: Network) -> None:
    """Before the ring, a radio hop and a line alike; the baseline's one queue holds it beside the others."""
    held = units.size("7 kB")
    given = replace(network, classes=tuple(replace(c, buffer=held) if c.name == "voice" else c
                                           for c in network.classes))
    orders = [order for s in plan(given).spans
              for order in (s.shared.scheduler if s.shared else None, s.a.scheduler, s.b.scheduler) if order]
    assert len(orders) > 8
    assert {band.limit for order in orders for band in order.bands if band.service_class == "voice"} == {held}


def test_a_queue_holds_a_packet_of_its_class(network: Network) -> None:
    """A call of G.711 takes 265 bytes in cells; what is shorter would carry nothing."""
    short_of = replace(network, classes=tuple(replace(c, buffer=units.size("260 bytes")) if c.name == "voice" else c
                                              for c in network.classes))
    with pytest.raises(TopologyError) as refused:
        plan(short_of)
    assert "classes.voice.buffer: holds 260 bytes, and a packet of the class takes 265 of a span" in str(refused.value)
