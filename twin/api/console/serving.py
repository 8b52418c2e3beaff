"""Serves a console on the loopback address until it is interrupted."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from twin.api.console.access import Access
from twin.api.console.application import LARGEST, application
from twin.api.console.live_network import Attach
from twin.api.console.page_files import page_files
from twin.api.training.desk import Desk
from twin.core.errors import UsageError

LOOPBACK = "127.0.0.1"
SEND_BUFFER = 2**16
"""Bytes that the kernel holds for a page that does not read. By itself it would hold megabytes: minutes of states, all
of which the page would have to go through before it shows what there is now."""


def serve(attach: Attach, port: int, runs: Path, on_ready: Callable[[str], None], desk: Desk | None = None) -> None:
    """Serve the console of a twin until SIGINT or SIGTERM. port: 0 for a free one. runs: the folder of stored runs.
    on_ready: gets the address. desk: of the exercise that is worked on.

    Raises UsageError where the port is in use.
    """
    with listening(port) as listener, contextlib.suppress(KeyboardInterrupt), terminating():
        rules = Access(listener.getsockname()[1], secrets.token_urlsafe(32))
        on_ready(rules.address)
        server(application(rules, attach, page_files(), runs, desk)).run(sockets=[listener])


@contextlib.contextmanager
def terminating() -> Iterator[None]:
    """Let SIGTERM and SIGINT, which uvicorn raises again at its end, be interruptions, so that whoever called can clean
    up; also before uvicorn listens to them, where a shell has started this in the background and let SIGINT be ignored.
    """
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def server(served: Callable[..., Any], tls: tuple[Path, Path] | None = None) -> uvicorn.Server:
    """The server of an application, to be run on a socket that listens. tls: certificate and key, PEM."""
    return uvicorn.Server(uvicorn.Config(
        served, ws="websockets-sansio", ws_max_size=LARGEST,
        ws_per_message_deflate=False, log_level="critical", access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=1, ssl_certfile=tls and str(tls[0]), ssl_keyfile=tls and str(tls[1])))


def listening(port: int, address: str = LOOPBACK) -> socket.socket:
    """A socket that listens on an address of this machine. Raises UsageError where the port is in use."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # its connections inherit it
    try:
        listener.bind((address, port))
        listener.listen()
    except OSError as fault:
        listener.close()
        raise UsageError(f"--port: {port} cannot be used on {address}: {fault.strerror}; choose another, or 0 for a "
                         "free one") from fault
    return listener
