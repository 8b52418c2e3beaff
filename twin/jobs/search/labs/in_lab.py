"""Inside a lab: lets the acts of a schedule happen beside the load, and reads back what is left of them.

Its `main` is what a lab runs (twin.jobs.experiment.lab_program); the acts are a file in the lab's folder, and so is the
record.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from traffic.engine.sockets import IGMP_VERSION
from traffic.engine.syscalls import in_namespace
from twin.core.records import from_plain, to_plain
from twin.core.units import NS_PER_S, Time
from twin.emulation import Emulation
from twin.jobs.experiment import in_lab, spec
from twin.jobs.experiment.controller_process import Ryu, controller
from twin.jobs.experiment.in_lab import Course, TimedAct
from twin.jobs.search.labs.lab_record import ACTS_FILE, RECORD_FILE, LabRecord, Rerouted
from twin.jobs.search.labs.timetable import Act, ActKind
from twin.model import FaultKind
from twin.plan.blueprint import FaultPlan, Host

RETRIES = range(NS_PER_S // 5, 2 * NS_PER_S, NS_PER_S // 5)
"""When switches try again to connect to a controller that has begun, ns after it has."""
LEAVES = "224.0.0.0/27"
"""Where hosts send the leaves of IGMP, of version 2 and 3."""


class SearchCourse(Course):
    """The acts of a schedule."""

    def __init__(self, out: Path) -> None:
        super().__init__(out)
        self._acts = [from_plain(Act, plain) for plain in json.loads((out / ACTS_FILE).read_text())]
        self._start = 0

    def acts(self, ryu: Ryu, emulation: Emulation, start: int) -> list[TimedAct]:
        """All of them."""
        self._start = start
        self._controllers = Controllers(ryu, self.out)
        stage = Stage(emulation, self._controllers, Boxes(emulation))
        acts: list[TimedAct] = [(start + act.at, partial(ACTS[act.kind], stage, act)) for act in self._acts]
        acts += [(start + act.at + later, emulation.retry_connections) for act in self._acts
                 if act.kind is ActKind.CONTROLLER_RESTART for later in RETRIES]
        return sorted(acts, key=itemgetter(0))

    def end(self, _ryu: Ryu, emulation: Emulation) -> tuple[FaultPlan, ...]:
        """Wait until memberships that nobody renews have expired, and read back."""
        blueprint, acts = emulation.layout.blueprint, self._acts
        if any(act.kind is ActKind.UNPLUG for act in acts):
            time.sleep((blueprint.multicast.membership_interval + blueprint.multicast.query_interval) / NS_PER_S)
        reports = self._controllers.reports()
        record = LabRecord(
            tuple(Rerouted(Time(event["began_ns"] - self._start), Time(event["at_ns"] - self._start), event["span"],
                           event["up"], event["rounds"]) for event in reports if event["event"] == "rerouted"),
            tuple(str(event["reason"]) for event in reports if event["event"] == "error"),
            emulation.deviations())
        (self.out / RECORD_FILE).write_text(json.dumps(to_plain(record)))
        cut = sorted({span for act in acts if act.kind is ActKind.DARKEN for span in act.spans})
        return tuple(FaultPlan(Time(0), FaultKind.CUT, span, None) for span in cut)


class Controllers:
    """The controller that runs, and those before it."""

    def __init__(self, first: Ryu, out: Path) -> None:
        self._all, self._out, self._stack = [first], out, ExitStack()

    def restart(self) -> None:
        """Kill the controller, and start another one that knows nothing of before; it ends with the lab."""
        self._read(self._all[-1])
        self._all[-1].end()
        log = self._out / spec.LOGS / f"controller-{len(self._all) + 1}.log"
        self._all.append(self._stack.enter_context(controller(self._out / spec.BLUEPRINT_FILE, log)))

    def signal(self, number: int) -> None:
        """Send the controller a signal, if it lives."""
        process = self._all[-1].process
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, number)

    def reports(self) -> list[dict[str, Any]]:
        """What all of them have reported; one that has ended by itself without an error has said why in its log."""
        self._read(self._all[-1])
        reports = [event for ryu in self._all for event in ryu.events]
        if not self._all[-1].process.is_alive() and not any(event["event"] == "error" for event in reports):
            reports.append({"event": "error", "reason": "the controller has ended by itself"})
        return reports

    @staticmethod
    def _read(ryu: Ryu) -> None:
        while ryu.read(0):
            pass


class Boxes:
    """Set-top boxes of the lines that the schedule lets watch, each a socket that is a member."""

    def __init__(self, emulation: Emulation) -> None:
        self._emulation = emulation
        self._hosts = {host.name: host for host in emulation.layout.blueprint.hosts}
        self._groups = {channel.name: channel.group for channel in emulation.layout.blueprint.iptv_channels}
        self._members: dict[tuple[str, str], socket.socket] = {}

    def join(self, line: str, channel: str) -> None:
        """A line joins a channel, by IGMP version 2."""
        if (line, channel) in self._members:
            return
        host = self._hosts[line]
        with in_namespace(host.namespace):
            IGMP_VERSION.write_text("2")
            box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        box.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, self._request(host, channel))
        self._members[line, channel] = box

    def leave(self, line: str, channel: str) -> None:
        """It leaves it: its kernel sends the leave. A controller that was started since holds a copy of the socket."""
        box = self._members.pop((line, channel), None)
        if box is not None:
            box.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, self._request(self._hosts[line], channel))
            box.close()

    def unplug(self, line: str) -> None:
        """It watches nothing any more, and its leaves get nowhere."""
        namespace = self._hosts[line].namespace
        self._emulation.kernel.run("ip", "route", "add", "blackhole", LEAVES, namespace=namespace)
        for _, channel in [member for member in self._members if member[0] == line]:
            self.leave(line, channel)
        self._emulation.kernel.run("ip", "route", "del", "blackhole", LEAVES, namespace=namespace)

    def _request(self, host: Host, channel: str) -> bytes:
        return socket.inet_aton(self._groups[channel]) + socket.inet_aton(host.address)


@dataclass(frozen=True, slots=True)
class Stage:
    """On what acts are carried out."""

    emulation: Emulation
    controllers: Controllers
    boxes: Boxes


ACTS: Mapping[ActKind, Callable[[Stage, Act], None]] = {
    ActKind.DARKEN: lambda stage, act: stage.emulation.set_media(act.spans, on=False),
    ActKind.LIGHT: lambda stage, act: stage.emulation.set_media(act.spans, on=True),
    ActKind.CARRIER_LOST: lambda stage, act: stage.emulation.set_carriers(act.spans, on=False),
    ActKind.CARRIER_SEEN: lambda stage, act: stage.emulation.set_carriers(act.spans, on=True),
    ActKind.DISCONNECT: lambda stage, act: stage.emulation.set_power(act.node, on=False),
    ActKind.CONNECT: lambda stage, act: stage.emulation.set_power(act.node, on=True),
    ActKind.PAUSE: lambda stage, _: stage.controllers.signal(signal.SIGSTOP),
    ActKind.RESUME: lambda stage, _: stage.controllers.signal(signal.SIGCONT),
    ActKind.CONTROLLER_RESTART: lambda stage, _: stage.controllers.restart(),
    ActKind.JOIN: lambda stage, act: stage.boxes.join(act.line, act.channel),
    ActKind.LEAVE: lambda stage, act: stage.boxes.leave(act.line, act.channel),
    ActKind.UNPLUG: lambda stage, act: stage.boxes.unplug(act.line),
}
"""What each kind of act does to the lab."""


def main(out: Path) -> int:
    """Carry out the order in `out` with its acts; returns the exit status."""
    return in_lab.main(out, SearchCourse)
