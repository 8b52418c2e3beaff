"""A console of a fake twin, served on the loopback address for the time of a test, and a client of it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.cli.console.views import BLUEPRINT, NETWORK, seen
from twin.api.console.access import Access
from twin.api.console.application import application
from twin.api.console.fake_live_network import FakeLiveNetwork
from twin.api.console.page_files import page_files
from twin.api.console.serving import listening, server
from twin.api.training.desk import Desk
from twin.core.errors import EmulationError

SECRET = "t" * 43


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Served:
    """A console and its twin."""

    twin: FakeLiveNetwork
    rules: Access

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.rules.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What a page sends."""
        return {"Cookie": f"{self.rules.cookie}={SECRET}", "Origin": f"http://{self.host}",
                "Content-Type": "application/json"}

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """One request, exactly as given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.rules.port, timeout=30)
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, headers, response.read())
        connection.close()
        return answer

    def socket(self, path: str = "events", *, origin: str = "", cookie: str = "") -> ClientConnection:
        """A websocket of a page."""
        headers = {"Cookie": cookie or self.headers["Cookie"]}
        return connect(f"ws://{self.host}/api/{path}", origin=Origin(origin or f"http://{self.host}"), max_size=None,
                       additional_headers=headers)

    def narrow_socket(self) -> ClientConnection:
        """One that reads a message at a time, for which the kernel holds hardly anything more."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", self.rules.port))
        return connect(f"ws://{self.host}/api/events", origin=Origin(f"http://{self.host}"), max_size=None, sock=line,
                       additional_headers={"Cookie": self.headers["Cookie"]}, max_queue=1, ping_interval=None)

    def command(self, command: object) -> Answer:
        """Ask for something, as a page does."""
        return self.request("POST", "/api/commands", self.headers, json.dumps({"command": command}).encode())


@contextmanager
def served(runs: Path = Path("nowhere"), desk: Desk | None = None) -> Iterator[Served]:
    """A console whose twin is seen once at the start. runs: the folder of stored runs. desk: of an exercise."""
    twin = FakeLiveNetwork(NETWORK, BLUEPRINT)
    twin.views.put(seen())
    with listening(0) as listener:
        rules = Access(listener.getsockname()[1], SECRET)
        running = server(application(rules, lambda: twin, page_files(), runs, desk))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(twin, rules)
        finally:
            running.should_exit = True
            twin.views.put(EmulationError("the end of the test"))
            thread.join()
