"""What certifies a run, carried out in the lab: probes, downloads by two programs, irtt beside our probes."""

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
from twin.jobs.experiment import calibration, iperf3_check, irtt_check, spec
from twin.jobs.experiment.iperf3_check import Fetched, Transfers
from twin.jobs.experiment.irtt_check import EARLY, Beside
from twin.jobs.experiment.spec import Order
from twin.plan.blueprint import Blueprint, Flow

DRAINED, WAITED = 20.0, 2.0
"""Seconds for which queues of the path are left to drain at the most, and how long the run has let them already."""
MARGIN = 0.2
"""Seconds for late packets, beside what the path takes."""
SAVES_NOTHING = Path("/proc/sys/net/ipv4/tcp_no_metrics_save")
"""Whether TCP remembers nothing of a connection for the next one to the same address."""


def calibrate(blueprint: Blueprint, order: Order, emulation: Emulation, out: Path) -> None:
    """Send the probes, and then let both programs fetch, if anybody can compare them; samples go into `out`."""
    asked = calibration.calibration(blueprint)
    with _known(asked.flows, blueprint, emulation):
        _run(asked.flows, blueprint, asked.seconds, order.seed, out / spec.CALIBRATION)
    downloads = iperf3_check.transfers(blueprint, order.seconds)
    if order.trial is None and isinstance(downloads, Transfers):
        fetched = _fetch(downloads, blueprint, order.seed, emulation, out)
        (out / spec.FETCHED_FILE).write_text(json.dumps(to_plain(fetched)))


@contextmanager
def _known(flows: Sequence[Flow], blueprint: Blueprint, emulation: Emulation) -> Iterator[None]:
    """Let the ends of flows know each other where ARP itself may be lost."""
    lossy = {span.name for span in blueprint.spans if span.forward.lossy or span.reverse.lossy}
    hosts = {host.name: host for host in blueprint.hosts}
    ends = [(flow.source, flow.sink) for flow in flows]
    both = (*ends, *((sink, source) for source, sink in ends))
    pairs = sorted({(one, other) for one, other in both if hosts[one].span in lossy})
    for one, other in pairs:
        emulation.neighbour(hosts[one], "replace", hosts[other].address)
    try:
        yield
    finally:
        for one, other in pairs:
            emulation.neighbour(hosts[one], "del", hosts[other].address)


def _run(flows: Sequence[Flow], blueprint: Blueprint, seconds: float, seed: int, out: Path,
         say: agent.Say = lambda _: None) -> None:
    """Run flows as soon as they are open; `say` is told when that is."""
    longest = max((span.forward.delay + span.reverse.delay for span in blueprint.spans), default=0) * 4 / NS_PER_S
    agent.run(flows, blueprint.hosts, None, seconds, seed, out, stop_margin=MARGIN + longest, say=say)


def _fetch(asked: Transfers, blueprint: Blueprint, seed: int, emulation: Emulation, out: Path) -> Fetched:
    """Both downloads, in an order that the seed decides."""
    host, folder, seconds = asked.stand.line, out / spec.FETCHED, asked.end / NS_PER_S

    def ours(edges: _Edges) -> Bytes | None:
        agent.run((asked.ours,), blueprint.hosts, None, seconds, seed, folder, stop_margin=0.1,
                  say=lambda said: edges.begin(said["start"]) if "start" in said else None)
        left = folder / f"{asked.ours.name}.csv.gz"
        progress = sample_files.read(left) if left.exists() else None
        return progress if isinstance(progress, Bytes) else None

    def theirs(edges: _Edges) -> Bytes | None:
        edges.begin(time.time_ns() + asked.set_up)
        return iperf3_download.fetch(host, asked.stand.head_end, asked.steady.payload, asked.download)

    found: dict[Callable[[_Edges], Bytes | None], tuple[Bytes | None, float]] = {}
    with _steady(asked, emulation):
        for fetch in (ours, theirs) if seed % 2 else (theirs, ours):
            found[fetch] = _counted(fetch, _Edges(asked, emulation))
    return Fetched(*found[ours], *found[theirs])


def _counted(fetch: Callable[[_Edges], Bytes | None], edges: _Edges) -> tuple[Bytes | None, float]:
    """What was fetched, None where it failed, and how many acknowledgements came for each segment meanwhile."""
    try:
        progress = fetch(edges)
    except EmulationError:
        progress = None
    return progress, edges.answered()


class _Edges:
    """Counts what arrives at the line and at the head-end from the beginning to the end of what is measured of a
    transfer; acknowledgements that a narrow way up drops do not count."""

    def __init__(self, asked: Transfers, emulation: Emulation) -> None:
        self._moments, self._ends = (asked.begin, asked.end), (asked.stand.line, asked.stand.head_end)
        self._emulation = emulation
        self._counts: list[tuple[int, int]] = []
        self._thread: threading.Thread | None = None

    def begin(self, origin: int) -> None:
        """The transfer begins at `origin`, ns since 1970."""
        self._thread = threading.Thread(target=self._watch, args=(origin,), daemon=True)
        self._thread.start()

    def _watch(self, origin: int) -> None:
        for moment in self._moments:
            time.sleep(max(0.0, (origin + moment - time.time_ns()) / NS_PER_S))
            line, head_end = map(self._emulation.segments, self._ends)
            self._counts.append((line, head_end))

    def answered(self) -> float:
        """How many acknowledgements came to the head-end for each segment that came to the line."""
        if self._thread is None:
            return 0.0
        self._thread.join()
        (segments, answers), (segments_last, answers_last) = self._counts
        return (answers_last - answers) / max(1, segments_last - segments)


@contextmanager
def _steady(asked: Transfers, emulation: Emulation) -> Iterator[None]:
    """Let TCP from the head-end to the line begin with its whole window, and remember nothing."""
    window, head_end, line = str(asked.steady.window), asked.stand.head_end, asked.stand.line
    with syscalls.in_namespace(head_end.namespace):
        SAVES_NOTHING.write_text("1")
    emulation.route(head_end, "add", line.address, "initcwnd", window)
    try:
        yield
    finally:
        emulation.route(head_end, "del", line.address)
        with syscalls.in_namespace(head_end.namespace):
            SAVES_NOTHING.write_text("0")


def echo(blueprint: Blueprint, order: Order, emulation: Emulation, out: Path) -> None:
    """Let irtt measure beside a probe of ours on the line that bears witness, idle at first and then loaded."""
    asked = irtt_check.beside(blueprint, order.seconds)
    if asked is None:
        return
    place, seconds = asked.stand, asked.stop / NS_PER_S
    time.sleep(max(0.0, min(DRAINED, irtt_check.drained(blueprint, place) / NS_PER_S) - WAITED))
    with _known(asked.flows, blueprint, emulation), irtt.irtt_server(place.head_end, place.port):
        client = _IrttClient(asked)
        _run(asked.flows, blueprint, seconds, order.seed, out / spec.BESIDE, say=client.begin_before)
        found = _heard(client.answers, out / spec.LOGS / "irtt.log")
        if found is not None:
            (out / spec.BESIDE / spec.ECHOES_FILE).write_text(json.dumps(to_plain(found)))


class _IrttClient:
    """Starts irtt's client some time before our probes send."""

    def __init__(self, asked: Beside) -> None:
        self._asked = asked
        self._begun: list[Callable[[], Echoes]] = []
        self._thread: threading.Thread | None = None

    def begin_before(self, said: dict[str, Any]) -> None:
        """Our probes say when they begin."""
        if "start" in said:
            self._thread = threading.Thread(target=self._begin, args=(said["start"] - EARLY,), daemon=True)
            self._thread.start()

    def _begin(self, moment: int) -> None:
        time.sleep(max(0.0, (moment - time.time_ns()) / NS_PER_S))
        place = self._asked.stand
        self._begun.append(irtt.start_client(place.line, place.head_end, self._asked.question))

    def answers(self) -> Echoes:
        """What irtt heard, once it has ended. Raises EmulationError with irtt's own words where it failed."""
        assert self._thread is not None
        self._thread.join()
        return self._begun[0]()


def _heard(answers: Callable[[], Echoes], log: Path) -> Echoes | None:
    """What irtt answers; nothing where it failed: a silent instrument is for the certificate to name."""
    try:
        return answers()
    except EmulationError as fault:
        log.write_text(f"{fault}\n")
        return None
