"""What can be cut, who is cut off by it, and over which ways probes are sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.core.units import Rate, Time
from twin.model import Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint, RestorationProbe, carrying
from twin.plan.failures.failure_scenarios import (
    Failure,
    all_failures,
    double_failure_named,
    double_failures,
    isolated_lines,
)
from twin.plan.failures.probe_flows import SHARE, ProbedNetwork, ProbePhase, probes, with_probes
from twin.plan.forwarding.loop_check import FailedElements, failed_spans
from twin.plan.forwarding.paths import flow_paths

FILE = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
STRETCHES = (ProbePhase("cut", Time(10), Time(15)), ProbePhase("return", Time(99), Time(106)))


@pytest.fixture(scope="module")
def network() -> Network:
    """A ring of three switches with a DSLAM on one and both head-ends on another."""
    return load(FILE)


@pytest.fixture(scope="module")
def blueprint(network: Network) -> Blueprint:
    """Its blueprint."""
    return plan(network)


def test_everything_but_the_subscribers_lines_is_cut_once(blueprint: Blueprint) -> None:
    """First what has another way, spans before nodes; then what only isolates."""
    cuts = [(cut.key, cut.protected) for cut in all_failures(blueprint)]
    ring = ["span-east-west", "span-north-east", "span-west-north", "node-east", "node-north", "node-west"]
    alone = ["span-east-dslam-uplink", "span-internet-uplink", "span-softswitch-uplink", "node-east-dslam"]
    assert cuts == [*((key, True) for key in ring), *((key, False) for key in alone)]


def test_a_ring_survives_any_one_cut_and_names_whom_two_isolate(blueprint: Blueprint) -> None:
    """Two cuts round the switch with the DSLAM take all lines away, two others none."""
    assert not any(isolated_lines(blueprint, cut.failed).lines for cut in all_failures(blueprint) if cut.protected
                   and not cut.node)
    isolated = {str(pair): isolated_lines(blueprint, pair.failed).lines
                for pair in double_failures(blueprint, nodes=False)}
    assert isolated == {"east-west and north-east": ("homes-1", "homes-2"), "east-west and west-north": (),
                        "north-east and west-north": ("homes-1", "homes-2")}
    assert len(list(double_failures(blueprint, nodes=True))) == 15


def test_a_pair_is_called_by_the_names_of_its_cuts(blueprint: Blueprint) -> None:
    """Of spans or nodes; what is not there, or is there only once, is refused with what there is."""
    pair = double_failure_named(blueprint, ("north-east", "west"))
    assert (str(pair), pair.key) == ("north-east and node west", "span-north-east+node-west")
    assert pair.failed == FailedElements(frozenset({"north-east"}), frozenset({"west"}))
    with pytest.raises(UsageError, match='no span or node "south" to cut; known: east-west, north-east'):
        double_failure_named(blueprint, ("north-east", "south"))
    with pytest.raises(UsageError, match="span north-east cannot be cut twice"):
        double_failure_named(blueprint, ("north-east", "span-north-east"))


def test_a_dead_head_end_takes_a_part_of_the_services(blueprint: Blueprint) -> None:
    """Calls go on."""
    cut_off = isolated_lines(blueprint, FailedElements(spans=frozenset({"internet-uplink"})))
    assert cut_off.lines == () and cut_off.partly == ("homes-1", "homes-2")
    assert all(name.endswith("download") for name in cut_off.flows)


def test_a_dead_node_takes_its_lines(blueprint: Blueprint) -> None:
    """All spans of it are dead, the lines' own too."""
    broken = FailedElements(nodes=frozenset({"east-dslam"}))
    assert {"homes-1", "homes-2", "east-dslam-uplink"} == failed_spans(blueprint, broken)
    assert isolated_lines(blueprint, broken).lines == ("homes-1", "homes-2")


def probed(network: Network, blueprint: Blueprint) -> tuple[ProbedNetwork, Blueprint]:
    """The network with probes."""
    more = with_probes(network, blueprint)
    return more, plan(more.network)


@pytest.mark.parametrize(("cut", "classes"), [
    (Failure("north-east", False, True), {"voice", "data"}), (Failure("east-west", False, True), {"data"}),
    (Failure("east", True, True), set()), (Failure("east-dslam-uplink", False, False), set())])
def test_probes_run_over_what_the_cut_turns_round(
    network: Network, blueprint: Blueprint, cut: Failure, classes: set[str]
) -> None:
    """In every class that crosses it, both ways, and across a span that nobody uses; never to who is cut off."""
    more, whole = probed(network, blueprint)
    probe_flows = probes(more, whole, cut, STRETCHES)
    assert {flow.service_class for flow in probe_flows} == classes
    with_probes = replace(whole, flows=probe_flows)
    dead = failed_spans(whole, cut.failed)
    before, after = flow_paths(with_probes), flow_paths(with_probes, dead)
    for flow in probe_flows:
        assert dead & {hop.span for hop in before[flow.name]} and after[flow.name]
    assert len({(flow.source, flow.source_port) for flow in probe_flows}) == len(probe_flows)
    assert {(probe.phase, flow.start, flow.stop) for flow, probe in carrying(RestorationProbe, probe_flows)} <= {
        ("cut", 10, 15), ("return", 99, 106)}


def test_probes_change_nothing_of_the_networks_own_ways(network: Network, blueprint: Blueprint) -> None:
    """Its flows go where they went."""
    _, whole = probed(network, blueprint)
    assert flow_paths(whole) == flow_paths(blueprint)


@pytest.mark.parametrize("capacity", [100_000_000, 10_000_000, 2_000_000, 600_000])
def test_probes_leave_half_of_the_narrowest_span(network: Network, capacity: int) -> None:
    """Before the cut and after it: one each millisecond if that fits, else less often."""
    ring = replace(network, spans=tuple(replace(span, capacity=Rate(capacity)) for span in network.spans))
    blueprint = plan(ring)
    probed = with_probes(ring, blueprint)
    whole = plan(probed.network)
    for cut in (cut for cut in all_failures(blueprint) if cut.protected):
        sent = probes(probed, whole, cut, STRETCHES[:1])
        intervals = {probe.interval for _, probe in carrying(RestorationProbe, sent)}
        assert len(intervals) <= 1 and (capacity < 100_000_000 or intervals <= {Time(1_000_000)})
        spans = {span.name: span for span in whole.spans}
        for failed in (frozenset[str](), failed_spans(whole, cut.failed)):
            load: dict[tuple[str, bool], float] = {}
            for path in flow_paths(replace(whole, flows=sent), failed).values():
                for hop in path:
                    link = spans[hop.span].forward
                    load[hop.span, hop.forward] = load.get((hop.span, hop.forward), 0) + link.serialization(64 + 14)
            assert all(busy <= SHARE * interval for busy in load.values() for interval in intervals)
