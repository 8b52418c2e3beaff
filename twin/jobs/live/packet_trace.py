"""Inside the lab: counts the packets of a filter on all spans at once, until its standard input ends.

Runs as `python -m twin.jobs.live.packet_trace EXPRESSION`, in the language of pcap-filter(7). Every PERIOD_S it prints
a JSON object: packets since the line before, by span, as [from its first end, from its second]; spans without any are
left out. A packet counts where it arrives at a switch, or leaves it for a host. The kernel filters and counts; no
packet is copied to this process (packet(7), PACKET_STATISTICS).
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twin.core.errors import EmulationError, UsageError
from twin.core.records import from_plain
from twin.jobs.live.running_network import STANDING_BLUEPRINT
from twin.plan.blueprint import Blueprint, End

STDIN, PERIOD_S = 0, 0.25
SOL_PACKET, PACKET_STATISTICS = 263, 6
SO_ATTACH_FILTER, ETH_P_ALL = 26, 3
PACKET_TYPE = 0xFFFFF000 + 4
"""Where a classic BPF program reads the type of a packet (SKF_AD_OFF + SKF_AD_PKTTYPE, linux/filter.h)."""
OUTGOING = 4
"""The type of a packet that leaves (if_packet.h)."""
LOAD_BYTE, JUMP_IF_EQUAL, RETURN = 0x30, 0x15, 0x06

Instruction = tuple[int, int, int, int]
"""Of classic BPF: code, jump if true, jump if false, value."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Where packets of one direction of a span are counted: at a device, those that leave it or those that arrive."""

    span: str
    forward: bool
    device: str
    outgoing: bool


def watched(blueprint: Blueprint) -> Iterator[Watched]:
    """Both directions of every span."""
    hosts = {host.name for host in blueprint.hosts}
    for span in blueprint.spans:
        yield _counted(span.name, True, span.a, span.b, hosts)
        yield _counted(span.name, False, span.b, span.a, hosts)


def _counted(span: str, forward: bool, sender: End, receiver: End, hosts: set[str]) -> Watched:
    at_receiver = receiver.node not in hosts
    return Watched(span, forward, (receiver if at_receiver else sender).device, not at_receiver)


def of_direction(program: Sequence[Instruction], *, outgoing: bool) -> list[Instruction]:
    """The program for packets that leave, or for those that arrive."""
    passes, refuses = (1, 0) if outgoing else (0, 1)
    return [(LOAD_BYTE, 0, 0, PACKET_TYPE), (JUMP_IF_EQUAL, passes, refuses, OUTGOING), (RETURN, 0, 0, 0), *program]


def parsed(text: str) -> list[Instruction]:
    """The program that `tcpdump -ddd` prints: how many instructions, then one a line."""
    lines = text.split("\n")[1:]
    rows = (tuple(int(number) for number in line.split()) for line in lines if line)
    return [(code, true, false, value) for code, true, false, value in rows]


def compiled(expression: str) -> list[Instruction]:
    """The program of a filter. Raises UsageError with what tcpdump says where it is none."""
    command = ["tcpdump", "-ddd", "-i", "lo", "--", expression]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UsageError(done.stderr.strip().splitlines()[-1])
    return parsed(done.stdout)


def counting(place: Watched, program: Sequence[Instruction]) -> socket.socket:
    """A socket that counts there; nothing reads what little it holds."""
    counter = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    counter.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    whole = of_direction(program, outgoing=place.outgoing)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in whole))
    counter.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(whole), ctypes.addressof(code)))
    counter.bind((place.device, ETH_P_ALL))
    return counter


def packets(counter: socket.socket) -> int:
    """How many have come since the last call."""
    number, _ = struct.unpack("II", counter.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
    return int(number)


def trace(blueprint: Blueprint, program: Sequence[Instruction]) -> None:
    """Count and print until standard input ends."""
    counters = [(place, counting(place, program)) for place in watched(blueprint)]
    while not (select.select([STDIN], [], [], PERIOD_S)[0] and not os.read(STDIN, 4096)):
        seen: dict[str, list[int]] = {}
        for place, counter in counters:
            if number := packets(counter):
                seen.setdefault(place.span, [0, 0])[not place.forward] = number
        print(json.dumps(seen), flush=True)


def main(words: Sequence[str]) -> int:
    """Trace the packets of the filter; returns the exit status."""
    try:
        program = compiled(words[0])  # First: whoever wrote a bad filter need not wait for the blueprint.
        trace(from_plain(Blueprint, json.loads(STANDING_BLUEPRINT.read_text())), program)
    except UsageError as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    except OSError as fault:
        print(fault, file=sys.stderr)
        return EmulationError.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
