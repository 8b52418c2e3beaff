"""A download by iperf3 that lasts any time, not only whole seconds; blocks until it has ended."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from dataclasses import dataclass

from traffic.engine import syscalls
from traffic.sample_files import Bytes
from traffic.tools.iperf3 import GRACE, PROGRAM, parse
from twin.core.errors import EmulationError, Unparsable
from twin.core.units import Time
from twin.plan.blueprint import Host

READS = 2
"""Segments that iperf3 writes and reads at a time, after each of which it wants an acknowledgement."""
TENTH = 0.1
"""Shortest interval of iperf3's reports, s."""
ENDED = "interrupt"
"""How the error begins by which iperf3 reports that it was terminated."""


@dataclass(frozen=True, slots=True)
class DownloadOptions:
    """seconds: after which it is terminated, set-up included. port: of the server. window: bytes."""

    seconds: float
    port: int
    window: int


def fetch(line: Host, head_end: Host, payload: int, options: DownloadOptions) -> Bytes:
    """Download segments of `payload` bytes from the head-end to the line; the progress at the line.

    iperf3 is terminated: its own durations are whole seconds, and with a number of bytes its sender waits in a busy
    loop. Raises EmulationError with iperf3's own words where it failed.
    """
    with syscalls.in_namespace(head_end.namespace):
        server = subprocess.Popen((*syscalls.UNPRIVILEGED, PROGRAM, "-s", "-1", "-B", head_end.address, "-p",
                                   str(options.port)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
    words = (*syscalls.UNPRIVILEGED, PROGRAM, "-c", head_end.address, "-p", str(options.port), "-J", "-R", "-i",
             str(TENTH), "-l", str(READS * payload), "-w", str(options.window), "-t", str(int(options.seconds) + 2))
    try:
        with syscalls.in_namespace(line.namespace):
            client = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True, errors="replace")
        time.sleep(options.seconds)
        return _progress(_ended(client))
    finally:
        server.kill()
        server.wait()


def _ended(client: subprocess.Popen[str]) -> str:
    """Its output once it has been terminated."""
    client.send_signal(signal.SIGTERM)
    try:
        return client.communicate(timeout=GRACE)[0]
    except subprocess.TimeoutExpired as fault:
        client.kill()
        client.wait()
        raise EmulationError(f"{PROGRAM} did not end in time and was killed") from fault


def _progress(text: str) -> Bytes:
    """Its report, in which termination is an error."""
    try:
        report = json.loads(text)
        if str(report.get("error", "")).startswith(ENDED):
            del report["error"]
        return parse(json.dumps(report), Time(0))
    except (ValueError, AttributeError) as fault:
        raise Unparsable(PROGRAM, text) from fault
