"""Inside the lab: captures packets of a span or node into a file of the twin's folder, until its standard input ends.

Runs as `python -m twin.jobs.live.packet_capture PLACE FILE PACKETS EXPRESSION`: PACKETS is how many end it, 0 for no
limit, EXPRESSION a filter in the language of pcap-filter(7), "" for none. Time stamps are in nanoseconds. What tcpdump
says of its work, packets that the kernel dropped among them, goes to standard error.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from traffic.engine.sockets import INTERFACE
from twin.core.errors import EmulationError
from twin.core.records import from_plain
from twin.jobs.live.channel import CAPTURES
from twin.jobs.live.running_network import STANDING_BLUEPRINT
from twin.lab import GUEST_OUT
from twin.plan.blueprint import Blueprint, End, Switch

BUFFER_KIB = 32768
"""Of the kernel's memory for packets that were not written yet."""
LARGEST_FILE = 2**32
"""Bytes; a capture that is forgotten ends there."""
STDIN, POLL_S = 0, 0.2


def command(blueprint: Blueprint, place: str) -> tuple[list[str], str]:
    """The words before tcpdump's own that choose where it listens, and the part of the filter that does.

    place: a span (both directions, at its first end), a host, or a switch (all its ports). Raises LookupError for
    another.
    """
    switches = {switch.name: switch for switch in blueprint.switches}
    hosts = {host.name: host.namespace for host in blueprint.hosts}
    ends = {span.name: span.a for span in blueprint.spans}
    if place in hosts:
        return _in_host(hosts[place])
    if place in ends:
        end: End = ends[place]
        return _in_host(hosts[end.node]) if end.node in hosts else (["tcpdump", "-i", end.device], "")
    if place in switches:
        return ["tcpdump", "-i", "any"], _of_ports(switches[place])
    raise LookupError(f'there is no span or node "{place}"')


def _in_host(namespace: str) -> tuple[list[str], str]:
    return ["ip", "netns", "exec", namespace, "tcpdump", "-i", INTERFACE], ""


def _of_ports(switch: Switch) -> str:
    return " or ".join(f"ifindex {socket.if_nametoindex(port.device)}" for port in switch.ports)


def expression(of_place: str, given: str) -> str:
    """Both parts of the filter together."""
    return " and ".join(f"({part})" for part in (of_place, given) if part)


def capture(words: Sequence[str], filter_expression: str, file: Path, packets: int) -> int:
    """Run tcpdump until standard input ends or it does; returns its exit status.

    It is not interrupted before it has written the header of the file: until then it would just die of it.
    """
    limit = ["-c", str(packets)] if packets else []
    with file.open("wb") as output:
        process = subprocess.Popen(
            [*words, "-n", "-U", "-Z", "root", "-B", str(BUFFER_KIB), "--time-stamp-precision=nano", "-w", "-",
             *limit, "--", filter_expression], stdin=subprocess.DEVNULL, stdout=output)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    while process.poll() is None:
        if select.select([STDIN], [], [], POLL_S)[0] and not os.read(STDIN, 4096):
            _interrupt(process, file)
    return process.returncode


def _interrupt(process: subprocess.Popen[bytes], file: Path) -> None:
    """Let it end, once it has begun; returns when it has ended."""
    while not file.stat().st_size and process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLL_S)
    process.send_signal(signal.SIGINT)
    process.wait()


def main(words: Sequence[str]) -> int:
    """Capture as the words say; returns the exit status."""
    place, file, packets, given = words
    blueprint = from_plain(Blueprint, json.loads(STANDING_BLUEPRINT.read_text()))
    target = Path(GUEST_OUT) / CAPTURES / file
    target.parent.mkdir(exist_ok=True)
    try:
        chosen, of_place = command(blueprint, place)
    except LookupError as fault:
        print(fault, file=sys.stderr)
        return EmulationError.exit_code
    return capture(chosen, expression(of_place, given), target, int(packets))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
