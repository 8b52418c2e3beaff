"""A class without labs: its twins are names, its pages are served on the loopback address for the time of a test."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.jobs.classroom.test_roster import GOOD
from twin.api.classroom.application import class_application
from twin.api.classroom.class_folder import ClassFolder, open_class
from twin.api.classroom.scheduler import Scheduler
from twin.api.classroom.tls import Certificate
from twin.api.console.access import Access
from twin.api.console.page_files import page_files
from twin.api.console.serving import listening, server
from twin.core.errors import EmulationError
from twin.jobs.classroom.roster import read_roster
from twin.judge.live.fidelity import Fidelity, Trust

ROSTER = GOOD + "  - {trainees: [dina]}\n"


TRUSTED = Fidelity(Trust.TRUSTED, (), 300_000, {}, 0.0)
"""What is known of each twin."""


@dataclass
class FakeTwins:
    """Twins that are names. broken: those that cannot be brought up."""

    up: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    def running(self) -> Iterable[str]:
        """Those that were started and not ended."""
        return sorted(self.up)

    def start(self, held: ClassFolder, seat: str) -> None:
        """At once."""
        if seat in self.broken:
            raise EmulationError("the lab has ended")
        self.up.add(held.twin_name(seat))

    def end(self, name: str) -> None:
        """At once."""
        self.up.discard(name)


def opened(folder: Path, text: str = ROSTER) -> ClassFolder:
    """The class of a roster in a folder, begun or resumed."""
    (folder / "roster.yaml").write_text(text)
    return open_class(read_roster(folder / "roster.yaml"), folder)


def settled(held: ClassFolder, twins: FakeTwins, live: int = 2) -> dict[str, str]:
    """What each seat does once the scheduler has nothing to do."""
    scheduler = Scheduler(held, live, twins, lambda _: None)
    before = -1
    while before != held.journal.state().number:
        before = held.journal.state().number
        scheduler.step()
    return {name: seat.state.value for name, seat in held.journal.state().seats.items()}


@dataclass(frozen=True)
class ServedClass:
    """A class that is served, and requests of its people."""

    held: ClassFolder
    rules: Access
    trusted: ssl.SSLContext | None = None

    def ask(self, person: str, path: str, content: object = None) -> tuple[int, str]:
        """The status and text of a GET, or of a POST of JSON. person: "" for a stranger."""
        host = f"{self.rules.name or '127.0.0.1'}:{self.rules.port}"
        headers = {"Origin": f"{self.rules.scheme}://{host}", "Content-Type": "application/json"}
        if person:
            headers["Cookie"] = f"{self.rules.cookie}={self.held.tokens[person]}"
        connection = (http.client.HTTPSConnection("127.0.0.1", self.rules.port, timeout=30, context=self.trusted)
                      if self.trusted else http.client.HTTPConnection("127.0.0.1", self.rules.port, timeout=30))
        connection.request("GET" if content is None else "POST", path, None if content is None else json.dumps(content),
                           headers)
        response = connection.getresponse()
        answer = response.status, response.read().decode(errors="replace")
        connection.close()
        return answer


@contextmanager
def served(held: ClassFolder, certificate: Certificate | None = None) -> Iterator[ServedClass]:
    """The pages of a class. certificate: for the address 127.0.0.1, by TLS."""
    with listening(0) as listener:
        rules = Access(listener.getsockname()[1], held.file.secret, "127.0.0.1" if certificate else "", held.tokens)
        running = server(class_application(rules, held, page_files(), lambda _: [TRUSTED]),
                         (certificate.file, certificate.key) if certificate else None)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield ServedClass(held, rules, ssl.create_default_context(cafile=certificate.file) if certificate else None)
        finally:
            running.should_exit = True
            thread.join()
