"""The instruments of a run, in the lab: probes, downloads by two programs, and irtt beside our probes, as planned."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from traffic import agent, sample_files
from traffic.engine import syscalls
from traffic.sample_files import Bytes
from traffic.tools import iperf3_download, irtt
from traffic.tools.irtt import Echoes
from twin.core.errors import EmulationError
from twin.core.records import to_plain
from twin.core.units import NS_PER_S
from twin.emulation import Emulation
from twin.jobs.experiment import spec
from twin.jobs.experiment.instrument_plan import InstrumentPlan, Neighbour
from twin.jobs.experiment.iperf3_check import DownloadPlan, DownloadResults
from twin.jobs.experiment.irtt_check import IrttPlan
from twin.plan.blueprint import Flow, Host

LONGEST_DRAIN, WAITED = 20.0, 2.0
"""Longest wait for queues of the path to drain, s, and how long the run has waited already."""
DOWNLOAD_MARGIN = 0.1
"""Seconds after a download of ours."""
NO_METRICS_SAVE = Path("/proc/sys/net/ipv4/tcp_no_metrics_save")
"""Whether TCP keeps metrics of a connection for the next one to the same address."""


class Instruments:
    """The planned instruments on a running emulation; samples go into folders of `out`."""

    def __init__(self, plan: InstrumentPlan, hosts: Sequence[Host], emulation: Emulation, seed: int, out: Path) -> None:
        self._plan, self._hosts, self._emulation, self._seed, self._out = plan, hosts, emulation, seed, out

    def calibrate(self) -> None:
        """Send the probes."""
        probes = self._plan.probes
        with self._neighbours(self._plan.probe_neighbours):
            self._run(probes.flows, probes.seconds, spec.CALIBRATION)

    def download(self) -> None:
        """Both downloads, if any are planned, in an order that the seed decides."""
        plan = self._plan.downloads
        if plan is None:
            return
        results = _Downloads(plan, self._hosts, self._emulation, self._seed, self._out / spec.DOWNLOADS).run()
        (self._out / spec.DOWNLOADS_FILE).write_text(json.dumps(to_plain(results)))

    def irtt(self) -> None:
        """irtt beside our probes, if it is planned, without load and then under load."""
        plan = self._plan.irtt
        if plan is None:
            return
        time.sleep(max(0.0, min(LONGEST_DRAIN, plan.drain / NS_PER_S) - WAITED))
        with self._neighbours(self._plan.irtt_neighbours), irtt.irtt_server(plan.head_end, plan.options.port):
            client = _IrttClient(plan)
            self._run(plan.flows, plan.stop / NS_PER_S, spec.BESIDE, say=client.start_before)
            echoes = _echoes(client.wait, self._out / spec.LOGS / "irtt.log")
            if echoes is not None:
                (self._out / spec.BESIDE / spec.ECHOES_FILE).write_text(json.dumps(to_plain(echoes)))

    def _run(self, flows: Sequence[Flow], seconds: float, folder: str, say: agent.Say = lambda _: None) -> None:
        """Run flows as soon as they are open; `say` is called with the time when that is."""
        agent.run(flows, self._hosts, None, seconds, self._seed, self._out / folder,
                  stop_margin=self._plan.stop_margin, say=say)

    @contextmanager
    def _neighbours(self, neighbours: Sequence[Neighbour]) -> Iterator[None]:
        """Permanent ARP entries, where ARP itself may be lost."""
        for host, address in neighbours:
            self._emulation.neighbour(host, "replace", address)
        try:
            yield
        finally:
            for host, address in neighbours:
                self._emulation.neighbour(host, "del", address)


class _IrttClient:
    """Starts irtt's client some time before our probes begin."""

    def __init__(self, plan: IrttPlan) -> None:
        self._plan = plan
        self._started: list[Callable[[], Echoes]] = []
        self._thread: threading.Thread | None = None

    def start_before(self, line: dict[str, Any]) -> None:
        """Our probes report when they begin."""
        if "start" in line:
            self._thread = threading.Thread(target=self._start, args=(line["start"] - self._plan.early,), daemon=True)
            self._thread.start()

    def _start(self, moment: int) -> None:
        time.sleep(max(0.0, (moment - time.time_ns()) / NS_PER_S))
        self._started.append(irtt.start_client(self._plan.line, self._plan.head_end, self._plan.options))

    def wait(self) -> Echoes:
        """The delays, once it has ended. Raises EmulationError with irtt's own words where it failed."""
        assert self._thread is not None
        self._thread.join()
        return self._started[0]()


def _echoes(wait: Callable[[], Echoes], log: Path) -> Echoes | None:
    """The delays by irtt; None where it failed, which the certificate names."""
    try:
        return wait()
    except EmulationError as fault:
        log.write_text(f"{fault}\n")
        return None


class _Downloads:
    """The same download by our program and by iperf3."""

    def __init__(self, plan: DownloadPlan, hosts: Sequence[Host], emulation: Emulation, seed: int, out: Path) -> None:
        self._plan, self._hosts, self._emulation, self._seed, self._out = plan, hosts, emulation, seed, out

    def run(self) -> DownloadResults:
        """Both, one after the other."""
        with self._steady():
            if self._seed % 2:
                ours, iperf3 = self._counted(self._ours), self._counted(self._iperf3)
            else:
                iperf3, ours = self._counted(self._iperf3), self._counted(self._ours)
        return DownloadResults(*ours, *iperf3)

    def _ours(self, counts: _SegmentCounts) -> Bytes | None:
        flow = self._plan.ours
        agent.run((flow,), self._hosts, None, self._plan.end / NS_PER_S, self._seed, self._out,
                  stop_margin=DOWNLOAD_MARGIN,
                  say=lambda line: counts.begin(line["start"]) if "start" in line else None)
        file = self._out / f"{flow.name}.csv.gz"
        progress = sample_files.read(file) if file.exists() else None
        return progress if isinstance(progress, Bytes) else None

    def _iperf3(self, counts: _SegmentCounts) -> Bytes | None:
        counts.begin(time.time_ns() + self._plan.set_up)
        return iperf3_download.fetch(self._plan.line, self._plan.head_end, self._plan.tcp.payload, self._plan.iperf3)

    def _counted(self, download: Callable[[_SegmentCounts], Bytes | None]) -> tuple[Bytes | None, float]:
        """The progress of a download, None if it failed, and its acknowledgements for each segment."""
        counts = _SegmentCounts(self._plan, self._emulation)
        try:
            progress = download(counts)
        except EmulationError:
            progress = None
        return progress, counts.acknowledgements()

    @contextmanager
    def _steady(self) -> Iterator[None]:
        """Let TCP from the head-end to the line begin with its whole window, and keep no metrics."""
        window, head_end, line = str(self._plan.tcp.window), self._plan.head_end, self._plan.line
        with syscalls.in_namespace(head_end.namespace):
            NO_METRICS_SAVE.write_text("1")
        self._emulation.route(head_end, "add", line.address, "initcwnd", window)
        try:
            yield
        finally:
            self._emulation.route(head_end, "del", line.address)
            with syscalls.in_namespace(head_end.namespace):
                NO_METRICS_SAVE.write_text("0")


class _SegmentCounts:
    """Counts segments at the line and acknowledgements at the head-end during the measurement of a download; those
    that a slow upstream drops do not count."""

    def __init__(self, plan: DownloadPlan, emulation: Emulation) -> None:
        self._moments, self._ends = (plan.begin, plan.end), (plan.line, plan.head_end)
        self._emulation = emulation
        self._counts: list[tuple[int, int]] = []
        self._thread: threading.Thread | None = None

    def begin(self, origin: int) -> None:
        """The download begins at `origin`, ns since 1970."""
        self._thread = threading.Thread(target=self._watch, args=(origin,), daemon=True)
        self._thread.start()

    def _watch(self, origin: int) -> None:
        for moment in self._moments:
            time.sleep(max(0.0, (origin + moment - time.time_ns()) / NS_PER_S))
            line, head_end = map(self._emulation.segments, self._ends)
            self._counts.append((line, head_end))

    def acknowledgements(self) -> float:
        """Acknowledgements at the head-end for each segment at the line."""
        if self._thread is None:
            return 0.0
        self._thread.join()
        (segments, received), (segments_last, received_last) = self._counts
        return (received_last - received) / max(1, segments_last - segments)
