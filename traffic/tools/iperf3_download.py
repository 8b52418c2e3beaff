"""A download by iperf3 for any stretch of time, alone on its path: started, ended, and read; blocks meanwhile."""

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
"""Segments that iperf3 hands over and takes at a time: it counts no less, and wants an acknowledgement after each."""
TENTH = 0.1
"""Seconds between two counts: the least that iperf3 knows."""
ENDED = "interrupt"
"""How the word begins that iperf3 has for an end which came from outside."""


@dataclass(frozen=True, slots=True)
class Download:
    """What iperf3 is to do: for how many seconds, its set-up included, from which port, with a window of how many
    bytes."""

    seconds: float
    port: int
    window: int


def fetch(line: Host, head_end: Host, payload: int, asked: Download) -> Bytes:
    """Fetch segments of `payload` bytes from the head-end to the line; the progress that the line's end tells.

    It is ended from outside: iperf3 itself counts in whole seconds, and a number of bytes makes its sender wait in a
    loop that never rests. Raises EmulationError with iperf3's own words where it failed.
    """
    with syscalls.in_namespace(head_end.namespace):
        server = subprocess.Popen((*syscalls.UNPRIVILEGED, PROGRAM, "-s", "-1", "-B", head_end.address, "-p",
                                   str(asked.port)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
    words = (*syscalls.UNPRIVILEGED, PROGRAM, "-c", head_end.address, "-p", str(asked.port), "-J", "-R", "-i",
             str(TENTH), "-l", str(READS * payload), "-w", str(asked.window), "-t", str(int(asked.seconds) + 2))
    try:
        with syscalls.in_namespace(line.namespace):
            client = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True, errors="replace")
        time.sleep(asked.seconds + 2 * TENTH)
        return _progress(_ended(client))
    finally:
        server.kill()
        server.wait()


def _ended(client: subprocess.Popen[str]) -> str:
    """What it says when it is to end."""
    client.send_signal(signal.SIGTERM)
    try:
        return client.communicate(timeout=GRACE)[0]
    except subprocess.TimeoutExpired as fault:
        client.kill()
        client.wait()
        raise EmulationError(f"{PROGRAM} did not end in time and was killed") from fault


def _progress(text: str) -> Bytes:
    """Its report, in which an end from outside stands as an error."""
    try:
        report = json.loads(text)
        if str(report.get("error", "")).startswith(ENDED):
            del report["error"]
        return parse(json.dumps(report), Time(0))
    except (ValueError, AttributeError) as fault:
        raise Unparsable(PROGRAM, text) from fault
