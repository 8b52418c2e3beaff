"""`twin capture PLACE`: the packets of a span or node of a live twin, as they pass, for Wireshark."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from twin import api
from twin.cli.verb import NameOf, Verb, json_argument, twin_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    twin_argument(parser)
    parser.add_argument("place", metavar="PLACE", type=NameOf("place"), help="a span or line (both directions), a "
                        "host or a switch")
    parser.add_argument("--filter", metavar="EXPRESSION", default="", help='as in pcap-filter(7): "udp port 5060"')
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help='the pcap file; "-": standard output '
                        "(default)")
    parser.add_argument("--packets", metavar="N", type=int, default=0, help="end after so many (default: no limit)")
    parser.add_argument("--seconds", metavar="S", type=float, help="end after so long (default: no limit)")
    json_argument(parser, "print the counts as JSON (on standard error where packets go to standard output)")


def _run(arguments: argparse.Namespace) -> int:
    with api.attach(arguments.twin) as twin, ExitStack() as stack:
        capture = stack.enter_context(twin.capture(arguments.place, arguments.filter, packets=arguments.packets))
        file: BinaryIO | None = None
        end: float | None = None
        while True:
            try:
                if (chunk := capture.read()) is None:
                    break
                if chunk and file is None and arguments.output != "-":  # What is refused leaves a file as it was.
                    file = stack.enter_context(Path(arguments.output).open("wb"))
                write(chunk, file)
                if end is None and chunk and arguments.seconds is not None:
                    end = time.monotonic() + arguments.seconds  # from when it has begun, with the head of the file
            except KeyboardInterrupt:
                capture.stop()
            if end is not None and time.monotonic() >= end:
                capture.stop()
    counts = capture.counts()
    summary = json.dumps(asdict(counts)) if arguments.json else (
        f"{counts.captured} packets captured, {counts.dropped} dropped by the kernel")
    print(summary, file=sys.stderr if file is None else sys.stdout)
    return api.ExitCode.MET


def write(chunk: bytes, file: BinaryIO | None) -> None:
    """Write to a file or to standard output, at once."""
    target = file or sys.stdout.buffer
    target.write(chunk)
    target.flush()


VERB = Verb("Packets of a span or node of a live twin, as pcap", "twin capture homes-1 | wireshark -k -i -", _arguments,
            _run)
