"""Holds a class, and works it from elsewhere: the way of the library and of the command line into this folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from twin.api.classroom.class_acts import message
from twin.api.classroom.class_folder import ClassFolder, class_folder, find_class, open_class
from twin.api.classroom.results import class_results, results_csv, results_digest, results_html
from twin.api.classroom.scheduler import LiveTwins, Scheduler, SchedulerEvent
from twin.api.classroom.tiles import Tile, tiles
from twin.api.classroom.tls import certificate, lan_address
from twin.api.console.access import Access
from twin.api.console.opening import require_packages
from twin.core.errors import UsageError
from twin.core.records import to_json
from twin.jobs.classroom.events import Ended
from twin.jobs.classroom.roster import read_roster
from twin.lab.file_locks import try_lock
from twin.report.files.atomic_write import write_whole

__all__ = ["ClassOpened", "SchedulerEvent", "Tile", "class_status", "end_class", "hold_class", "send_class_message",
           "store_class_results"]

LOCK, ADDRESSES = ".held", "addresses.txt"


@dataclass(frozen=True, slots=True)
class ClassOpened:
    """A class that is being served. addresses: what each person opens, by name. fingerprint: of its certificate, "" on
    the loopback address."""

    name: str
    folder: Path
    instructors: tuple[str, ...]
    addresses: Mapping[str, str]
    fingerprint: str


def hold_class(roster: Path, *, port: int = 0, lan: str = "", live: int = 0, on_ready: Callable[[ClassOpened], None],
               on_event: Callable[[SchedulerEvent], None] = lambda _: None) -> None:
    """Hold the class of a roster, begun or resumed, until it is ended or this is interrupted; its twins stay up then.

    port: 0 for a free one. lan: the address of this machine in the LAN; "" listens on the loopback address alone. live:
    how many twins may be up at once, 0 for as many as there are cores. on_ready: gets the addresses, which hold the
    secret of each person. on_event: what the scheduler does. Raises TopologyError with all that is wrong in roster and
    exercise, UsageError where the class is being held already or the port is in use, CannotRun where packages are
    missing.
    """
    require_packages()
    from twin.api.classroom.serving import serve_class

    read = read_roster(roster)
    if (folder := class_folder(read)).exists():
        os.close(_locked(folder))  # refused before anything is written
    held = open_class(read)
    lock = _locked(held.folder)
    try:
        address = lan_address(lan) if lan else ""
        signed = certificate(held.folder, address) if address else None
        scheduler = Scheduler(held, live or os.cpu_count() or 1, LiveTwins(), on_event)

        def ready(rules: Access) -> None:
            on_ready(_opened(held, rules, signed.fingerprint if signed else ""))
        serve_class(held, scheduler, port, (address, signed) if signed else None, ready)
    finally:
        os.close(lock)


def _locked(folder: Path) -> int:
    lock = try_lock(folder / LOCK)
    if lock is None:
        raise UsageError(f"{folder.name} is being held already; see: twin class status")
    return lock


def _opened(held: ClassFolder, rules: Access, fingerprint: str) -> ClassOpened:
    """The class with its addresses, which are written beside its journal, too, for the instructor alone."""
    addresses = {person: rules.address_of(person) for person in held.tokens}
    text = "".join(f"{person}: {address}\n" for person, address in addresses.items())
    write_whole(held.folder / ADDRESSES, text, private=True)
    return ClassOpened(held.file.name, held.folder, held.file.instructors, addresses, fingerprint)


def class_status(name: str = "") -> tuple[Tile, ...]:
    """What each seat of a class does. name: "" for the only one that goes on. Raises UsageError for one that is not."""
    return tiles(find_class(name))


def send_class_message(text: str, *, to: str = "", name: str = "") -> None:
    """Say something to a seat, or to all. Raises UsageError for a seat that is not there and for an empty message."""
    held = find_class(name)
    if to:
        held.session(to)
    held.journal.add(message(text, to))


def store_class_results(name: str = "") -> tuple[str, str, Path]:
    """Write the results so far beside the journal, as results.csv and results.html; the CSV, its digest, the folder."""
    held = find_class(name)
    results = class_results(held)
    write_whole(held.folder / "results.csv", results_csv(results), private=True)
    write_whole(held.folder / "results.html", results_html(results), private=True)
    write_whole(held.folder / "results.json", to_json(results), private=True)
    return results_csv(results), results_digest(results), held.folder


def end_class(name: str = "") -> Path:
    """End a class: shut its twins down; journals and results stay. Returns its folder."""
    held = find_class(name)
    held.journal.add(Ended())
    lock = try_lock(held.folder / LOCK)
    if lock is not None:
        try:
            Scheduler(held, 0, LiveTwins(), lambda _: None).run()
        finally:
            os.close(lock)
    return held.folder
