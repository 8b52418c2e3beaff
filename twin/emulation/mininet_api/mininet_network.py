"""The running network as a Mininet object, with its hosts, switches and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twin.emulation.mininet_api.mininet_nodes import Host as HostNode
from twin.emulation.mininet_api.mininet_nodes import Intf, Link, Net, Switch
from twin.plan.blueprint import Blueprint, End, Host


def by_namespace(host: Host) -> tuple[str, ...]:
    """The words before a command that run it in a host, for a process that may enter namespaces."""
    return ("nsenter", f"--net=/run/netns/{host.namespace}", "--")


def mininet_network(blueprint: Blueprint, environment: Mapping[str, str],
                    enter: Callable[[Host], tuple[str, ...]] = by_namespace) -> Any:
    """The network as a `mininet.net.Mininet`, marked as built; `enter` says how commands get into a host."""
    net = Net(topo=None, build=False, controller=None)
    for host in blueprint.hosts:
        net.addHost(host.name, cls=HostNode, prefix=enter(host), environment=environment, ip=host.address,
                    mac=host.mac)
    for switch in blueprint.switches:
        net.addSwitch(switch.name, cls=Switch, bridge=switch.bridge, datapath=switch.datapath,
                      environment=environment)
    numbers = {port.device: port.number for switch in blueprint.switches for port in switch.ports}
    known = {host.name: host for host in blueprint.hosts}

    def side(end: End) -> Intf:
        host = known.get(end.node)
        if host is not None:
            return Intf(end.device, net[end.node], 0, mac=host.mac, ip=host.address)
        return Intf(end.device, net[end.node], numbers[end.device])

    net.links = [Link(span.name, side(span.a), side(span.b)) for span in blueprint.spans]
    net.built = True
    return net
