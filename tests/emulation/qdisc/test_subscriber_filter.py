"""The program that tells subscribers apart: run here as the kernel runs it, on packets between all kinds of hosts."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.emulation.qdisc.subscriber_filter import PROGRAM, Step, classifier, program
from twin.emulation.qdisc.tc_requests import QdiscLocation
from twin.emulation.readback import netlink_dumps
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import SubscriberQueues

SERVER, NEAR, ALSO_NEAR, FAR = "10.0.0.9", "10.0.0.1", "10.0.0.2", "10.0.0.17"
UPLINK = SubscriberQueues(("10.0.0.0/28",), (SERVER,), 16)
TRUNK = SubscriberQueues(("10.0.0.0/8",), (SERVER,), 32)
HEAD_END = SubscriberQueues((), (), 32)


def packet(sender: str, receiver: str) -> bytes:
    """An Ethernet frame with these addresses."""
    return bytes(26) + IPv4Address(sender).packed + IPv4Address(receiver).packed + bytes(20)


def run(steps: list[Step], frame: bytes) -> int:
    """What a classic BPF program returns (linux/Documentation/networking/filter.rst)."""
    at = accumulator = index = 0
    while True:
        code, yes, no, operand = steps[at]
        at += 1
        match code:
            case 0x20:
                accumulator = struct.unpack_from("!I", frame, operand)[0]
            case 0x07:
                index = accumulator
            case 0x87:
                accumulator = index
            case 0x54:
                accumulator &= operand
            case 0x94:
                accumulator %= operand
            case 0x04:
                accumulator += operand
            case 0x15:
                at += yes if accumulator == operand else no
            case 0x05:
                at += operand
            case 0x16:
                return accumulator


@pytest.mark.parametrize(("sharing", "sender", "receiver", "owner"), [
    (UPLINK, SERVER, NEAR, NEAR),
    (UPLINK, NEAR, SERVER, NEAR),
    (UPLINK, FAR, NEAR, NEAR),
    (UPLINK, NEAR, FAR, NEAR),
    (UPLINK, NEAR, ALSO_NEAR, ALSO_NEAR),
    (TRUNK, SERVER, FAR, FAR),
    (TRUNK, FAR, SERVER, FAR),
    (TRUNK, FAR, NEAR, NEAR),
    (HEAD_END, FAR, SERVER, FAR),
])
def test_a_packet_belongs_to_the_subscriber(sharing: SubscriberQueues, sender: str, receiver: str, owner: str) -> None:
    """To whom it is for, where that is a subscriber beyond the span; else to who sends it."""
    assert run(program(sharing), packet(sender, receiver)) == 1 + int(IPv4Address(owner)) % sharing.queues


@given(st.integers(1, 2**24 - 2), st.integers(1, 2**24 - 2))
def test_every_queue_has_a_number(sender: int, receiver: int) -> None:
    """Numbers run from 1 to the number of queues: fq_codel drops what it is told 0 of."""
    frame = packet(str(IPv4Address(10 * 2**24 + sender)), str(IPv4Address(10 * 2**24 + receiver)))
    assert 1 <= run(program(TRUNK), frame) <= TRUNK.queues


def test_the_filter_holds_the_program() -> None:
    """Eight bytes a step, at the queues of the band."""
    body = classifier(QdiscLocation(7, "p", 0x10001, 0x100000), UPLINK).body
    options = netlink_dumps.attributes(netlink_dumps.attributes(body[20:])[2])
    assert len(options[PROGRAM]) == 8 * len(program(UPLINK))


TEXT = """
twin: 1
name: tree
sites: {{town: {{}}}}
switches: {{core: {{site: town}}, edge: {{site: town}}}}
spans: {{trunk: {{ends: [core, edge], capacity: 100 Mbit/s}}}}
dslams:
  upper: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
  lower: {{site: town, uplink: {{to: upper, capacity: 100 Mbit/s}}}}
head-ends: {{internet: {{site: town, uplink: {{to: edge, capacity: 100 Mbit/s}}}}}}
classes: {{data: {{dscp: DF, discipline: fq-codel{share}}}}}
services: {{web: {{class: data, head-end: internet}}}}
profiles: {{dsl: {{down: 1 Mbit/s, up: 1 Mbit/s}}}}
workloads: {{load: {{service: web, activity: download}}}}
lines:
  high: {{at: upper, profile: dsl, subscribers: 5, emulated: 5, runs: [load]}}
  low: {{at: lower, profile: dsl, subscribers: 40, emulated: 40, runs: [load]}}
"""


def test_each_subscriber_has_a_queue_of_its_own_on_every_span_in_common() -> None:
    """On lines there is nobody to share with; on all other spans two subscribers never meet in a queue."""
    blueprint = plan(read(TEXT.format(share=", share: subscriber"), "tree.yaml"))
    server = next(host.address for host in blueprint.hosts if host.line_group is None)
    people = [host.address for host in blueprint.hosts if host.line_group]
    orders = {span.name: span.a.scheduler for span in blueprint.spans if span.a.scheduler}
    for name, order in orders.items():
        if name.startswith(("high", "low-1", "low-2")):
            assert order.subscriber_queues is None
        elif name in ("trunk", "internet-uplink", "upper-uplink"):
            assert order.subscriber_queues is not None
            queues = {run(program(order.subscriber_queues), packet(person, server)) for person in people}
            assert len(queues) == len(people)


def test_nobody_is_told_apart_unless_asked() -> None:
    """Shares between flows need no filter."""
    blueprint = plan(read(TEXT.format(share=""), "tree.yaml"))
    assert all(span.a.scheduler is None or span.a.scheduler.subscriber_queues is None for span in blueprint.spans)


def test_sites_with_prefixes_of_their_own_do_not_share_queues() -> None:
    """Two sites whose addresses differ by 2^20: on the trunk no two of their 45 subscribers meet in a queue."""
    text = TEXT.replace("{{town: {{}}}}", "{{town: {{}}, farm: {{}}}}")
    text = text.replace("lower: {{site: town", "lower: {{site: farm")
    text += "addresses: [{{prefix: 10.16.0.0/16, site: town}}, {{prefix: 10.32.0.0/16, site: farm}}]\n"
    blueprint = plan(read(text.format(share=", share: subscriber"), "tree.yaml"))
    trunk = next(span.a.scheduler for span in blueprint.spans if span.name == "trunk" and span.a.scheduler)
    server = next(host.address for host in blueprint.hosts if host.line_group is None)
    people = [host.address for host in blueprint.hosts if host.line_group]
    assert trunk.subscriber_queues is not None
    queues = {run(program(trunk.subscriber_queues), packet(server, person)) for person in people}
    assert len(queues) == len(people) == 45
