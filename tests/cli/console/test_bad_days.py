"""Bad days of the console: many tabs, tabs that read nothing or sleep, floods of output, ends of every kind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from tests.cli.console.served import Served, served
from tests.cli.console.views import BLUEPRINT, NETWORK, WITHOUT_QOS, seen
from twin.api.console.application import send_states
from twin.api.console.fake_live_network import FakeLiveNetwork
from twin.api.console.serving import terminating
from twin.api.console.state.differences import applied
from twin.api.console.state.observation import Observation
from twin.core.errors import EmulationError
from twin.judge.live.view import View

TABS, STATES = 100, 30
SNAPSHOTS = 30
"""Of some 20 kB each, as the twin is built anew before each."""


@pytest.fixture
def console() -> Iterator[Served]:
    """A console of its own for each test."""
    with served() as up:
        yield up


def received(page: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(page.recv(timeout=60))
    return message


def newest(page: ClientConnection, size: int) -> dict[str, Any]:
    """The state once it shows a load of `size` bytes in a second."""
    state: dict[str, Any] = {}
    while state.get("spans", {}).get("north-east", {}).get("forth", {}).get("rates") != {"voice": size * 8.0}:
        message = received(page)
        state = message["state"] if message["kind"] == "snapshot" else applied(state, message["change"])
    return state


def test_none_of_a_hundred_tabs_is_starved(console: Served) -> None:
    """Each comes to the newest state, from one observation of the twin."""
    with ExitStack() as open_pages:
        pages = [open_pages.enter_context(console.socket()) for _ in range(TABS)]
        for number in range(1, STATES + 1):
            console.twin.views.put(seen(size=1000 * number))
        states = [newest(page, 1000 * STATES) for page in pages]
    assert all(state == states[0] for state in states) and console.twin.watched == 1


@dataclass
class Sleeper:
    """A tab that takes one message, sleeps while the twin has these views, and then takes another."""

    observation: Observation
    twin: FakeLiveNetwork
    views: Sequence[View]
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def send_text(self, data: str) -> None:
        """Take it; the second is the last."""
        self.messages.append(json.loads(data))
        if len(self.messages) == 2:
            raise asyncio.CancelledError
        for view in self.views:
            self.twin.views.put(view)
        while (newest := await self.observation.newer(None)).number <= len(self.views):
            await self.observation.newer(newest)


async def _slept(twin: FakeLiveNetwork, views: Sequence[View]) -> Sleeper:
    observation = Observation(lambda: twin, asyncio.get_running_loop())
    observation.begin()
    sleeper = Sleeper(observation, twin, views)
    with contextlib.suppress(asyncio.CancelledError):
        await send_states(sleeper, observation)
    return sleeper


def test_a_tab_that_slept_gets_the_newest_state_and_no_backlog() -> None:
    """One message leads from what it has seen to what is there."""
    twin = FakeLiveNetwork(NETWORK, BLUEPRINT)
    before, *later = (replace(seen(size=1000 * number), at=number) for number in range(1, 10 * STATES + 1))
    twin.views.put(before)
    first, second = asyncio.run(_slept(twin, later)).messages
    assert first["kind"] == "snapshot" and (first["number"], second["number"]) == (1, 10 * STATES)
    assert applied(first["state"], second["change"])["at"] == 10 * STATES


def test_a_tab_that_reads_nothing_gets_the_newest_state_and_no_backlog(console: Served) -> None:
    """What it has not read fills what the kernel and the server hold for it and no more; others get every state."""
    with console.narrow_socket() as stopped, console.socket() as reading:
        for number in range(1, SNAPSHOTS + 1):
            view = seen(size=1000 * number)
            console.twin.views.put(replace(view, blueprint=WITHOUT_QOS) if number % 2 else view)
            newest(reading, 1000 * number)
        held = 1
        while received(stopped)["state"]["spans"]["north-east"]["forth"]["rates"] != {"voice": 8000.0 * SNAPSHOTS}:
            held += 1
    assert held < SNAPSHOTS * 2 / 3


def test_a_lab_that_dies_is_said_to_every_tab_and_to_those_that_come_later(console: Served) -> None:
    """The last state stays, commands and terminals are refused with the reason, the page is still served."""
    with console.socket() as page:
        received(page)
        console.twin.views.put(EmulationError('the twin "fake" ended with status 137'))
        assert received(page)["change"]["ended"] == 'the twin "fake" ended with status 137'
    assert console.request("GET", "/main.js", console.headers).status == 200
    with console.socket() as late:
        assert received(late)["state"]["ended"]


def test_closing_pages_ends_nothing(console: Served) -> None:
    """However they close: with a farewell, or cut off; the next one is served as before."""
    for _ in range(3):
        with console.socket() as page:
            received(page)
        cut_off = console.socket().__enter__()
        cut_off.socket.shutdown(socket.SHUT_RDWR)
    with console.socket() as page:
        assert received(page)["kind"] == "snapshot"
    assert console.twin.commands == [] and console.twin.watched == 1


def test_two_people_cut_the_same_span(console: Served) -> None:
    """The second is told why not, as the twin says it."""
    command = {"kind": "cut", "name": "north-east"}
    assert console.command(command).status == 200
    refused = console.command(command)
    assert refused.status == 400 and "broken already" in json.loads(refused.body)["error"]
    assert console.twin.commands == [("cut", "north-east")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_console_that_a_shell_has_put_into_the_background_is_ended_by_signals(number: signal.Signals) -> None:
    """Such a shell lets SIGINT be ignored; a signal that came before the server listens to it was lost."""
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt), terminating():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)
