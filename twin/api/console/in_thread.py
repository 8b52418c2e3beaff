"""Calls that wait, made from the event loop: each in a thread of its own, which does not hold up the console's end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(call: Callable[[], Result]) -> Result:
    """What the call returns, or raises. If this is cancelled, the call goes on, and what comes of it is forgotten."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Result] = loop.create_future()

    def made() -> None:
        try:
            result = call()
        except BaseException as fault:  # Whatever it is, it belongs to whoever waits.
            _later(loop, outcome, lambda error=fault: outcome.set_exception(error))  # type: ignore[misc]
        else:
            _later(loop, outcome, lambda: outcome.set_result(result))

    threading.Thread(target=made, name="console-call", daemon=True).start()
    return await outcome


def _later(loop: asyncio.AbstractEventLoop, outcome: asyncio.Future[Result], settle: Callable[[], None]) -> None:
    """Settle it in its loop, where both are still there."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(lambda: None if outcome.done() else settle())
