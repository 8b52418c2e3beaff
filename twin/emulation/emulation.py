"""Brings up a blueprint as a running network, and takes it down: the interface of this package."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from twin.core.errors import EmulationError
from twin.core.units import Time
from twin.emulation import fault_injection, line_changes, netlink_requests, ovs, packet_duplication
from twin.emulation.bpf import drop_precedence, impulse_noise, socket_orphan, three_colour_marker
from twin.emulation.interface_layout import PLANT, ROOT, Layout
from twin.emulation.kernel_protocol import Kernel
from twin.emulation.linux_kernel import LinuxKernel
from twin.emulation.mininet_api import mininet_loader
from twin.emulation.mininet_api.mininet_network import mininet_network
from twin.emulation.readback import netlink_dumps, openflow_rules, packet_counters, readback
from twin.emulation.readback.avoided_spans import AvoidedSpans
from twin.emulation.readback.packet_counters import Counts
from twin.emulation.readback.switch_deviations import switch_deviations
from twin.emulation.span_degradation import Change
from twin.plan.blueprint import Blueprint, FaultPlan, Host, SpanPlan
from twin.plan.failures.degradation import degraded_by_all
from twin.plan.qos.three_colour_markers import coloured_queues
from twin.plan.queue_and_airtime_counters import NetworkCounters

FOLDER = Path("/run/twin-ovs")
VIRTUAL_SLACK = Time(512)
"""What a shaper may catch up after a late timer, in virtual time: the lab kernel sets no timer to less than 500 ns from
now, and without this a line would lose capacity whenever a packet leaves late."""
POLL_INTERVAL_S, POLL_LIMIT = 0.05, 200
"""Seconds between two looks at interfaces that do not operate yet, and how many looks."""
PACING = "fw mark"
"""How the filter reads by which a host's packets go through the device that paces them."""
WALL_SLACK = Time(200_000)
"""The same on the wall clock."""


@dataclass(frozen=True)
class Emulation:
    """A running network. net: its Mininet objects."""

    layout: Layout
    kernel: Kernel
    net: Any
    seed: int
    slack: Time
    folder: Path
    environment: Mapping[str, str]
    controller: str
    degraded: dict[str, FaultPlan] = field(default_factory=dict)
    """The degraded spans, each with what made it so."""
    avoided: AvoidedSpans = field(default_factory=AvoidedSpans)
    """The spans that forwarding may avoid, for what happened to them."""

    def readback(self) -> dict[str, Any]:
        """The configuration as kernel and Open vSwitch report it, compared with the blueprint.

        Raises EmulationError, showing both, where they differ.
        """
        actual = readback.actual(self.kernel, self.layout)
        readback.compare(readback.expected(self.layout, self.seed), actual)
        rules = openflow_rules.compare(self.layout.blueprint, self.folder, self.environment)
        return {"interfaces": actual, "rules": rules}

    def deviations(self) -> dict[str, tuple[str, ...]]:
        """What differs from the blueprint now, by switch or interface: lines that only the network ("-") and only the
        blueprint ("+") has. What traffic generators add to the interfaces of hosts is left out."""
        interfaces = readback.deviations(readback.expected(self.layout, self.seed),
                                         readback.actual(self.kernel, self.layout))
        avoided = self.avoided.possible(self.layout.blueprint, self.kernel.uptime())
        switches = switch_deviations(self.kernel, self.layout, self.folder, self.environment, avoided)
        unlike = {key: (*(f"-{line}" for line in actual if line not in expected and not line.startswith(PACING)),
                        *(f"+{line}" for line in expected if line not in actual))
                  for key, (expected, actual) in interfaces.items()}
        return {key: lines for key, lines in unlike.items() if lines} | switches

    def readback_span(self, span: str) -> None:
        """Compare what stands of a span's media with the blueprint as its degraded spans are now. Raises EmulationError
        as `readback`."""
        layout = Layout(self.now)
        readback.compare(readback.expected_media(layout, self.seed, span),
                         readback.actual_media(self.kernel, layout, span))

    def carried(self) -> NetworkCounters:
        """Counters of all queues and radio cells so far."""
        return packet_counters.queue_counters(self.kernel, self.layout)

    def counters(self) -> Counts:
        """All counters now."""
        return packet_counters.all_counters(self.kernel, self.layout)

    def segments(self, host: Host) -> int:
        """How many segments of TCP have arrived at a host so far."""
        return packet_counters.segments(self.kernel.read_file(host.namespace, packet_counters.PROC_SNMP))

    def route(self, host: Host, act: str, address: str, *words: str) -> None:
        """Add or remove a host's own route to an address, in the words of ip-route(8)."""
        device = self.layout.end_of(host).device
        self.kernel.run("ip", "route", act, address, "dev", device, "scope", "link", *words, namespace=host.namespace)

    def neighbour(self, host: Host, act: str, address: str) -> None:
        """Let a host know ("replace") or forget ("del") where an address is, whatever becomes of ARP."""
        device = self.layout.end_of(host).device
        words = ("lladdr", self.layout.blueprint.gateway_mac, "nud", "permanent") if act == "replace" else ()
        self.kernel.run("ip", "neigh", act, address, "dev", device, *words, namespace=host.namespace)

    def unmodelled_losses(self, before: Counts, after: Counts, faults: Iterable[FaultPlan] = ()) -> dict[str, int]:
        """Packets lost outside the model between two moments, by place. faults: that happened beside those planned."""
        return packet_counters.unmodelled_losses(self.layout, before, after, faults)

    def inject(self, fault: FaultPlan) -> None:
        """Inject a fault, whatever its time; returns when the equipment has noticed."""
        before = self.now
        if fault.kind.carrier is not None:
            spans = fault_injection.affected_spans(self.layout.blueprint, fault)
            self.avoided.note((span.name for span in spans), self.kernel.uptime(), cut=not fault.kind.carrier)
        degraded = fault_injection.degraded_after(self.degraded, self.layout.blueprint, fault)
        self.degraded.clear()
        self.degraded.update(degraded)
        fault_injection.inject(self.kernel, self.layout, Change(before, self.now), self.seed, self.slack, self.folder,
                               self.controller, fault)

    def set_media(self, spans: Collection[str], *, on: bool) -> None:
        """Let spans carry nothing, or again what they carried; what their ends see is another matter."""
        self.avoided.note(sorted(spans), self.kernel.uptime(), cut=not on)
        fault_injection.set_media(self.kernel, self.layout, self.now, spans, self.seed, self.slack, on=on)

    def set_carriers(self, spans: Collection[str], *, on: bool) -> None:
        """Let the switches at the ends of spans see a carrier, or none."""
        fault_injection.set_carriers(self.kernel, self.layout, spans, on=on)

    def set_power(self, node: str, *, on: bool) -> None:
        """Let a switch lose its rules and its connection, or connect."""
        fault_injection.set_power(self.kernel, self.layout.blueprint, self.folder, node, self.controller, on=on)

    def retry_connections(self) -> None:
        """Let switches that have lost their connection try again, if it is time: idle as it is here, Open vSwitch sets
        no timer for that, and would try when something else wakes it (ofproto/connmgr.c waits for connections only)."""
        self.kernel.command(ovs.SWITCH_DAEMON, "version")

    @property
    def now(self) -> Blueprint:
        """The blueprint with its degraded spans."""
        return degraded_by_all(self.layout.blueprint, self.degraded.values())

    def with_lines(self, blueprint: Blueprint, lines: Collection[SpanPlan]) -> Emulation:
        """The running network changed into one of which these lines alone differ, and those read back.

        Raises EmulationError, showing both, where they are not as the blueprint has them.
        """
        layout = Layout(blueprint)
        beside = readback.beyond(readback.expected(self.layout, self.seed), readback.actual(self.kernel, self.layout))
        for line in lines:
            before = self.layout.spans[line.name]
            packet_duplication.stop(self.kernel, layout, [before])
            for namespace, requests in line_changes.change_requests(layout, before, line, self.seed, self.slack):
                self.kernel.send(namespace, requests)
        packet_duplication.start(self.kernel, layout, lines, self.seed)
        wanted = readback.together(readback.expected(layout, self.seed), beside)
        readback.compare(readback.of_spans(layout, wanted, lines),
                         readback.of_spans(layout, readback.actual(self.kernel, layout), lines))
        return replace(self, layout=layout)

    def versions(self) -> dict[str, str]:
        """Versions of what the network is made of."""
        version = self.kernel.command(ovs.SWITCH_DAEMON, "version").splitlines()[0]
        mininet = mininet_loader.load("net")[0].VERSION
        return {"kernel": os.uname().release, "open-vswitch": version.split()[-1], "mininet": mininet,
                "python": sys.version.split()[0]}


def build(kernel: Kernel, layout: Layout, seed: int, slack: Time) -> None:
    """Make the namespaces, interfaces, hosts and media of a blueprint."""
    kernel.create_namespace(PLANT)
    plant = kernel.namespace_fd(PLANT)
    for host in layout.blueprint.hosts:
        kernel.create_namespace(host.namespace)
        kernel.send(host.namespace, netlink_requests.host(layout, host, plant, slack), [layout.end_of(host).device])
    kernel.send(ROOT, netlink_requests.ports(layout, plant, slack))
    noise_entries = impulse_noise.map_entries(layout, seed)
    noise = kernel.load_programs([partial(impulse_noise.program, layout)], noise_entries) if noise_entries else [0]
    kernel.send(PLANT, netlink_requests.media(layout, seed, slack, noise[0]))
    (orphan,) = kernel.load_programs([socket_orphan.program], {})
    for host in layout.blueprint.hosts:
        kernel.send(host.namespace, netlink_requests.host_up(layout, host, orphan))


def attach_bpf(kernel: Kernel, layout: Layout) -> None:
    """Attach the programs of bandwidth profiles: three-colour markers, and drop precedence of their colours.

    Not earlier: Open vSwitch removes existing filters when it takes an interface.
    """
    rows = dict(three_colour_marker.map_entry(layout.ports[port.device], marker)
                for switch in layout.blueprint.switches for marker in switch.markers for port in switch.ports
                if port.number == marker.port)
    if not rows:
        return
    devices = [(layout.ports[port.device], port.device) for switch in layout.blueprint.switches if switch.markers
               for port in switch.ports]
    gates = list(coloured_queues(layout.blueprint))
    before = sorted({(layout.ports[gate.end.device], gate.end.device) for gate in gates})
    behind = sorted({(layout.plant[gate.end.medium_device], gate.end.medium_device) for gate in gates})
    kernel.send(ROOT, three_colour_marker.clsact_requests({*devices, *before}))
    programs = kernel.load_programs([three_colour_marker.program], rows)
    kernel.send(ROOT, three_colour_marker.attach_requests(devices, *programs))
    if gates:
        backlog = dict(row for gate in gates for row in drop_precedence.map_entries(
            layout.ports[gate.end.device], layout.plant[gate.end.medium_device], gate))
        enqueue, dequeue = kernel.load_programs(
            [drop_precedence.enqueue_program, drop_precedence.dequeue_program], backlog)
        kernel.send(ROOT, drop_precedence.attach_before_queues(before, enqueue))
        kernel.send(PLANT, drop_precedence.attach_after_queues(behind, dequeue))


def await_interfaces(kernel: Kernel, layout: Layout) -> None:
    """Wait until every interface that is up operates: the kernel looks at carriers once a second, and drops what is
    sent before. Raises EmulationError naming those that do not come up."""
    namespaces = [ROOT, PLANT, *(host.namespace for host in layout.blueprint.hosts)]
    for _ in range(POLL_LIMIT):
        pending = {namespace: names for namespace in namespaces
                   if (names := netlink_dumps.pending_interfaces(kernel.dump(namespace, netlink_dumps.links())))}
        if not pending:
            return
        namespaces = [*pending]
        kernel.sleep(POLL_INTERVAL_S)
    raise EmulationError("interfaces without a carrier: "
                         + ", ".join(f"{name} in {namespace or 'the lab'}" for namespace, names in pending.items()
                                     for name in names))


def tear_down(kernel: Kernel, layout: Layout) -> None:
    """Remove what `build` made, and only that, also where it was interrupted."""
    present = netlink_dumps.interface_drops(kernel.dump(ROOT, netlink_dumps.links())).keys()
    kernel.send(ROOT, netlink_requests.port_deletions(layout, present))
    for host in layout.blueprint.hosts:
        kernel.remove(host.namespace)
    kernel.remove(PLANT)


@contextmanager
def up(blueprint: Blueprint, seed: int, *, logs: Path, controller: str = ovs.CONTROLLER, slack: Time = VIRTUAL_SLACK,
       folder: Path = FOLDER, ends_with_lab: bool = False) -> Iterator[Emulation]:
    """A blueprint as a running network, removed at the end whatever happens.

    ends_with_lab: nothing is removed if all went well, since the lab ends now, and the network with it.

    Open vSwitch starts last: it would look at each of thousands of interfaces as it comes, and nothing else may move
    the clock while it connects. The controller should listen before this is called, or soon after: switches try again
    every second.
    """
    layout = Layout(blueprint)
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **ovs.environment(folder)}
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        kernel = LinuxKernel(environment)
        stack.callback(kernel.close)
        stack.callback(tear_down, kernel, layout)
        build(kernel, layout, seed, slack)
        net = mininet_network(blueprint, environment)
        stack.callback(ovs.stop, kernel, folder)
        ovs.start(kernel, folder, logs, blueprint, controller)
        stack.callback(net.stop)
        attach_bpf(kernel, layout)
        packet_duplication.start(kernel, layout, blueprint.spans, seed)
        await_interfaces(kernel, layout)
        yield Emulation(
            layout=layout, kernel=kernel, net=net, seed=seed, slack=slack, folder=folder, environment=environment,
            controller=controller)
        if ends_with_lab:
            stack.pop_all()
