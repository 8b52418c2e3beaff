"""One observer of a twin for all pages: a thread that watches it, and the newest state for everybody who waits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from dataclasses import dataclass, field

from twin.api.console.live_network import Attach, LiveNetwork
from twin.api.console.state.differences import Json, difference
from twin.api.console.state.page_plan import page_plan
from twin.api.console.state.page_state import PageState, ended, next_state, plain_state
from twin.core.errors import TwinError
from twin.core.records import to_plain
from twin.judge.live.view import View
from twin.plan.blueprint import Blueprint

SECONDS = 10.0
"""Over how long flows are seen."""


@dataclass(frozen=True, slots=True)
class Observed:
    """number: of the state, counted from 1. plan, state: as JSON."""

    number: int
    plan: dict[str, Json]
    state: dict[str, Json]


def message(before: Observed | None, now: Observed) -> dict[str, Json]:
    """What a page that has seen `before` (None: nothing) is sent, to have seen `now`."""
    if before is None or before.plan is not now.plan:
        return {"kind": "snapshot", "number": now.number, "plan": now.plan, "state": now.state}
    return {"kind": "difference", "number": now.number, "change": difference(before.state, now.state)}


def _json(plain: dict[str, Json]) -> str:
    return json.dumps(plain, separators=(",", ":"))


@dataclass
class Observation:
    """What is known of a twin. Run `watch` in a thread; wait for `newer` in the event loop `loop`. name: of the twin.
    seen: the last view of it, none once it has ended. planned: what pages are shown as planned, where that is not what
    the twin was built by, as in an exercise."""

    attach: Attach
    loop: asyncio.AbstractEventLoop
    planned: Blueprint | None = None
    newest: Observed | None = None
    name: str = ""
    seen: View | None = None
    _texts: dict[int, str] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _last: Observed | None = None
    _state: PageState = PageState()

    def begin(self) -> None:
        """Start to watch, in a thread that ends with the twin or with this process."""
        threading.Thread(target=self.watch, name="console-observation", daemon=True).start()

    async def newer(self, than: Observed | None) -> Observed:
        """The newest state, as soon as there is one that is newer."""
        while self.newest is None or self.newest is than:
            await self._changed.wait()
        return self.newest

    def text(self, before: Observed | None, now: Observed) -> str:
        """The message for a page as JSON, written once for all that have seen the same; now: the newest state."""
        number = before.number if before else 0
        if now is not self.newest:
            return _json(message(before, now))
        if number not in self._texts:
            self._texts[number] = _json(message(before, now))
        return self._texts[number]

    def watch(self) -> None:
        """Follow the twin until it ends."""
        try:
            with self.attach() as twin:
                self._follow(twin)
        except TwinError as fault:
            self._end(str(fault))
        except Exception as fault:  # Whatever it is: a page that stands still and says nothing looks like a sound twin.
            self._end(f"internal error of the console ({type(fault).__name__}: {fault}); the twin goes on; "
                      "start the console again, and please report it")

    def _end(self, reason: str) -> None:
        self.seen = None
        self._publish(self._last.plan if self._last else {}, ended(self._state, reason))

    def _follow(self, twin: LiveNetwork) -> None:
        blueprint, plan = None, dict[str, Json]()
        self.name = twin.name
        for seen in twin.watch(SECONDS, every_reading=True):
            if seen.blueprint is not blueprint:
                blueprint = seen.blueprint
                plan = to_plain(page_plan(twin.name, twin.network(), self.planned or blueprint))
            state = next_state(self._state, seen, time.time_ns(), self.seen)
            self.seen = seen
            self._publish(plan, state)

    def _publish(self, plan: dict[str, Json], state: PageState) -> None:
        number, plain = (self._last.number, self._last.state) if self._last else (0, {})
        self._last = Observed(number + 1, plan, plain_state(state, self._state, plain))
        self._state = state
        with contextlib.suppress(RuntimeError):  # The console has ended meanwhile.
            self.loop.call_soon_threadsafe(self._replace, self._last)

    def _replace(self, observed: Observed) -> None:
        self.newest, self._texts = observed, {}
        self._changed.set()
        self._changed = asyncio.Event()
