"""A blueprint as requests: what is asked of which namespace, and in which order."""

from __future__ import annotations

import pytest

from tests.emulation.small_networks import BANDS, CELLS, UPWARD, ring, scheduler
from twin.core.units import Time
from twin.emulation import netlink_requests
from twin.emulation.emulation import build, tear_down
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.emulation.qdisc import flower_filters
from twin.model import Transport
from twin.plan.blueprint import Classifier

SLACK = Time(1000)


@pytest.fixture
def requests() -> list[str]:
    """All that is asked for the ring, in words."""
    kernel = FakeKernel()
    build(kernel, Layout(ring()), 7, SLACK)
    return kernel.recorded


def within(namespace: str, requests: list[str]) -> list[str]:
    """What is asked within one namespace; "" is the lab's own."""
    split = [line.partition(": ") if line.split()[0].endswith(":") else ("", "", line) for line in requests]
    return [words for where, _, words in split if where == namespace]


def test_a_scheduler_is_a_shaper_over_bands_over_queues(requests: list[str]) -> None:
    """In the words of tc, for a DSL line: exact sizes at the root, strict voice, the queue of each class."""
    assert [line for line in within("h-1", requests) if line.startswith(("qdisc", "class"))] == [
        "qdisc add dev eth0 root handle 9: htb default 1 stab overhead -4 mpu 0 linklayer atm",
        "class add dev eth0 parent 9: classid 9:1 htb rate 512000bit burst 1000ns",
        "qdisc add dev eth0 parent 9:1 handle 1: ets strict 1 quanta 6152 1538 default 2",
        "qdisc add dev eth0 parent 1:1 handle 10: bfifo limit 20000",
        "qdisc add dev eth0 parent 1:2 handle 11: bfifo limit 60000",
        "qdisc add dev eth0 parent 1:3 handle 12: fq_codel limit 937 memory_limit 82944 target 5000000ns interval "
        "100000000ns flows 256 quantum 1696 drop_batch 1",
        "qdisc add dev eth0 parent ffff:fff1 handle ffff: clsact",
    ]


def test_one_band_needs_no_choice(requests: list[str]) -> None:
    """The baseline's single queue hangs on the shaper itself, and classifiers have nothing to do."""
    order = scheduler(10**6, CELLS, UPWARD, BANDS[:1])
    summary = [request.summary for request in netlink_requests.scheduler(2, "eth0", order, SLACK)]
    assert summary[2:] == ["qdisc add dev eth0 parent 9:1 handle 10: bfifo limit 20000"]


def test_interfaces_come_up_after_their_queues_and_filters(requests: list[str]) -> None:
    """The kernel would wait for a moment of rest at each qdisc of an interface that is up."""
    for namespace in ("", "h-1", "_plant"):
        raised: set[str] = set()
        for line in within(namespace, requests):
            words = line.split()
            if words[:2] == ["link", "set"]:
                raised.add(words[2])
            elif words[1:3] == ["add", "dev"]:
                assert words[3] not in raised, line
        assert len(raised) > 1


def test_both_directions_of_a_radio_hop_go_through_one_scheduler(requests: list[str]) -> None:
    """What arrives from either end goes to the shared device with a mark, and leaves by that mark."""
    hop = [line.removeprefix("_plant: filter add dev ") for line in requests if "w3" in line and "ingress pref" in line]
    assert hop == [
        "w3x ingress pref 1 matchall action skbedit mark 1 action mirred egress redirect dev w3s",
        "w3t ingress pref 1 handle 1 fw action mirred egress redirect dev w3y",
        "w3y ingress pref 1 matchall action skbedit mark 2 action mirred egress redirect dev w3s",
        "w3t ingress pref 1 handle 2 fw action mirred egress redirect dev w3x",
    ]


def test_a_medium_carries_towards_the_end_it_stands_at(requests: list[str]) -> None:
    """Loss, delay and rate of a span are in both of its media, each with a seed of its own."""
    media = [line for line in requests if "netem" in line and " l2" in line]
    assert all("rate 2000000bit delay 0ns loss 10000ppm" in line for line in media)
    assert len({line.split()[-1] for line in media}) == 2


def test_hosts_ask_for_everything_on_their_link(requests: list[str]) -> None:
    """A host has its own address alone, and a default route without a gateway; its edge switch answers every ARP."""
    assert "h-3: addr add 10.0.0.3/32 dev eth0" in requests
    assert "h-3: route add default dev eth0 scope link" in requests
    assert "h-3: offloads off eth0" in requests


def test_a_seed_changes_the_losses_and_nothing_else() -> None:
    """Two seeds ask for the same network but for the seeds of the media."""
    first, two = ([line.summary.partition(" seed ")[0] for line in netlink_requests.media(Layout(ring()), seed, SLACK)]
                  for seed in (1, 2))
    assert first == two
    assert [line.summary for line in netlink_requests.media(Layout(ring()), 1, SLACK)] != \
        [line.summary for line in netlink_requests.media(Layout(ring()), 2, SLACK)]


def test_what_is_unbuilt_is_what_stands() -> None:
    """A build that was stopped half way leaves nothing and complains of nothing that never was."""
    kernel = FakeKernel()
    tear_down(kernel, Layout(ring()))
    assert not [line for line in kernel.recorded if line.startswith("link del")]
    assert [line for line in kernel.recorded if line.startswith("netns del")] == [
        "netns del h-1", "netns del h-2", "netns del h-3", "netns del _plant"]


def test_a_port_of_either_transport_takes_two_filters() -> None:
    """tc cannot match a port without knowing the transport; a rule without ports needs but one filter."""
    both = Classifier(0, destination="10.0.0.3", destination_ports=(16384, 32767))
    plain = Classifier(1, destination="10.0.0.4")
    udp = Classifier(1, transport=Transport.UDP, source_ports=(5004, 5004))
    requests = flower_filters.classifiers(2, "eth0", (both, plain, udp))
    assert [request.summary.partition(" flower ")[2] for request in requests] == [
        "ip_proto tcp dst_port 16384-32767 dst_ip 10.0.0.3 classid 1:1",
        "ip_proto udp dst_port 16384-32767 dst_ip 10.0.0.3 classid 1:1",
        "dst_ip 10.0.0.4 classid 1:2",
        "ip_proto udp src_port 5004 classid 1:2",
    ]
