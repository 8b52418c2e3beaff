"""Stands before the console's application: lets pass what the rules of access allow, and adds the security headers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from twin.api.console import access
from twin.api.console.access import Access, Refusal, security_headers

POLICY_VIOLATION = 1008
"""Why a websocket is closed (RFC 6455, 7.4.1)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets pass what the rules allow, says whose it is (scope "person"), and adds the headers to every response."""

    inner: ASGIApp
    rules: Access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
            return
        scope["nonce"] = secrets.token_urlsafe(16)
        answer = self._answer(HTTPConnection(scope))
        if answer is None:
            await self.inner(scope, receive, _with_headers(send, scope["nonce"]))
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(POLICY_VIOLATION)
        else:
            await answer(scope, receive, _with_headers(send, scope["nonce"]))

    def _answer(self, connection: HTTPConnection) -> Response | None:
        """What is answered at once: a refusal, or the cookie for the token; None where the request may pass."""
        headers, token = connection.headers, connection.query_params.get("token")
        reading = connection.scope["type"] == "http" and connection.scope["method"] in ("GET", "HEAD")
        request = access.Request(headers.get("host", ""), headers.get("origin"), headers.get("cookie", ""),
                                 changes=not reading, authorization=headers.get("authorization", ""))
        if token is not None and reading:
            refusal = self.rules.misplaced(request)
            if refusal is None and self.rules.person(token) is not None:
                return RedirectResponse("/", 303, {"Set-Cookie": self.rules.set_cookie(token)})
        refusal = self.rules.refusal(request)
        connection.scope["person"] = self.rules.person(self.rules.token_of(request))
        return None if refusal is None else _refused(refusal)


def _refused(refusal: Refusal) -> Response:
    return JSONResponse({"error": refusal.reason}, refusal.status)


def _with_headers(send: Send, nonce: str) -> Send:
    headers = {name.lower().encode(): value.encode() for name, value in security_headers(nonce).items()}

    async def sending(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            own = {name for name, _ in event["headers"]}
            added = [(name, value) for name, value in headers.items() if name not in own]
            event = {**event, "headers": [*event["headers"], *added]}
        await send(event)
    return sending  # type: ignore[return-value]
