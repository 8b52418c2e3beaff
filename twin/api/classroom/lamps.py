"""Whether what the twins of a class show can be trusted: a thread for each follows it and keeps the last answer.

A twin that gets no processor is late, and one that stands still says nothing: both are seen here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from twin.api.live.live_twin import attach
from twin.core.errors import TwinError
from twin.core.units import NS_PER_S
from twin.judge.live.fidelity import STALE, Fidelity, Trust

Fidelities = Callable[[str], Iterable[Fidelity]]
"""What is known of the twin of that name, each time that it tells something."""
SILENT_S = STALE / NS_PER_S
"""Seconds after which a twin of which nothing is heard is not trusted any more."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """What is known of a twin. lateness: of the latest timer, ns. reasons: why it is not trusted."""

    trust: Trust
    lateness: int
    reasons: tuple[str, ...]


def live_fidelities(name: str) -> Iterator[Fidelity]:
    """What is known of a live twin of this machine, each time that it tells something, until it ends."""
    with attach(name) as twin:
        yield from twin.fidelities()


class Lamps:
    """The lamps of twins. fidelities: how one is followed. clock: in seconds."""

    def __init__(self, fidelities: Fidelities = live_fidelities,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._fidelities, self._clock = fidelities, clock
        self._following: dict[str, threading.Thread] = {}
        self._heard: dict[str, tuple[float, Fidelity | None]] = {}

    def follow(self, twins: Mapping[str, str]) -> None:
        """Follow these twins, by seat, and no others; those that are followed already go on."""
        self._heard = {seat: heard for seat, heard in self._heard.items() if seat in twins}
        for seat, name in twins.items():
            if seat not in self._following or not self._following[seat].is_alive():
                self._heard.setdefault(seat, (self._clock(), None))
                self._following[seat] = threading.Thread(target=self._follow, args=(seat, name), daemon=True,
                                                         name=f"lamp {seat}")
                self._following[seat].start()

    def _follow(self, seat: str, name: str) -> None:
        with suppress(TwinError):
            for fidelity in self._fidelities(name):
                if seat not in self._heard:
                    return
                self._heard[seat] = self._clock(), fidelity

    def lamp(self, seat: str) -> Lamp | None:
        """The lamp of a seat, None where its twin is not up or has not said anything yet."""
        at, fidelity = self._heard.get(seat, (0.0, None))
        if seat in self._heard and (silent := self._clock() - at) > SILENT_S:
            return Lamp(Trust.UNKNOWN, 0, (f"nothing was heard of this twin for {silent:.0f} s",))
        return None if fidelity is None else Lamp(fidelity.trust, fidelity.lateness, fidelity.reasons)
