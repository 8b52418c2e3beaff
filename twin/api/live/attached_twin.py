"""An attachment to a live twin: what it is, what it is asked, and what it reports by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from twin.core.errors import EmulationError
from twin.core.records import from_plain, to_plain
from twin.jobs.live.channel import (
    EVENT,
    Answer,
    AnswerMessage,
    Command,
    CommandMessage,
    CountersRead,
    DeviationsRead,
    Event,
    EventMessage,
    ReadCounters,
    ReadDeviations,
    ReadState,
    TwinState,
)
from twin.lab.session.running_lab import RunningLab
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.line_changes import with_line_changes

Kind = TypeVar("Kind")

NETWORK_FILE = "network.json"
"""In the twin's folder: the description that it was brought up from."""
PATIENCE_S = 60.0
"""Within which a command must be carried out, where it says nothing else."""
LiveStatus = TwinState
"""A live twin as it stands."""


class AttachedTwin:
    """Closing it, also by `with`, detaches; the twin goes on."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.close()

    @property
    def name(self) -> str:
        """What it is called."""
        return self._lab.name

    @property
    def folder(self) -> Path:
        """Its folder on this machine: blueprint, logs, and the windows of its load."""
        return self._lab.out

    def close(self) -> None:
        """Detach."""
        self._lab.close()

    def hold(self) -> None:
        """Let the twin end when this attachment does, however that ends."""
        self._lab.hold()

    def status(self) -> LiveStatus:
        """What is in it and what is broken."""
        return self._do(ReadState())

    def described(self) -> Network:
        """The description that it was brought up from."""
        return self._value(Network, NETWORK_FILE)

    def network(self) -> Network:
        """The description with its lines as they are sold and used now."""
        return with_line_changes(self.described(), self.status().lines)

    def blueprint(self) -> Blueprint:
        """The plan that it is built by now; its flows are those of all workloads, running or not."""
        return self._value(Blueprint, self.status().blueprint)

    def _value(self, kind: type[Kind], file: str) -> Kind:
        try:
            return from_plain(kind, json.loads((self.folder / file).read_text()))
        except (OSError, KeyError, TypeError, ValueError) as fault:
            raise EmulationError(f'{self.folder / file} of the twin "{self.name}" cannot be read ({fault!r}): another '
                                 f"version has brought it up; bring it up again: twin down {self.name}") from fault

    def next_event(self, timeout_s: float | None = None) -> Event | None:
        """The next event that the twin reports; None when none came in time."""
        while (message := self._lab.next_event(timeout_s)) is not None:
            if EVENT in message:
                return from_plain(EventMessage, message).event
        return None

    def events(self) -> Iterator[Event]:
        """Every event from now on, without end."""
        while True:
            event = self.next_event()
            if event is not None:
                yield event

    def deviations(self) -> dict[str, tuple[str, ...]]:
        """What differs from that plan now, as kernel and switches report it, by switch or interface: the lines that
        only the network ("-") and only the plan ("+") has."""
        answer = self._ask(ReadDeviations())
        assert isinstance(answer, DeviationsRead)
        return answer.deviations

    def _read_counters(self) -> CountersRead:
        answer = self._ask(ReadCounters())
        assert isinstance(answer, CountersRead)
        return answer

    def _do(self, command: Command) -> TwinState:
        answer = self._ask(command)
        assert isinstance(answer, TwinState)
        return answer

    def _ask(self, command: Command, patience_s: float = PATIENCE_S) -> Answer:
        answer = self._lab.ask(to_plain(CommandMessage(command)), patience_s=patience_s)
        return from_plain(AnswerMessage, answer).answer
