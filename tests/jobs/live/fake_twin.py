"""A live twin without a lab: its server on a network that only takes note, and an attachment that asks it directly."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from twin.api.live.attached_twin import NETWORK_FILE
from twin.api.live.live_twin import LiveTwin
from twin.core.errors import EmulationError, UsageError
from twin.core.records import from_plain, to_json, to_plain
from twin.core.units import Time
from twin.jobs.experiment import spec
from twin.jobs.live import server
from twin.jobs.live.channel import CountersChanged, CountersRead, EventMessage, LoadChanged
from twin.jobs.live.load_selection import for_live_use
from twin.jobs.live.running_network import RunningNetwork
from twin.lab.session.running_lab import RunningLab
from twin.model import Network
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan, SpanPlan
from twin.plan.queue_and_airtime_counters import NetworkCounters


@dataclass
class FakeEmulation:
    """Takes note of the faults."""

    faults: list[FaultPlan] = field(default_factory=list)
    lines: list[tuple[str, ...]] = field(default_factory=list)

    def inject(self, fault: FaultPlan) -> None:
        """Take note of it."""
        self.faults.append(fault)

    def readback_span(self, span: str) -> None:
        """Take note of the span."""
        self.lines.append((span,))

    def with_lines(self, _blueprint: Blueprint, lines: Collection[SpanPlan]) -> FakeEmulation:
        """Take note of the lines."""
        self.lines.append(tuple(line.name for line in lines))
        return self


@dataclass
class FakeLoad:
    """Does at once what it is told, without traffic. known: the names of all flows."""

    known: frozenset[str]
    running: tuple[str, ...] = ()
    waiting: list[LoadChanged] = field(default_factory=list)

    def fileno(self) -> int:
        """Of nothing."""
        return -1

    def change(self, start: Sequence[str], stop: Sequence[str]) -> None:
        """Start and stop."""
        if unknown := {*start, *stop} - self.known:
            raise ValueError(f"there is no flow {', '.join(sorted(unknown))}")
        self.running = tuple(sorted({*self.running, *start} - {*stop}))
        self.waiting.append(LoadChanged(self.running))

    def learn(self, _blueprint: Path, flows: frozenset[str]) -> None:
        """Know others."""
        self.known = flows

    def events(self) -> list[LoadChanged]:
        """What has changed since the last call."""
        waiting, self.waiting = self.waiting, []
        return waiting


@dataclass
class FakeCounters:
    """Counts nothing."""

    last: CountersRead = CountersRead(0, Time(0), NetworkCounters((), ()))

    def follow(self, _emulation: object) -> None:
        """Go on."""

    def read(self) -> CountersChanged:
        """The next reading."""
        self.last = CountersRead(self.last.number + 1, Time(0), self.last.counters)
        return CountersChanged(self.last.number, self.last.at, (), ())


@dataclass
class FakeLosses:
    """What was lost outside the model: what a test says. noted: the faults that it was told of."""

    lost: dict[str, int] = field(default_factory=dict)
    noted: list[FaultPlan] = field(default_factory=list)

    def note(self, fault: FaultPlan) -> None:
        """Take note of it."""
        self.noted.append(fault)

    def follow(self, _emulation: object) -> None:
        """Go on."""

    def count(self, _faults: object) -> dict[str, int]:
        """As it was said."""
        return self.lost


@contextmanager
def fake_network(out: Path, file: str) -> Iterator[RunningNetwork]:
    """The network of a blueprint file, which only takes note."""
    blueprint = from_plain(Blueprint, json.loads((out / file).read_text()))
    load = FakeLoad(frozenset(flow.name for flow in blueprint.flows))
    yield RunningNetwork(file, blueprint, cast(Any, FakeEmulation()), load=cast(Any, load),
                         counters=cast(Any, FakeCounters()), losses=cast(Any, FakeLosses()), show=lambda _: None)


@dataclass
class FakeAgent:
    """Nobody is attached and nothing runs."""

    def __getattr__(self, _name: str) -> Any:
        return lambda *_words, **_named: None


class FakeLab:
    """An attachment that asks the server in this process; each request is followed by what the load reports of it."""

    def __init__(self, out: Path, name: str = "fake") -> None:
        self.name, self.out = name, out
        self.events: deque[Mapping[str, Any]] = deque()
        self.server = server.LiveTwin(out, spec.BLUEPRINT_FILE, self._take, run=fake_network)
        self.server.serve(cast(Any, FakeAgent()))

    def ask(self, question: Mapping[str, Any], *, patience_s: float = 60.0) -> Mapping[str, Any]:
        """Ask; a refusal is a UsageError, as from a real one."""
        try:
            answer = self.server.answer(question)
        except ValueError as fault:
            raise UsageError(str(fault)) from fault
        self.server.report_load()
        return answer

    def next_event(self, _timeout_s: float | None = None) -> Mapping[str, Any]:
        """The next event; the twin ends where there is none."""
        if not self.events:
            raise EmulationError(f'the twin "{self.name}" is gone')
        return self.events.popleft()

    def events_wait(self) -> bool:
        """Whether one waits."""
        return bool(self.events)

    def close(self) -> None:
        """Nothing to close."""

    def _take(self, event: Any) -> None:
        self.events.append(to_plain(EventMessage(event)))


def fake_twin(network: Network, out: Path, name: str = "fake") -> LiveTwin:
    """A live twin of a network, without load."""
    (out / spec.BLUEPRINT_FILE).write_text(to_json(for_live_use(plan(network))))
    (out / NETWORK_FILE).write_text(to_json(network))
    return LiveTwin(cast(RunningLab, FakeLab(out, name)))
