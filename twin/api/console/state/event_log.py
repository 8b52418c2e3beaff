"""The log of a page: what differs between two states of a twin, one entry each. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

KEPT = 100
"""How many entries a page shows."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """at: ns since 1970. event: a key of the page's catalogues; names: what it happened to; number: how many."""

    at: int
    event: str
    names: tuple[str, ...]
    number: int = 0


class Trust(Protocol):
    """Whether the figures can be trusted, and why not."""

    @property
    def trusted(self) -> bool:
        """Whether they can."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why not."""


class Changing(Protocol):
    """What is looked at of a state (twin.api.console.state.page_state.PageState)."""

    @property
    def broken(self) -> Collection[str]:
        """What is cut or degraded."""

    @property
    def degraded(self) -> Mapping[str, object]:
        """What of it is degraded, and how."""

    @property
    def policy(self) -> str:
        """That it is built by, "" before anything is known."""

    @property
    def flows(self) -> Mapping[str, object]:
        """The flows that run."""

    @property
    def fidelity(self) -> Trust:
        """Whether figures can be trusted."""


def extended(log: dict[str, LogEntry], before: Changing, now: Changing, at: int) -> dict[str, LogEntry]:
    """The log with what has changed, itself where nothing has; the oldest entries beyond those kept are left out."""
    first = max(map(int, log), default=0) + 1
    added = {str(number): entry for number, entry in enumerate(_changes(before, now, at), first)}
    if not added:
        return log
    whole = {**log, **added}
    return dict(islice(whole.items(), max(0, len(whole) - KEPT), None))


def _changes(before: Changing, now: Changing, at: int) -> Iterator[LogEntry]:
    cut, was_cut = ({*state.broken} - {*state.degraded} for state in (now, before))
    degraded = {name for name, how in now.degraded.items() if before.degraded.get(name) != how}
    restored = {*before.broken} - {*now.broken}
    for event, names in (("cut", cut - was_cut), ("degraded", degraded), ("restored", restored)):
        if names:
            yield LogEntry(at, event, tuple(sorted(names)), len(names))
    if before.policy not in ("", now.policy):
        yield LogEntry(at, "policy", (now.policy,))
    for event, flows in (("started", now.flows.keys() - before.flows.keys()),
                         ("stopped", before.flows.keys() - now.flows.keys())):
        if flows:
            yield LogEntry(at, event, (), len(flows))
    if now.fidelity.trusted != before.fidelity.trusted:
        yield LogEntry(at, "trusted" if now.fidelity.trusted else "untrusted", now.fidelity.reasons)
