"""irtt: runs it, and parses its report of one-way delays, as a cross-check by a program that is not ours.

Its server reports when a packet arrived and when the echo left; as all hosts of a lab share one clock, both one-way
delays follow. It blocks while it waits, so that it runs in virtual time as on a wall clock.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from traffic.engine import syscalls
from twin.core.errors import EmulationError, Unparsable
from twin.core.units import NS_PER_S, Size, Time
from twin.model.traffic_profiles import IP_UDP
from twin.plan.blueprint import Host

PROGRAM = "irtt"
GRACE = 20.0
"""Seconds that irtt may take in addition to sending: it waits for late echoes, three times its longest delay."""


@dataclass(frozen=True, slots=True)
class Echoes:
    """One-way delays, ns, of the packets that came back: there (to the server), and back (to the client).

    sent: when each left, ns since 1970.
    """

    there: tuple[int, ...]
    back: tuple[int, ...]
    lost: int
    sent: tuple[int, ...] = ()


def parse(text: str) -> Echoes:
    """The report of irtt 0.9 (`-o -`). Raises Unparsable on anything else."""
    try:
        trips = json.loads(text)["round_trips"]
        whole = [trip for trip in trips if trip["lost"] == "false"]
        delays = [(int(trip["delay"]["send"]), int(trip["delay"]["receive"])) for trip in whole]
        sent = tuple(int(trip["timestamps"]["client"]["send"]["wall"]) for trip in whole)
        return Echoes(tuple(there for there, _ in delays), tuple(back for _, back in delays), len(trips) - len(whole),
                      sent)
    except (ValueError, KeyError, TypeError) as fault:
        raise Unparsable(PROGRAM, text) from fault


@contextmanager
def irtt_server(host: Host, port: int) -> Iterator[None]:
    """The server, for as long as the block lasts."""
    with syscalls.in_namespace(host.namespace):
        command = (*syscalls.UNPRIVILEGED, PROGRAM, "server", "-i", "0", "-b", f"{host.address}:{port}")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Options of the client: `count` IP packets of `packet` bytes to a port, one each `interval` ns. attempts: to open
    its session, one a second."""

    port: int
    packet: Size
    interval: Time
    count: int
    attempts: int = 4


def start_client(host: Host, server: Host, options: ClientOptions) -> Callable[[], Echoes]:
    """Start to send from `host`.

    Returns a function that waits for the echoes; it raises EmulationError with irtt's own words where it failed.
    """
    lasts = options.interval * options.count
    command = (*syscalls.UNPRIVILEGED, PROGRAM, "client", "-Q", "-o", "-", "--clock=wall", "-i",
               f"{options.interval}ns", "-d", f"{lasts}ns", f"--timeouts={','.join(['1s'] * options.attempts)}",
               "-l", str(options.packet - IP_UDP), f"{server.address}:{options.port}")
    with syscalls.in_namespace(host.namespace):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
    return partial(_report, process, lasts / NS_PER_S + options.attempts + GRACE)


def _report(process: subprocess.Popen[str], seconds: float) -> Echoes:
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as fault:
        process.kill()
        process.wait()
        raise EmulationError(f"{PROGRAM} did not end in time and was killed") from fault
    if process.returncode:
        raise EmulationError(f"{PROGRAM} ended with status {process.returncode}: {errors.strip()[-500:]}")
    return parse(output)
