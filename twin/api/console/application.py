"""The console as a web application: its files, events, traces and terminals by websockets, commands, captures."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from twin.api.console.access import Access, report_headers
from twin.api.console.commands import IN_TRAINING, command_of, perform
from twin.api.console.guard import POLICY_VIOLATION, Guard
from twin.api.console.in_thread import in_thread
from twin.api.console.live_network import Attach
from twin.api.console.nodes.inspection import inspected
from twin.api.console.nodes.terminal_session import Ended, TerminalSession, size_of
from twin.api.console.nodes.trace_counts import OpenTrace
from twin.api.console.packet_stream import MEDIA_TYPE, open_packets, seconds_of
from twin.api.console.page_files import PAGE, PageFile
from twin.api.console.state.observation import Observation
from twin.api.console.stored_runs import comparison_of, report_of, stored_runs
from twin.api.training.desk import Desk, act_of
from twin.core.errors import TwinError, UsageError
from twin.core.records import to_plain
from twin.report.exposition.live_metrics import exposition
from twin.report.exposition.text_format import MEDIA_TYPE as EXPOSITION

LARGEST = 64 * 1024
"""The largest request of a page, bytes."""
INTERNAL_ERROR = 1011
"""Why a websocket is closed (RFC 6455, 7.4.1)."""
MOST_TERMINALS = 30
"""How many may be open at once, of all pages."""
NONCE = "{{nonce}}"
"""Stands in the page for the nonce of its scripts."""


def application(rules: Access, attach: Attach, files: dict[str, PageFile], runs: Path, desk: Desk | None = None
                ) -> ASGIApp:
    """The application of a console. files: the page's, by their paths. runs: the folder of stored runs. desk: of the
    exercise that is worked on, with its sheet."""
    return Guard(unguarded(attach, files, runs, desk), rules)


def unguarded(attach: Attach, files: dict[str, PageFile], runs: Path, desk: Desk | None) -> Starlette:
    """The application as `application`, for whoever guards it."""
    console = _Console(attach, files, runs, desk)
    routes = [Route("/api/sheet", console.sheet, methods=["GET"]), Route("/api/acts", console.act, methods=["POST"]),
              Route("/api/commands", console.command, methods=["POST"]), Route("/api/seat", console.seat),
              Route("/api/capture/{place}", console.capture, methods=["GET"]),
              Route("/api/inspection/{place}", console.inspection, methods=["GET"]),
              Route("/metrics", console.metrics, methods=["GET"]),
              Route("/api/runs", console.runs, methods=["GET"]),
              Route("/api/runs/{name}", console.report, methods=["GET"]),
              Route("/api/comparison", console.comparison, methods=["GET"]),
              Route("/{path:path}", console.file, methods=["GET"]),
              WebSocketRoute("/api/events", console.events), WebSocketRoute("/api/trace", console.trace),
              WebSocketRoute("/api/terminal/{node}", console.terminal)]
    return Starlette(routes=routes, lifespan=console.lifespan)


class _Console:
    def __init__(self, attach: Attach, files: dict[str, PageFile], runs: Path, desk: Desk | None) -> None:
        self._attach, self._files, self._runs, self._desk = attach, files, runs, desk
        self._observation: Observation | None = None
        self._terminals = 0

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Observe the twin for as long as the application runs."""
        sound = self._desk.session.drawn.sound if self._desk else None
        self._observation = Observation(self._attach, asyncio.get_running_loop(), sound)
        self._observation.begin()
        yield

    async def file(self, request: Request) -> Response:
        """A file of the page. Only those of the table are there, so that no path leads anywhere else."""
        file = self._files.get(request.path_params["path"] or PAGE)
        if file is None:
            return JSONResponse({"error": "there is no such page"}, 404)
        content = file.content
        if request.path_params["path"] in ("", PAGE):
            content = content.replace(NONCE.encode(), request.scope["nonce"].encode())
        return Response(content, media_type=file.media_type)

    async def metrics(self, _request: Request) -> Response:
        """What is seen now, for Prometheus."""
        assert self._observation is not None
        if (seen := self._observation.seen) is None:
            return JSONResponse({"error": "nothing has been seen of the twin yet, or it has ended"}, 503)
        return Response(exposition(self._observation.name, seen), media_type=EXPOSITION)

    async def capture(self, request: Request) -> Response:
        """The packets of a span or node as a file that grows."""
        place, query = request.path_params["place"], request.query_params
        try:
            seconds = seconds_of(query.get("seconds", "10"))
            stream = await in_thread(
                lambda: open_packets(self._attach, place, query.get("filter", ""), seconds))
        except TwinError as fault:
            return JSONResponse({"error": str(fault)}, 400 if isinstance(fault, UsageError) else 409)
        return StreamingResponse(stream.chunks(), media_type=MEDIA_TYPE,
                                 headers={"Content-Disposition": f'attachment; filename="{place}.pcap"'})

    async def inspection(self, request: Request) -> Response:
        """What stands in the kernel at a span or switch."""
        place = request.path_params["place"]
        return await answered(lambda: JSONResponse(to_plain(inspected(self._inspect(place)))))

    def _inspect(self, place: str) -> dict[str, str]:
        with self._attach() as twin:
            return twin.inspect(place)

    async def runs(self, _request: Request) -> Response:
        """The runs that are stored."""
        return await answered(lambda: JSONResponse({"runs": to_plain(stored_runs(self._runs))}))

    async def report(self, request: Request) -> Response:
        """The report of a stored run."""
        name = request.path_params["name"]
        return await answered(lambda: HTMLResponse(report_of(self._runs, name), headers=report_headers()))

    async def comparison(self, request: Request) -> Response:
        """Two stored runs target by target."""
        before, after = (request.query_params.get(side, "") for side in ("before", "after"))
        return await answered(lambda: Response(comparison_of(self._runs, before, after),
                                                media_type="application/json"))

    async def command(self, request: Request) -> Response:
        """Do what a page asks for."""
        return await done_as_asked(request, self._perform)

    def _perform(self, plain: Any) -> None:
        command = command_of(plain)
        if self._desk and not isinstance(command, IN_TRAINING):
            raise UsageError("in an exercise this is changed on its sheet alone")
        with self._attach() as twin:
            perform(twin, command)

    async def sheet(self, _request: Request) -> Response:
        """The sheet of the exercise; an empty object where none is worked on."""
        desk = self._desk
        return await answered(lambda: JSONResponse(to_plain(desk.view()) if desk else {}))

    async def seat(self, _request: Request) -> Response:
        """The seat in a class; a class answers this itself, so that here there is none."""
        return JSONResponse({})

    async def act(self, request: Request) -> Response:
        """Do what the sheet asks for."""
        if (desk := self._desk) is None:
            return JSONResponse({"error": "no exercise is worked on here"}, 409)
        return await done_as_asked(request, lambda plain: desk.perform(act_of(plain)))

    async def events(self, socket: WebSocket) -> None:
        """A snapshot, then differences; a page that is slow gets the newest state, whatever was between."""
        assert self._observation is not None
        await socket.accept()
        await _until_one_ends(_listen(socket), send_states(socket, self._observation))

    async def trace(self, socket: WebSocket) -> None:
        """The packets of a filter by span, as often as they are counted; the newest counts for a slow page."""
        await socket.accept()
        try:
            trace = await in_thread(lambda: OpenTrace(self._attach, socket.query_params.get("filter", "")))
            with contextlib.closing(trace):
                await _until_one_ends(_listen(socket), _send_counts(socket, trace))
        except TwinError as fault:
            await _refuse(socket, fault)

    async def terminal(self, socket: WebSocket) -> None:
        """A shell in a node: bytes both ways, and what a page says of its terminal as JSON."""
        await socket.accept()
        if self._terminals >= MOST_TERMINALS:
            await _refuse(socket, UsageError(f"{MOST_TERMINALS} terminals are open; close one first"))
            return
        self._terminals += 1
        try:
            query, node = socket.query_params, socket.path_params["node"]
            size = size_of(query.get("rows"), query.get("columns"))
            session = await in_thread(lambda: TerminalSession(self._attach, node, size))
            with contextlib.closing(session):
                await _until_one_ends(_send_output(socket, session), _receive_keys(socket, session))
        except TwinError as fault:
            await _refuse(socket, fault)
        finally:
            self._terminals -= 1


async def done_as_asked(request: Request, perform_plain: Callable[[Any], None]) -> Response:
    """Do what the JSON of a request asks for; an empty object, or why it is refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return JSONResponse({"error": "commands are JSON"}, 415)
    body = await _limited(request)
    if body is None:
        return JSONResponse({"error": f"a command has at most {LARGEST} bytes"}, 413)

    def perform_body() -> Response:
        try:
            plain = json.loads(body)
        except (ValueError, RecursionError) as fault:
            raise UsageError(f"this is not JSON: {fault}") from fault
        perform_plain(plain)
        return JSONResponse({})
    return await answered(perform_body)


async def answered(call: Callable[[], Response]) -> Response:
    """What the call answers, made in a thread; or why it is refused."""
    try:
        return await in_thread(call)
    except TwinError as fault:
        return JSONResponse({"error": str(fault)}, 400 if isinstance(fault, UsageError) else 409)


async def _until_one_ends(*tasks: Coroutine[Any, Any, None]) -> None:
    """Do them at the same time until one has ended. Raises what that one raised, save that the page has gone."""
    done, waiting = await asyncio.wait([asyncio.create_task(task) for task in tasks],
                                       return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    for task in done:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            task.result()


async def _refuse(socket: WebSocket, fault: TwinError) -> None:
    """Say why nothing more comes, and close."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json({"error": str(fault)})
        await socket.close(POLICY_VIOLATION if isinstance(fault, UsageError) else INTERNAL_ERROR)


async def _send_counts(socket: WebSocket, trace: OpenTrace) -> None:
    async for counts in trace.begin():
        await socket.send_json(counts)


async def _send_output(socket: WebSocket, session: TerminalSession) -> None:
    async for item in session.begin():
        if isinstance(item, Ended):
            await socket.send_json({"exit_status": item.exit_status})
            await socket.close()
            return
        await socket.send_bytes(item)


async def _receive_keys(socket: WebSocket, session: TerminalSession) -> None:
    while (event := await socket.receive())["type"] != "websocket.disconnect":
        if event.get("bytes") is not None:
            session.typed(event["bytes"])
        else:
            session.heed(event.get("text") or "")


class Receiver(Protocol):
    """Where texts are sent; waiting until it takes one."""

    async def send_text(self, data: str) -> None:
        """Send it."""


async def send_states(socket: Receiver, observation: Observation) -> None:
    """A snapshot, then the difference to the newest state whenever the page has taken what was sent before."""
    seen = None
    while True:
        newest = await observation.newer(seen)
        await socket.send_text(observation.text(seen, newest))
        seen = newest


async def _listen(socket: WebSocket) -> None:
    """A page says nothing here: whoever does is sent away."""
    event = await socket.receive()
    if event["type"] != "websocket.disconnect":
        await socket.close(POLICY_VIOLATION)


async def _limited(request: Request) -> bytes | None:
    """The body of a request, None where it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return body
