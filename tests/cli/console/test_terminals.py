"""Terminals and traces of a page, with a fake twin: bytes both ways, sizes, what is shown, ends and refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tests.cli.console.served import Served, served
from twin.api.console.application import LARGEST, MOST_TERMINALS

SHELL = "terminal/homes-1?rows=24&columns=80"


@pytest.fixture
def console() -> Iterator[Served]:
    """A console of its own for each test."""
    with served() as up:
        yield up


def closing_code(page: ClientConnection) -> int:
    """Why the console closed the websocket, after whatever it still sends."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            page.recv(timeout=30)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_what_is_typed_goes_to_the_shell_and_its_output_comes_back(console: Served) -> None:
    """As bytes, whatever they are; then its size changes, its output is taken, and its end is said."""
    with console.socket(SHELL) as page:
        page.send(b"ls \xff\x00\n")
        assert page.recv(timeout=30) == b"ls \xff\x00\n"
        page.send(json.dumps({"size": [50, 132]}))
        page.send(json.dumps({"taken": 6}))
        page.send(b"exit\n")
        assert page.recv(timeout=30) == b"exit\n"
        assert json.loads(page.recv(timeout=30)) == {"exit_status": 7}
        assert closing_code(page) == 1000
    (shell,) = console.twin.shells
    assert (shell.sizes, shell.taken) == ([(24, 80), (50, 132)], 6)


def test_several_are_open_at_once(console: Served) -> None:
    """Each has its own shell; beyond the most of them one is refused with a reason, and others go on."""
    with ExitStack() as pages:
        shells = [pages.enter_context(console.socket(SHELL)) for _ in range(MOST_TERMINALS)]
        for number, page in enumerate(shells):
            page.send(f"echo {number}".encode())
            assert page.recv(timeout=30) == f"echo {number}".encode()
        with console.socket(SHELL) as beyond:
            assert f"{MOST_TERMINALS} terminals are open" in json.loads(beyond.recv(timeout=30))["error"]
            assert closing_code(beyond) == 1008
        shells[0].send(b"still here")
        assert shells[0].recv(timeout=30) == b"still here"
    with console.socket(SHELL) as again:
        again.send(b"a")
        assert again.recv(timeout=30) == b"a"


@pytest.mark.parametrize("where", ["nowhere?rows=24&columns=80", "%24%28reboot%29?rows=24&columns=80", "homes-1",
                                   "homes-1?rows=0&columns=80", "homes-1?rows=24&columns=100000",
                                   "homes-1?rows=%C2%B2&columns=80"])
def test_a_terminal_that_cannot_be_is_refused(console: Served, where: str) -> None:
    """With a reason; no shell is started."""
    with console.socket(f"terminal/{where}") as page:
        assert json.loads(page.recv(timeout=30))["error"]
        assert closing_code(page) == 1008
    assert console.twin.shells == []


@pytest.mark.parametrize("message", ["", "{", "[" * 60_000, '{"size": [0, 1]}', '{"size": "all"}', '{"taken": -1}',
                                     '{"taken": 1e400}', '{"taken": true}', '{"run": "reboot"}', "5", "null"])
def test_what_is_nothing_that_a_terminal_is_told_ends_it(console: Served, message: str) -> None:
    """With a reason; keys are bytes, so text is never typed."""
    with console.socket(SHELL) as page:
        page.send(message)
        assert json.loads(page.recv(timeout=30))["error"]
        assert closing_code(page) == 1008
    assert console.twin.shells[0].taken == 0


def test_a_paste_that_is_too_large_ends_it(console: Served) -> None:
    """Pages send less at once."""
    with console.socket(SHELL) as page:
        page.send(b"x" * (LARGEST + 1))
        assert closing_code(page) == 1009


@pytest.mark.parametrize("path", [SHELL, "trace?filter=udp"])
def test_other_pages_have_no_terminals_and_no_traces(console: Served, path: str) -> None:
    """Neither with a foreign Origin nor without the cookie."""
    for wrong in ({"origin": "http://evil.example"}, {"cookie": "twin-console-1=x"}):
        with pytest.raises(InvalidStatus) as refused:
            console.socket(path, **wrong).__enter__()
        assert refused.value.response.status_code == 403
    assert console.twin.shells == [] and console.twin.traces == []


def test_packets_of_a_filter_are_counted_by_span(console: Served) -> None:
    """The filter goes to the twin as it is; the trace ends with its page."""
    with console.socket("trace?filter=udp%20port%205060") as page:
        assert json.loads(page.recv(timeout=30)) == {"north-east": [3, 3]}
    assert console.twin.commands == [("trace", "udp port 5060")]


def test_what_is_no_filter_is_refused(console: Served) -> None:
    """With the reason."""
    with console.socket("trace?filter=udp%3B%20reboot") as page:
        assert "syntax error" in json.loads(page.recv(timeout=30))["error"]
        assert closing_code(page) == 1008
