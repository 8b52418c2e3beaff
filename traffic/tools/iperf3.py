"""Transfers by iperf3, and its report: a cross-check by a program that is not ours.

Only its receiving end is used, interval by interval. It runs beside everything else; one that does not end in time
is killed, and then the flow has an error and no samples.
"""

from __future__ import annotations

import json
import subprocess
from itertools import accumulate
from pathlib import Path

from traffic.bulk.transfers import Transfer, client, server
from traffic.engine import syscalls
from traffic.engine.flow_context import FlowContext
from traffic.engine.flow_counters import FlowCounters
from traffic.engine.flow_lifecycle import ActiveFlow
from traffic.sample_files import Bytes
from twin.core.errors import EmulationError, Unparsable
from twin.core.units import NS_PER_S, Time
from twin.model import Direction
from twin.plan.blueprint import BulkTransfer, Flow

PROGRAM = "iperf3"
COARSE, FINE = ("-i", "1"), ("-i", "0.1")
"""How often its report says how much has come; more often where it does not last the whole run."""
GRACE = 10.0
"""Seconds after the measurement in which the two ends of iperf3 may still talk to each other."""


def parse(text: str, start: Time) -> Bytes:
    """The progress that the receiving end of iperf3 3.12 reports (`--json`), beginning `start` ns into the measurement.

    Raises EmulationError with iperf3's own words where it failed, Unparsable on anything but a receiver's report.
    """
    try:
        report = json.loads(text)
        if "error" in report:
            raise EmulationError(f"{PROGRAM}: {report['error']}")
        sums = [interval["sum"] for interval in report["intervals"]]
        if not sums or any(interval["sender"] for interval in sums):
            raise Unparsable(PROGRAM, text)
        at = tuple(start + round(interval["end"] * NS_PER_S) for interval in sums)
        return Bytes((start, *at), tuple(accumulate((int(interval["bytes"]) for interval in sums), initial=0)))
    except (ValueError, KeyError, TypeError) as fault:
        raise Unparsable(PROGRAM, text) from fault


class Iperf3Transfer(ActiveFlow):
    """One transfer by iperf3: server at the head-end, client at the line, a report of each in `folder`."""

    def __init__(self, flow: Flow, sent: BulkTransfer, counters: FlowCounters, context: FlowContext) -> None:
        super().__init__(flow, counters)
        self._connections = sent.connections
        self._hosts, self._folder = context.sockets.hosts, context.tool_folder
        self._seconds = whole_seconds(flow, context.timing.seconds)
        self._children: list[subprocess.Popen[bytes]] = []
        host, port = server(flow)
        self._address = self._hosts[host].address
        self._port = str(port)
        self._start(host, "server", "-s", "-1", "-B", self._address)

    def fail(self, fault: OSError) -> None:
        """Take note of the error and end what runs."""
        super().fail(fault)
        self.close()

    def begin(self) -> None:
        """Start the client."""
        reverse = ("-R",) if self.flow.direction is Direction.DOWN else ()
        detail = FINE if self.flow.stop else COARSE
        self._start(client(self.flow), "client", "-c", self._address, "-t", str(self._seconds), *detail,
                    "-P", str(self._connections), "-S", str(self.flow.dscp << 2), *reverse)

    def _start(self, host: str, role: str, *words: str) -> None:
        report = self._report(role)
        report.parent.mkdir(parents=True, exist_ok=True)
        with report.open("wb") as file, syscalls.in_namespace(self._hosts[host].namespace):
            command = (*syscalls.UNPRIVILEGED, PROGRAM, "-p", self._port, "-J", *words)
            self._children.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file,
                                                   stderr=subprocess.DEVNULL))

    def _report(self, role: str) -> Path:
        return self._folder / f"{self.flow.name}.{role}.json"

    def finish(self) -> None:
        """End it if it has not ended by itself, which is the flow's error."""
        try:
            for child in self._children:
                child.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.counters.errors.append(f"{PROGRAM} did not end in time and was killed")
        self.close()

    def close(self) -> None:
        """End the processes that still run."""
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.wait()

    def take(self, until: int) -> Bytes:
        """The progress of the whole transfer, once it is over. Raises EmulationError, see `parse`."""
        role = "client" if self.flow.direction is Direction.DOWN else "server"
        progress = parse(self._report(role).read_text(errors="replace"), self.flow.start)
        self.counters.received = progress.total[-1]
        return progress


def whole_seconds(flow: Flow, seconds: float) -> int:
    """For how long it runs: iperf3 counts in whole seconds."""
    return max(1, int((flow.stop / NS_PER_S or seconds) - flow.start / NS_PER_S))


def open_bulk_transfer(flow: Flow, bulk: BulkTransfer, counters: FlowCounters, context: FlowContext) -> ActiveFlow:
    """Open a download or upload, carried by iperf3 where the flow says so."""
    opened = Iperf3Transfer if bulk.iperf3 else Transfer
    return opened(flow, bulk, counters, context)
