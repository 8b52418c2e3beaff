"""Opens the console of a live twin: the way of the library and of the command line into this folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from twin.api.live.live_twin import attach
from twin.api.training.desk import Desk
from twin.api.training.session import session_of
from twin.core.errors import CannotRun

__all__ = ["serve_console"]

NEEDED = ("starlette", "uvicorn", "websockets")


def serve_console(twin: str, *, port: int = 0, runs: Path = Path("runs"),
                  on_ready: Callable[[str], None] = print) -> None:
    """Serve the console of the twin of that name on the loopback address until it is interrupted; the twin goes on.

    port: 0 for a free one. runs: the folder of the runs that the page lists. on_ready: gets the address, which holds
    the secret that opens it. Raises UsageError where there is no such twin or the port is in use, CannotRun where the
    packages of the console are missing. The twin of an exercise comes with its sheet.
    """
    require_packages()
    from twin.api.console.serving import serve

    with attach(twin) as up:  # refused now rather than on the page
        session = session_of(up)
    serve(lambda: attach(twin), port, runs, on_ready, Desk(session) if session else None)


def require_packages() -> None:
    """Raise CannotRun where the packages that serve pages are missing."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise CannotRun(f"the console needs {', '.join(missing)}", "pip install 'metro-twin[console]'")
