"""`twin class start|status|results|message|stop`: trainees who work at the same time, each on a twin of their own."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from twin import api
from twin.cli.verb import Verb, json_argument, language_argument, language_of

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
    language_argument(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    acts: Mapping[str, Callable[[argparse.Namespace, api.Wording], None]] = {
        "start": _start, "status": _status, "results": _results, "message": _message, "stop": _stop}
    acts[arguments.what](arguments, api.Wording(language_of(arguments)))
    return api.ExitCode.MET


def _start(arguments: argparse.Namespace, wording: api.Wording) -> None:
    if arguments.roster is None:
        raise api.UsageError("name the roster: twin class start --roster FILE")
    if not 0 <= arguments.port <= 65_535 or arguments.live < 0:
        raise api.UsageError("--port is 0 to 65535, --live at least 1")

    def print_opened(opened: api.ClassOpened) -> None:
        plain = {"class": opened.name, "folder": str(opened.folder), "addresses": dict(opened.addresses),
                 "fingerprint": opened.fingerprint}
        print(json.dumps(plain) if arguments.json else "\n".join(_opened_rows(opened, wording)), flush=True)

    def print_event(event: api.SchedulerEvent) -> None:
        print(wording.say(f"class-{event.kind}", seat=event.seat, reason=event.reason), file=sys.stderr, flush=True)

    api.hold_class(arguments.roster, port=arguments.port, lan=arguments.lan, live=arguments.live,
                   on_ready=print_opened, on_event=print_event)


def _opened_rows(opened: api.ClassOpened, wording: api.Wording) -> Iterator[str]:
    for person, address in opened.addresses.items():
        role = f" ({wording.say('class-instructor')})" if person in opened.instructors else ""
        yield f"{person}{role}: {address}"
    if opened.fingerprint:
        yield wording.say("class-fingerprint", fingerprint=opened.fingerprint)
    yield wording.say("class-addresses", file=opened.folder / "addresses.txt")
    yield wording.say("class-interrupt")


def _status(arguments: argparse.Namespace, wording: api.Wording) -> None:
    tiles = api.class_status(arguments.name)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(tile) for tile in tiles], ensure_ascii=False))
        return
    seat, state, idle, hints, checks, points = (
        wording.say(f"class-{key}") for key in ("seat", "state", "idle", "hints", "checks", "points"))
    print(f"{seat:<24} {state:<10} {idle:>7} {hints:>7} {checks:>9} {points:>6}")
    for tile in tiles:
        notes = (wording.say("class-place", place=tile.place) * (tile.place > 0), wording.say("class-hand") * tile.hand,
                 tile.reason)
        earned, minutes = "" if tile.points is None else tile.points, f"{tile.idle / 60:.0f} m"
        row = f"{tile.seat:<24} {wording.say(f'class-{tile.state}'):<10} {minutes:>7} {tile.hints:>7} {tile.checks:>9} "
        print(f"{row}{earned:>6}  {', '.join(filter(None, notes))}".rstrip())


def _results(arguments: argparse.Namespace, wording: api.Wording) -> None:
    rows, digest, folder = api.store_class_results(arguments.name)
    if arguments.json:
        sys.stdout.write((folder / "results.json").read_text(encoding="utf-8"))
        return
    sys.stdout.write(rows)
    print(wording.say("class-results", folder=folder, digest=digest), file=sys.stderr)


def _message(arguments: argparse.Namespace, wording: api.Wording) -> None:
    api.send_class_message(arguments.text, to=arguments.to, name=arguments.name)
    print(json.dumps({"sent": True}) if arguments.json else wording.say("class-sent"))


def _stop(arguments: argparse.Namespace, wording: api.Wording) -> None:
    folder = api.end_class(arguments.name)
    print(json.dumps({"folder": str(folder)}) if arguments.json else wording.say("class-ended", folder=folder))


VERB = Verb("A class of trainees, each with a twin, and the page of their instructor",
            "twin class start --roster monday.yaml", _arguments, _run)
