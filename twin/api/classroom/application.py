"""A class as a web application: the instructor's page, the seats with their consoles, results and replays."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from twin.api.classroom.class_acts import class_act_of, event_of
from twin.api.classroom.class_folder import ClassFolder
from twin.api.classroom.lamps import Fidelities, Lamps, live_fidelities
from twin.api.classroom.permissions import Visit, refusal, works
from twin.api.classroom.results import class_results, results_csv, results_html
from twin.api.classroom.seat_page import SeatPage, seat_view
from twin.api.classroom.tiles import tiles
from twin.api.console.access import Access, Refusal, report_headers
from twin.api.console.application import NONCE, answered, done_as_asked
from twin.api.console.guard import POLICY_VIOLATION, Guard
from twin.api.console.page_files import PAGE, PageFile
from twin.api.training.desk import BeginAgain
from twin.api.training.replaying import replay, replay_json
from twin.core.errors import UsageError
from twin.core.records import to_plain
from twin.jobs.classroom.events import HandLowered, HandRaised

CLASS_PAGE = "class.html"
AGAIN_S = 0.5
"""How often it is looked whether twins have ended."""
TRY_AGAIN_LATER = 1013
"""Why a websocket is closed (IANA's registry of RFC 6455)."""


def class_application(rules: Access, held: ClassFolder, files: dict[str, PageFile],
                      fidelities: Fidelities = live_fidelities) -> ASGIApp:
    """The application of a class. files: of the pages, by their paths. fidelities: how a twin is followed."""
    pages = _ClassPages(held, files, fidelities)
    routes = [Route("/", pages.home), Route("/class/api/tiles", pages.tiles),
              Route("/class/api/results.csv", pages.csv), Route("/class/api/results.html", pages.html),
              Route("/class/api/replay/{seat}", pages.replay),
              Route("/class/api/acts", pages.act, methods=["POST"]), Route("/class/{path:path}", pages.file),
              Mount("/seat/{seat}", app=pages.seat)]
    return Guard(Starlette(routes=routes, lifespan=pages.lifespan), rules)


class _ClassPages:
    def __init__(self, held: ClassFolder, files: dict[str, PageFile], fidelities: Fidelities) -> None:
        self._held, self._files, grading = held, files, threading.Lock()
        self._lamps = Lamps(fidelities)
        self._pages = {seat: SeatPage(held, seat, files, grading) for seat in held.file.trainees}

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Close the consoles of twins that have ended, for as long as the application runs."""
        following = asyncio.create_task(self._follow())
        yield
        following.cancel()

    async def _follow(self) -> None:
        before: dict[str, tuple[bool, str]] = {}
        while True:
            now = {name: (seat.up, seat.taken_over) for name, seat in self._held.journal.state().seats.items()}
            for name in now.keys() & before.keys() & self._pages.keys():
                if before[name][0] and not now[name][0]:
                    self._pages[name].close()
                elif before[name][1] != now[name][1]:
                    self._pages[name].end_sockets(works=True)
            self._lamps.follow({name: self._held.twin_name(name) for name, (up, _) in now.items() if up})
            before = now
            await asyncio.sleep(AGAIN_S)

    def _instructor(self, connection: HTTPConnection) -> bool:
        return connection.scope["person"] in self._held.file.instructors

    async def home(self, request: Request) -> Response:
        """To one's own page."""
        place = "class/" if self._instructor(request) else f"seat/{self._held.seat_of(request.scope['person'])}/"
        return RedirectResponse(f"/{place}", 303)

    async def file(self, request: Request) -> Response:
        """The instructor's page."""
        if not self._instructor(request):
            return _refused(Refusal(403, "this is the page of the instructor"))
        return _page(self._files, request.path_params["path"] or CLASS_PAGE, request.scope["nonce"])

    async def tiles(self, request: Request) -> Response:
        """What is seen of all seats."""
        if not self._instructor(request):
            return _refused(Refusal(403, "this is the page of the instructor"))
        file, state = self._held.file, self._held.journal.state()
        return await answered(lambda: JSONResponse({
            "name": file.name, "exercise": file.exercise.rpartition("/")[2].removesuffix(".yaml"), "exam": file.exam,
            "instructor": request.scope["person"], "ended": state.ended,
            "tiles": to_plain(tiles(self._held, lamps=self._lamps)), "messages": to_plain(state.messages)}))

    async def act(self, request: Request) -> Response:
        """Do what an instructor asks for."""
        if not self._instructor(request):
            return _refused(Refusal(403, "this is the page of the instructor"))
        return await done_as_asked(request, lambda plain: self._perform(plain, request.scope["person"]))

    def _perform(self, plain: Any, instructor: str) -> None:
        act = class_act_of(plain)
        if act.seat not in {"", *self._pages}:
            raise UsageError(f'there is no seat "{act.seat}"')
        if (event := event_of(act, instructor)) is not None:
            self._held.journal.add(event)
        else:
            self._pages[act.seat].desk.perform(BeginAgain())

    async def csv(self, request: Request) -> Response:
        """The results as a file."""
        return await self._results(request, lambda: PlainTextResponse(
            results_csv(class_results(self._held)), media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{self._held.file.name}.csv"'}))

    async def html(self, request: Request) -> Response:
        """The results as a page."""
        return await self._results(request, lambda: HTMLResponse(
            results_html(class_results(self._held)), headers=report_headers()))

    async def replay(self, request: Request) -> Response:
        """The session of a seat, step by step."""
        def steps() -> Response:
            folder = self._held.session(request.path_params["seat"]).folder
            return Response(replay_json(replay(folder, reasons=True)), media_type="application/json")
        return await self._results(request, steps)

    async def _results(self, request: Request, call: Any) -> Response:
        if not self._instructor(request):
            return _refused(Refusal(403, "this is the page of the instructor"))
        return await answered(call)

    async def seat(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A seat: its own requests, and those of its console."""
        name, path = scope["path_params"]["seat"], scope["path"].removeprefix(scope["root_path"])
        state, person = self._held.journal.state(), scope["person"]
        own = self._held.seat_of(person) == name
        working = works(scope["type"], scope.get("method", ""), path)
        visit = Visit(person, person in self._held.file.instructors, own, working and path != "/api/hand")
        answer = _refusal_response(refusal(visit, state.seats.get(name)))
        if answer is None and path == "/api/seat":
            answer = JSONResponse(to_plain(seat_view(self._held, state, name, instructor=visit.instructor)))
        elif answer is None and path == "/api/hand":
            answer = await done_as_asked(Request(scope, receive), lambda plain: self._hand(name, plain))
        elif answer is None and not state.seats[name].up:
            answer = _without_twin(self._files, scope, path)
        if answer is None:
            await self._pages[name].serve(scope, receive, send, works=working)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(POLICY_VIOLATION if state.seats[name].up else TRY_AGAIN_LATER)
        else:
            await answer(scope, receive, send)

    def _hand(self, seat: str, plain: Any) -> None:
        self._held.journal.add(HandRaised(seat) if plain == {"raised": True} else HandLowered(seat))


def _without_twin(files: dict[str, PageFile], scope: Scope, path: str) -> Response:
    """What a seat that waits is answered: its page, and that there is nothing to see yet."""
    if path.startswith("/api/"):
        return JSONResponse({"error": "the twin of this seat is not up"}, 503)
    return _page(files, path.strip("/") or PAGE, scope["nonce"])


def _page(files: dict[str, PageFile], path: str, nonce: str) -> Response:
    file = files.get(path)
    if file is None:
        return JSONResponse({"error": "there is no such page"}, 404)
    content = file.content.replace(NONCE.encode(), nonce.encode()) if path.endswith(".html") else file.content
    return Response(content, media_type=file.media_type)


def _refusal_response(refused: Refusal | None) -> Response | None:
    return None if refused is None else _refused(refused)


def _refused(refused: Refusal) -> Response:
    return JSONResponse({"error": refused.reason}, refused.status)


