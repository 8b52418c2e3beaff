"""The console of one seat while its twin is up, and what its page is told when it is not."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from twin.api.classroom.class_folder import ClassFolder
from twin.api.console.application import unguarded
from twin.api.console.page_files import PageFile
from twin.api.live.live_twin import attach
from twin.api.training.desk import Desk
from twin.jobs.classroom.seats import ClassState

NOWHERE = Path("no-runs")
"""A class shows no stored runs."""


@dataclass(frozen=True, slots=True)
class SeatView:
    """What a page is told of its seat. place: in the queue, from 1; of: how many wait. looks_on: of an instructor."""

    name: str
    trainees: tuple[str, ...]
    state: str
    place: int
    of: int
    hand: bool
    taken_over: str
    messages: tuple[str, ...]
    looks_on: bool
    ended: bool


def seat_view(held: ClassFolder, state: ClassState, name: str, *, instructor: bool) -> SeatView:
    """What is so now."""
    seat, queue = state.seats[name], state.queue()
    place = queue.index(name) + 1 if name in queue else 0
    return SeatView(
        name=name, trainees=tuple(held.file.trainees[name]), state=seat.state.value, place=place, of=len(queue),
        hand=seat.hand, taken_over=seat.taken_over, messages=state.messages_to(name), looks_on=instructor,
        ended=state.ended)


class SeatPage:
    """The console of a seat: made when its twin comes up, closed with its sockets when that ends."""

    def __init__(self, held: ClassFolder, name: str, files: dict[str, PageFile], grading: threading.Lock) -> None:
        self._held, self._name, self._files = held, name, files
        self.desk = Desk(held.session(name), grading)
        self._console: ASGIApp | None = None
        self._sockets: dict[asyncio.Task[None], bool] = {}

    async def opened(self) -> ASGIApp:
        """Its console."""
        if self._console is None:
            twin = self._held.twin_name(self._name)
            console = unguarded(lambda: attach(twin), self._files, NOWHERE, self.desk)
            await AsyncExitStack().enter_async_context(console.router.lifespan_context(console))
            self._console = console
        return self._console

    def close(self) -> None:
        """The twin has ended: pages connect again with the next one."""
        self._console = None
        self.end_sockets()

    def end_sockets(self, *, works: bool = False) -> None:
        """End the sockets of pages; works: those alone by which somebody works."""
        for task, working in [*self._sockets.items()]:
            if working or not works:
                task.cancel()

    async def serve(self, scope: Scope, receive: Receive, send: Send, *, works: bool) -> None:
        """Serve a request, a socket as long as it may live."""
        console = await self.opened()
        if scope["type"] != "websocket":
            await console(scope, receive, send)
            return
        task = asyncio.ensure_future(_as_coroutine(console, scope, receive, send))
        self._sockets[task] = works
        try:
            with suppress(asyncio.CancelledError):
                await task
        finally:
            task.cancel()
            del self._sockets[task]


async def _as_coroutine(console: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await console(scope, receive, send)
