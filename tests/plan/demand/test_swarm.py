"""Swarms: who fetches from whom, and which way that goes."""

from __future__ import annotations

from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths

TEXT = """
twin: 1
name: swarm
sites: {{town: {{}}}}
switches: {{core: {{site: town}}, edge: {{site: town}}}}
spans: {{trunk: {{ends: [core, edge], capacity: 100 Mbit/s}}}}
dslams:
  east: {{site: town, uplink: {{to: core, capacity: 100 Mbit/s}}}}
  west: {{site: town, uplink: {{to: edge, capacity: 100 Mbit/s}}}}
head-ends: {{internet: {{site: town, uplink: {{to: edge, capacity: 100 Mbit/s}}}}}}
classes: {{video: {{dscp: CS3, weight: 4}}, data: {{dscp: DF}}}}
services: {{web: {{class: video, head-end: internet}}}}
profiles: {{dsl: {{down: 1 Mbit/s, up: 1 Mbit/s}}}}
workloads: {{swap: {{service: web, activity: swarm, peers: {peers}, connections: 3}}}}
lines:
  a: {{at: east, profile: dsl, subscribers: 2, emulated: 2, runs: [swap]}}
  b: {{at: west, profile: dsl, subscribers: 2, emulated: 2, runs: [swap]}}
"""


def swarm(peers: int) -> Blueprint:
    """Four lines at two DSLAMs that swap."""
    return plan(read(TEXT.format(peers=peers), "swarm.yaml"))


def test_each_fetches_from_as_many_as_asked_for() -> None:
    """Everybody fetches from two and is fetched from by two, never from itself."""
    flows = swarm(2).flows
    assert len(flows) == 8
    assert all(flow.source != flow.sink == flow.line for flow in flows)
    for line in ("a-1", "a-2", "b-1", "b-2"):
        assert sum(flow.sink == line for flow in flows) == sum(flow.source == line for flow in flows) == 2


def test_no_more_peers_than_there_are() -> None:
    """Of four, everybody has three others."""
    assert len(swarm(9).flows) == 12


def test_peers_meet_on_the_spans_between_them() -> None:
    """Up one line, over the trunk, down the other; the head-end has no part in it."""
    paths = flow_paths(swarm(1))
    assert {name: [hop.span for hop in path] for name, path in paths.items()}["a-1.swap.b-1"] == [
        "b-1", "west-uplink", "trunk", "east-uplink", "a-1"]
    assert not any(hop.span == "internet-uplink" for path in paths.values() for hop in path)


def test_what_belongs_to_no_service_is_served_last() -> None:
    """Switches recognise services at head-ends: between subscribers there is the last class only."""
    assert {flow.service_class for flow in swarm(2).flows} == {"data"}
