"""The console's server with a fake twin: what it serves and refuses, snapshot and differences, commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tests.cli.console.served import SECRET, Served, served
from tests.cli.console.views import WITHOUT_QOS, seen
from tests.report.exposition.exposition_reader import read
from twin.api.console.application import LARGEST
from twin.api.console.state.differences import applied
from twin.core.errors import EmulationError


@pytest.fixture
def console() -> Iterator[Served]:
    """A console of its own for each test."""
    with served() as up:
        yield up


def received(page: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(page.recv(timeout=30))
    return message


def test_the_printed_address_opens_the_page(console: Served) -> None:
    """It is exchanged for a cookie, and leaves the address bar; every answer has the security headers."""
    first = console.request("GET", f"/?token={SECRET}", {})
    assert (first.status, first.headers["location"]) == (303, "/")
    cookie, *_ = first.headers["set-cookie"].split(";")
    page = console.request("GET", "/", {"Cookie": cookie})
    nonce = page.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert page.status == 200 and f'nonce="{nonce}"' in page.body.decode()
    assert nonce not in console.request("GET", "/", {"Cookie": cookie}).body.decode()
    assert first.headers["referrer-policy"] == "no-referrer" and "server" not in page.headers


@pytest.mark.parametrize("path", ["/", "/main.js", "/api/commands", "/api/events", "/?token=", "/?token=wrong"])
def test_nothing_is_served_without_the_secret(console: Served, path: str) -> None:
    """Not even the page's own files."""
    assert console.request("GET", path, {}).status == 403


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "evil.example:80"}])
def test_a_foreign_host_is_refused_even_with_the_secret(console: Served, headers: dict[str, str]) -> None:
    """Under rebinding the address is ours, the name is the attacker's."""
    assert console.request("GET", f"/?token={SECRET}", headers).status == 421
    assert console.request("GET", "/", {**console.headers, **headers}).status == 421


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/..%2f..%2fetc/passwd", "//etc/passwd", "/vendor/../en.json",
                                  "/page_files.py", "/vendor/preact.LICENSE.txt", "/%00"])
def test_a_path_leads_nowhere_else(console: Served, path: str) -> None:
    """Only the files of the page are there."""
    assert console.request("GET", path, console.headers).status == 404


def test_a_page_gets_a_snapshot_and_then_differences(console: Served) -> None:
    """Which lead to the newest state."""
    with console.socket() as page:
        first = received(page)
        assert first["kind"] == "snapshot" and first["plan"]["network"] == "minimal"
        console.twin.views.put(seen(broken=("north-east",), size=25_000))
        second = received(page)
    assert second["kind"] == "difference" and second["number"] == first["number"] + 1
    assert set(second["change"]) == {"broken", "spans", "log"}
    state = applied(first["state"], second["change"])
    assert state["broken"] == ["north-east"]
    assert state["spans"]["north-east"]["forth"]["rates"] == {"voice": 200_000.0}


def test_the_twin_is_watched_once_however_many_look(console: Served) -> None:
    """Ten pages, one observer; each gets every state that it waits for."""
    with ExitStack() as open_pages:
        pages = [open_pages.enter_context(console.socket()) for _ in range(10)]
        assert {received(page)["kind"] for page in pages} == {"snapshot"}
        console.twin.views.put(seen(broken=("north-east",)))
        assert {json.dumps(received(page)["change"]["broken"]) for page in pages} == {'["north-east"]'}
    assert console.twin.watched == 1


def test_a_twin_that_is_built_anew_is_a_new_snapshot(console: Served) -> None:
    """Its plan is another."""
    with console.socket() as page:
        assert received(page)["plan"]["policy"] == "strict"
        console.twin.views.put(replace(seen(), blueprint=WITHOUT_QOS))
        again = received(page)
    assert (again["kind"], again["plan"]["policy"]) == ("snapshot", "none")


def test_the_end_of_the_twin_is_shown(console: Served) -> None:
    """The last state stays, with the reason; pages that come later see it, too."""
    with console.socket() as page:
        received(page)
        console.twin.views.put(EmulationError('the twin "fake" is gone'))
        assert received(page)["change"] == {"ended": 'the twin "fake" is gone'}
    with console.socket() as page:
        assert received(page)["state"]["ended"] == 'the twin "fake" is gone'


def test_a_fault_of_the_console_is_told(console: Served) -> None:
    """Nobody looks at a page that stands still and takes its twin for sound."""
    with console.socket() as page:
        received(page)
        console.twin.views.put(ValueError("nobody has foreseen this"))
        assert received(page)["change"] == {
            "ended": "internal error of the console (ValueError: nobody has foreseen this); the twin goes on; start "
                     "the console again, and please report it"}


@pytest.mark.parametrize("wrong", [{"origin": "http://evil.example"}, {"cookie": "twin-console-1=x"}])
def test_a_websocket_of_another_page_is_refused(console: Served, wrong: dict[str, str]) -> None:
    """Before it is opened."""
    with pytest.raises(InvalidStatus) as refused:
        console.socket(**wrong).__enter__()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("message", ["{}", b"\x00\xff", "x" * (2 * LARGEST)])
def test_whoever_speaks_on_the_websocket_is_sent_away(console: Served, message: str | bytes) -> None:
    """Text, binary and oversized messages alike; other pages go on."""
    with console.socket() as other, console.socket() as page:
        received(other)
        received(page)
        page.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=30)
        assert closed.value.rcvd is not None and closed.value.rcvd.code in (1008, 1009)
        console.twin.views.put(seen(broken=("north-east",)))
        assert received(other)["kind"] == "difference"


def test_commands_are_done(console: Served) -> None:
    """Each goes to the twin as it was asked for."""
    wanted = [{"kind": "cut", "name": "north-east"}, {"kind": "restore", "name": "north-east"},
              {"kind": "cut", "name": "west", "node": True}, {"kind": "restore", "name": "west", "node": True},
              {"kind": "degrade", "span": "north-east", "rate": "10 Mbit/s", "loss": "1 %"},
              {"kind": "change-profile", "line": "homes-1", "profile": "dsl-2m"},
              {"kind": "start-load", "names": ["call", "data"]}, {"kind": "stop-load", "names": ["all"]},
              {"kind": "use-policy", "policy": "none"}, {"kind": "reset"}]
    assert [console.command(command).status for command in wanted] == [200] * len(wanted)
    assert console.twin.commands == [
        ("cut", "north-east"), ("restore", "north-east"), ("cut", "west", "node"), ("restore", "west", "node"),
        ("degrade", "north-east", "rate 10 Mbit/s", "loss 1 %"), ("change-profile", "homes-1", "dsl-2m"),
        ("start-load", "call", "data"), ("stop-load", "all"),
        ("use-policy", "none"), ("reset",)]


def test_packets_are_captured_until_the_time_is_over(console: Served) -> None:
    """As a file to be kept, after the place; the filter goes to the twin as it is. Then the capture is closed."""
    answer = console.request("GET", "/api/capture/north-east?seconds=1&filter=udp%20port%205060", console.headers)
    assert (answer.status, answer.body) == (200, b"firstsecond")
    assert answer.headers["content-disposition"] == 'attachment; filename="north-east.pcap"'
    assert console.twin.commands == [("capture", "north-east", "udp port 5060")]
    assert console.twin.captures[0].stopped


@pytest.mark.parametrize("query", ["nowhere", "%24%28reboot%29", "north-east?seconds=0", "north-east?seconds=601",
                                   "north-east?seconds=ten", "north-east?seconds=%C2%B2"])
def test_a_capture_that_cannot_be_is_refused(console: Served, query: str) -> None:
    """With a reason, and nothing is begun."""
    answer = console.request("GET", f"/api/capture/{query}", console.headers)
    assert answer.status == 400 and json.loads(answer.body)["error"] and console.twin.captures == []


@pytest.mark.parametrize("command", [
    {"kind": "cut", "name": "$(reboot)"}, {"kind": "use-policy", "policy": "; ls"}, {"kind": "run", "name": "x"}, {},
    {"kind": "cut"}, {"kind": "cut", "name": ["north-east"]}, {"kind": "cut", "name": 1, "more": 2}, "cut", 5, None,
    {"kind": "start-load", "names": "all"}, {"kind": "start-load", "names": [1]}, {"kind": ["cut"]},
    {"kind": "cut", "name": "north-east", "node": "yes"},
])
def test_what_is_no_command_is_refused_and_not_done(console: Served, command: object) -> None:
    """With a reason; the twin hears nothing of it."""
    answer = console.command(command)
    assert answer.status == 400 and json.loads(answer.body)["error"]
    assert console.twin.commands == []


def test_a_command_is_small_json_of_our_own_page(console: Served) -> None:
    """No form of another site, no body without end, no nonsense."""
    body = b'{"command": {"kind": "reset"}}'
    form = {**console.headers, "Content-Type": "text/plain"}
    assert console.request("POST", "/api/commands", form, body).status == 415
    assert console.request("POST", "/api/commands", console.headers, body.ljust(LARGEST + 1)).status == 413
    assert console.request("POST", "/api/commands", console.headers, b"\xff{").status == 400
    assert console.request("POST", "/api/commands", console.headers, b"[" * 60_000).status == 400
    foreign = {**console.headers, "Origin": "http://evil.example"}
    assert console.request("POST", "/api/commands", foreign, body).status == 403
    unsaid = {name: value for name, value in console.headers.items() if name != "Origin"}
    assert console.request("POST", "/api/commands", unsaid, body).status == 403
    assert console.request("PUT", "/api/commands", console.headers, body).status == 405
    assert console.twin.commands == []


def test_metrics_are_scraped_with_the_secret_alone(console: Served) -> None:
    """In Prometheus' text format, once something has been seen; nobody else gets any."""
    with console.socket() as page:
        received(page)
    scraped = console.request("GET", "/metrics", {"Host": console.host, "Authorization": f"Bearer {SECRET}"})
    assert scraped.status == 200 and scraped.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert read(scraped.body.decode())["twin_info"].samples == {
        frozenset({("twin", "fake"), ("network", "minimal"), ("policy", "strict")}): 1}
    assert console.request("GET", "/metrics", {"Host": console.host}).status == 403
    foreign = {"Host": "evil.example", "Authorization": f"Bearer {SECRET}"}
    assert console.request("GET", "/metrics", foreign).status == 421
