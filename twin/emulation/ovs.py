"""The lab's own Open vSwitch: its daemons, with files in a folder of their own, and the switches as bridges.

The database is filled before the switch daemon starts, in one transaction (RFC 7047), not by ovs-vsctl: its time
grows with the square of the ports, and the daemon inspects every port for each that is added later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from twin.core.errors import EmulationError, Unparsable
from twin.emulation.kernel_protocol import Kernel
from twin.plan.blueprint import Blueprint, Port, Switch

CONTROLLER = "tcp:127.0.0.1:6653"
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
MIN_UPTIME_S = 11.0
"""Open vSwitch 3.1 counts processors every 10 s from the kernel's start; before the first count it has no handler
threads for upcalls, and drops those packets."""
DAEMON_ARGUMENTS = ("--detach", "--no-chdir", "--pidfile", "-vconsole:off", "-vsyslog:off", "-vfile:warn")
DAEMON_OPTIONS = {"n-handler-threads": "1", "n-revalidator-threads": "1", "max-idle": "3600000",
          "stats-update-interval": "3600000", "max-revalidator": "10000"}
"""Few threads, long-lived cached flows, no statistics in the database, and cached flows that are looked at when rules
change and seldom otherwise: each saves wake-ups."""
NOOP_QOS = "linux-noop"
"""The kind of QoS that every port points to: without it the daemon deletes the qdisc of each interface it takes."""

SWITCH_DAEMON = "ovs-vswitchd"
PORT_NUMBERS = "dpif/show"
"""Its command that lists the ports of each bridge: name, number in OpenFlow, number in the datapath."""
_PORT_ROW = re.compile(r"^    (\S+) (\d+)/\S+: \(", re.MULTILINE)

POLL_INTERVAL_S, POLL_LIMIT = 0.01, 500
"""Seconds between polls of a daemon that is ending, and how many polls."""

Operation = dict[str, Any]
"""One operation of a database transaction, as JSON."""


def environment(folder: Path) -> Mapping[str, str]:
    """What Open vSwitch's tools need to find these daemons and no others."""
    return {name: str(folder) for name in ("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR")}


def start(kernel: Kernel, folder: Path, logs: Path, blueprint: Blueprint, controller: str) -> None:
    """Start both daemons with the bridges of a blueprint; returns when they run and connect to their controller."""
    base, socket = folder / "conf.db", folder / "db.sock"
    kernel.sleep(max(0.0, MIN_UPTIME_S - kernel.uptime()))
    kernel.run("ovsdb-tool", "create", str(base), SCHEMA)
    kernel.run("ovsdb-server", str(base), f"--remote=punix:{socket}", *DAEMON_ARGUMENTS,
               f"--log-file={logs}/ovsdb-server.log")
    kernel.transact(socket, "Open_vSwitch", list(database_operations(blueprint, controller)))
    kernel.run(SWITCH_DAEMON, f"unix:{socket}", *DAEMON_ARGUMENTS, f"--log-file={logs}/ovs-vswitchd.log")


def name_switches(folder: Path, blueprint: Blueprint) -> None:
    """Let ovs-ofctl(8) find each bridge by the name of its switch, which may be too long for an interface."""
    for switch in blueprint.switches:
        if switch.name != switch.bridge:
            (folder / f"{switch.name}.mgmt").symlink_to(f"{switch.bridge}.mgmt")


def stop(kernel: Kernel, folder: Path) -> None:
    """End both daemons, if they run, and wait until they are gone; the bridges and the datapath go with them."""
    for daemon, *words in ((SWITCH_DAEMON, "exit", "--cleanup"), ("ovsdb-server", "exit")):
        with suppress(EmulationError, OSError):
            process = kernel.read_file("", folder / f"{daemon}.pid").strip()
            kernel.command(daemon, *words)
            _wait_for_exit(kernel, Path("/proc", process, "stat"))


def _wait_for_exit(kernel: Kernel, status: Path) -> None:
    """A daemon replies before it ends, and would delete the files of its successor."""
    for _ in range(POLL_LIMIT):
        text = kernel.read_file("", status)
        if text.rpartition(")")[2].split()[:1] == ["Z"]:
            return
        kernel.sleep(POLL_INTERVAL_S)


def database_operations(blueprint: Blueprint, controller: str) -> Iterator[Operation]:
    """The whole content of the database."""
    yield _row("QoS", "qos", type=NOOP_QOS)
    for position, switch in enumerate(blueprint.switches):
        yield from _bridge(f"b{position}", switch, controller)
    bridges = [f"b{position}" for position in range(len(blueprint.switches))]
    yield _row("Open_vSwitch", "root", bridges=_named(*bridges), other_config=_map(DAEMON_OPTIONS))


def port_numbers(text: str) -> dict[str, int]:
    """Interfaces and their OpenFlow ports in the answer to PORT_NUMBERS. Raises Unparsable where there are none."""
    numbers = {name: int(number) for name, number in _PORT_ROW.findall(text)}
    if not numbers:
        raise Unparsable(f"{SWITCH_DAEMON} {PORT_NUMBERS}", text)
    return numbers


def controller_operations(switch: Switch, controller: str | None) -> Iterator[Operation]:
    """The operations that set the controller of a switch, or remove it."""
    if controller is not None:
        yield _controller("c", controller)
    yield {"op": "update", "table": "Bridge", "where": [["name", "==", switch.bridge]],
           "row": {"controller": _named(*(("c",) if controller else ()))}}


def _controller(name: str, target: str) -> Operation:
    return _row("Controller", name, target=target, connection_mode="out-of-band", inactivity_probe=0,
                max_backoff=1000)


def _bridge(name: str, switch: Switch, controller: str) -> Iterator[Operation]:
    ports = [f"{name}p{port.number}" for port in switch.ports]
    yield _row("Interface", f"{name}i", name=switch.bridge, type="internal")
    yield _row("Port", f"{name}p", name=switch.bridge, interfaces=_named(f"{name}i"))
    for port in switch.ports:
        yield from _port(f"{name}i{port.number}", f"{name}p{port.number}", port)
    yield _controller(f"{name}c", controller)
    options = {"datapath-id": f"{switch.datapath:016x}", "disable-in-band": "true", "dp-desc": switch.name}
    yield _row("Bridge", name, name=switch.bridge, ports=_named(f"{name}p", *ports), controller=_named(f"{name}c"),
               fail_mode="secure", protocols="OpenFlow13", other_config=_map(options))


def _port(interface: str, port_name: str, port: Port) -> Iterator[Operation]:
    yield _row("Interface", interface, name=port.device, ofport_request=port.number)
    yield _row("Port", port_name, name=port.device, interfaces=_named(interface), qos=_named("qos"))


def _row(table: str, identity: str, /, **columns: Any) -> Operation:
    return {"op": "insert", "table": table, "uuid-name": identity, "row": columns}


def _named(*names: str) -> list[Any]:
    return ["set", [["named-uuid", name] for name in names]]


def _map(pairs: Mapping[str, str]) -> list[Any]:
    return ["map", [list(pair) for pair in pairs.items()]]
