"""`twin class start|status|results|message|stop`: trainees who work at the same time, each on a twin of their own."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from twin import api
from twin.cli.verb import Verb, json_argument

WHAT = ("start", "status", "results", "message", "stop")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=WHAT, metavar="ACT", help="one of: start the class of a roster, or resume it; "
                        "status of each seat; results so far, as CSV and HTML; message TEXT to all; stop it for good")
    parser.add_argument("text", metavar="TEXT", nargs="?", default="", help="of message: what is said")
    parser.add_argument("--roster", metavar="FILE", type=Path, help="of start: who sits where, and the exercise")
    parser.add_argument("--class", metavar="NAME", dest="name", default="", help="which class, where several go on")
    parser.add_argument("--to", metavar="SEAT", default="", help="of message: to one seat (default: to all)")
    parser.add_argument("--live", metavar="N", type=int, default=0, help="how many twins are up at once (default: as "
                        "many as there are cores); the other seats wait")
    parser.add_argument("--port", metavar="N", type=int, default=0, help="where it listens (default: a free port)")
    parser.add_argument("--lan", metavar="ADDRESS", default="", help="listen on this address of this machine, by TLS "
                        "(default: the loopback address alone)")
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    acts: Mapping[str, Callable[[argparse.Namespace], None]] = {
        "start": _start, "status": _status, "results": _results, "message": _message, "stop": _stop}
    acts[arguments.what](arguments)
    return api.ExitCode.MET


def _start(arguments: argparse.Namespace) -> None:
    if arguments.roster is None:
        raise api.UsageError("name the roster: twin class start --roster FILE")
    if not 0 <= arguments.port <= 65_535 or arguments.live < 0:
        raise api.UsageError("--port is 0 to 65535, --live at least 1")

    def print_opened(opened: api.ClassOpened) -> None:
        if arguments.json:
            plain = {"class": opened.name, "folder": str(opened.folder), "addresses": dict(opened.addresses),
                     "fingerprint": opened.fingerprint}
            print(json.dumps(plain), flush=True)
            return
        for person, address in opened.addresses.items():
            role = " (instructor)" if person in opened.instructors else ""
            print(f"{person}{role}: {address}")
        if opened.fingerprint:
            print(f"SHA-256 of the certificate, which browsers warn of: {opened.fingerprint}")
        print(f"each address lets one person in; they are also in {opened.folder}/addresses.txt\n"
              f"Ctrl-C leaves the twins up, and the same command resumes; for good: twin class stop", flush=True)

    api.hold_class(arguments.roster, port=arguments.port, lan=arguments.lan, live=arguments.live,
                   on_ready=print_opened, on_event=lambda text: print(text, file=sys.stderr, flush=True))


def _status(arguments: argparse.Namespace) -> None:
    tiles = api.class_status(arguments.name)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(tile) for tile in tiles], ensure_ascii=False))
        return
    print(f"{'seat':<24} {'state':<10} {'idle':>6} {'hints':>5} {'checks':>6} {'points':>6}")
    for tile in tiles:
        notes = (f"place {tile.place}" * (tile.place > 0), "asks for you" * tile.hand, tile.reason)
        points, idle = "" if tile.points is None else tile.points, f"{tile.idle / 60:.0f} m"
        row = f"{tile.seat:<24} {tile.state:<10} {idle:>6} {tile.hints:>5} {tile.checks:>6} {points:>6}"
        print(f"{row}  {', '.join(filter(None, notes))}".rstrip())


def _results(arguments: argparse.Namespace) -> None:
    rows, digest, folder = api.store_class_results(arguments.name)
    if arguments.json:
        sys.stdout.write((folder / "results.json").read_text(encoding="utf-8"))
        return
    sys.stdout.write(rows)
    print(f"{folder}/results.csv, results.html; SHA-256 {digest}", file=sys.stderr)


def _message(arguments: argparse.Namespace) -> None:
    api.send_class_message(arguments.text, to=arguments.to, name=arguments.name)
    print(json.dumps({"sent": True}) if arguments.json else "sent")


def _stop(arguments: argparse.Namespace) -> None:
    folder = api.end_class(arguments.name)
    print(json.dumps({"folder": str(folder)}) if arguments.json else f"ended; journals and results are in {folder}")


VERB = Verb("A class of trainees, each with a twin, and the page of their instructor",
            "twin class start --roster monday.yaml", _arguments, _run)
