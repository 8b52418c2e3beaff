"""Open vSwitch of the lab's own: its daemons in a folder of theirs, and the switches of a blueprint as bridges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from twin.emulation.seam import Kernel
from twin.plan.blueprint import Blueprint, Switch

CONTROLLER = "tcp:127.0.0.1:6653"
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
UPTIME = 11.0
"""Open vSwitch 3.1 counts processors anew every 10 s since the kernel's start; before the first count it has no
threads for packets that it does not know, and drops them."""
DETACHED = ("--detach", "--no-chdir", "--pidfile", "-vconsole:off", "-vsyslog:off", "-vfile:warn")
MODEST = ("other_config:n-handler-threads=1", "other_config:n-revalidator-threads=1",
          "other_config:max-idle=3600000", "other_config:stats-update-interval=3600000")
"""Threads as few as possible, flows that stay cached, no statistics in the database: all are wake-ups saved."""

HANDS_OFF = ("--", "--id=@none", "create", "qos", "type=linux-noop")
"""One row that every port points to: without it Open vSwitch deletes the qdisc of each interface that it takes over."""


def environment(folder: Path) -> Mapping[str, str]:
    """What Open vSwitch's tools need to find these daemons and no others."""
    return {name: str(folder) for name in ("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR")}


def start(kernel: Kernel, folder: Path, logs: Path) -> None:
    """Start both daemons; returns when they answer."""
    base = folder / "conf.db"
    kernel.pause(max(0.0, UPTIME - kernel.uptime()))
    kernel.run("ovsdb-tool", "create", str(base), SCHEMA)
    kernel.run("ovsdb-server", str(base), f"--remote=punix:{folder}/db.sock", *DETACHED,
               f"--log-file={logs}/ovsdb-server.log")
    kernel.run("ovs-vsctl", "--no-wait", "--", "init", "--", "set", "Open_vSwitch", ".", *MODEST)
    kernel.run("ovs-vswitchd", f"unix:{folder}/db.sock", *DETACHED, f"--log-file={logs}/ovs-vswitchd.log")


def stop(kernel: Kernel) -> None:
    """End both daemons; the bridges and the datapath go with them."""
    kernel.run("ovs-appctl", "-t", "ovs-vswitchd", "exit", "--cleanup")
    kernel.run("ovs-appctl", "-t", "ovsdb-server", "exit")


def bridges(kernel: Kernel, blueprint: Blueprint, controller: str) -> None:
    """Make all bridges with their ports, and connect them to the controller; returns when the ports stand.

    One transaction for all: Open vSwitch looks at every port there is once for each.
    """
    kernel.run("ovs-vsctl", *HANDS_OFF, *(word for one in blueprint.switches for word in bridge(one, controller)))


def bridge(switch: Switch, controller: str) -> Iterator[str]:
    """The words of a transaction that make a switch."""
    name = switch.bridge
    yield from ("--", "add-br", name, "--", "set", "bridge", name, "protocols=OpenFlow13", "fail_mode=secure",
                f"other_config:datapath-id={switch.datapath:016x}", "other_config:disable-in-band=true",
                f"other_config:dp-desc={switch.name}")
    for port in switch.ports:
        yield from ("--", "add-port", name, port.device, "--", "set", "port", port.device, "qos=@none",
                    "--", "set", "interface", port.device, f"ofport_request={port.number}")
    yield from ("--", "set-controller", name, controller, "--", "set", "controller", name,
                "connection_mode=out-of-band", "inactivity_probe=0", "max_backoff=1000")
