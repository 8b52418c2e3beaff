"""The switches that packets for a host pass where some have a static route for it, which goes before what is planned.

A static route is a rule of a switch itself with an output port: all other rules of a switch lead to the next table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from twin.plan.blueprint import Blueprint, Host


class Step(NamedTuple):
    """A switch, and the port by which packets leave it."""

    switch: str
    port: int


def static_routes(blueprint: Blueprint) -> dict[str, dict[str, int]]:
    """The port of each switch that has a static route for a host, by the host's name; only hosts with some."""
    names = {f"{host.address}/32": host.name for host in blueprint.hosts}
    routes: dict[str, dict[str, int]] = {}
    for switch in blueprint.switches:
        for rule in switch.rules:
            if rule.output is not None and rule.match.destination in names:
                routes.setdefault(names[rule.match.destination], {})[switch.name] = rule.output
    return routes


def static_path(switch: str, sink: Host, static: Mapping[str, int], way: Mapping[str, Mapping[str, int]],
                ports: Mapping[tuple[str, int], tuple[str, str]], failed: frozenset[str]) -> tuple[Step, ...] | None:
    """The steps from a switch to that of a host; None where packets go round, or are lost. static: the ports of static
    routes for the host. way, ports: the planned forwarding, and the span and peer behind each port."""
    steps, at = list[Step](), switch
    while at in way and at not in {step.switch for step in steps}:
        port = static.get(at, sink.port if at == sink.switch else way[at].get(sink.switch))
        if (at, port) == (sink.switch, sink.port):
            return tuple(steps)
        if port is None or ports[at, port][0] in failed:
            return None
        steps.append(Step(at, port))
        at = ports[at, port][1]
    return None
