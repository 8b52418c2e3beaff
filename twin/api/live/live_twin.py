"""Live twins: find one that is up, look into it, run commands in it, capture, watch, shut it down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twin.api.live.attached_twin import LiveStatus
from twin.api.live.capture import Capture
from twin.api.live.changes import ChangeableTwin
from twin.api.live.terminal import Terminal
from twin.api.live.trace import Trace, last_line
from twin.core.errors import EmulationError, UsageError
from twin.jobs.live.channel import (
    INSPECTION_NODE,
    CountersChanged,
    Event,
    FaultChanged,
    LinesChanged,
    Rebuilt,
    WindowReady,
)
from twin.jobs.live.host_steal import StealReader
from twin.jobs.live.load_process import WINDOWS
from twin.jobs.live.observer import Observer
from twin.jobs.live.saved_twin import FORMAT, SavedTwin
from twin.judge.live.fidelity import Fidelity
from twin.judge.live.view import View
from twin.lab import GUEST_PYTHON
from twin.lab.session.attach import attach as attach_lab
from twin.lab.session.attach import running

__all__ = ["Capture", "CommandResult", "LiveStatus", "LiveTwin", "Terminal", "Trace", "View", "attach",
           "running_twins"]


@dataclass(frozen=True, slots=True)
class CommandResult:
    """A command that has ended in a node."""

    exit_status: int
    stdout: bytes
    stderr: bytes


class LiveTwin(ChangeableTwin):
    """An attachment to a live twin. Closing it, also by `with`, detaches; the twin goes on until `down`."""

    def down(self) -> None:
        """Shut it down, and wait until nothing of it is left."""
        self._lab.end()

    def run(self, node: str, command: Sequence[str], *, seconds: float | None = None, most: int | None = None
            ) -> CommandResult:
        """Run a command in a host, or beside Open vSwitch for a switch, without input.

        seconds, most: after that time, or that many bytes of output, it is left, with exit status 124; it ends with
        this attachment. Raises UsageError for a node that does not exist.
        """
        return CommandResult(*self._lab.capture(node, command, seconds=seconds, most=most))

    def exec(self, node: str, command: Sequence[str], *, terminal: bool = False) -> int:
        """Run a command in a node with the standard streams of this process; returns its exit status.

        terminal: give it a terminal, and pass ours through.
        """
        return self._lab.run(node, command, terminal=terminal)

    def shell(self, node: str = "", *, terminal: bool = True) -> int:
        """Mininet's command line, or bash in a node, on the standard streams; returns its exit status."""
        command = ["bash", "-i"] if node else [GUEST_PYTHON, "-m", "twin.jobs.live.mininet_cli"]
        return self._lab.run(node, command, terminal=terminal)

    def terminal(self, node: str, size: tuple[int, int] = (24, 80)) -> Terminal:
        """A shell in a node for a program that shows it; size: rows and columns. It ends with this attachment."""
        return Terminal(self._lab, node, size)

    def capture(self, place: str, expression: str = "", *, packets: int = 0) -> Capture:
        """Capture the packets of a span (both directions), a host or a switch, as pcap with nanoseconds.

        expression: a filter as in pcap-filter(7). packets: how many end it; 0: it goes on until it is stopped.
        """
        return Capture(self._lab, place, expression, packets)

    def trace(self, expression: str) -> Trace:
        """Count the packets of a filter, as in pcap-filter(7), on every span at once."""
        return Trace(self._lab, expression)

    def inspect(self, place: str) -> dict[str, str]:
        """What stands in the kernel at a span or node, in the words of tc(8) and ovs-ofctl(8): of a span the queues at
        each end, by the node that sends; of a switch its flows, groups and meters.

        Raises UsageError where there is no such span or node, EmulationError where it cannot be read.
        """
        status, text, errors = self._lab.capture(INSPECTION_NODE, [place])
        if status:
            raise (UsageError if status == UsageError.exit_code else EmulationError)(last_line(errors))
        texts: dict[str, str] = json.loads(text)
        return texts

    def saved(self) -> SavedTwin:
        """The twin as a value: what it was brought up from, and what was done to it."""
        state = self.status()
        return SavedTwin(FORMAT, self.described(), state.policy, state.faults, state.flows, state.lines)

    def watch(self, seconds: float = 10.0, *, every_reading: bool = False) -> Iterator[View]:
        """What is seen of the last `seconds`, about every second, without end; states that nobody waited for are left
        out. Flows of a large network are looked at every few seconds (twin.jobs.live.observer.MOST_OF_TIME).

        every_reading: also at once when something is broken or restored, and at each reading of the counters, five
        times a second, with the load of the spans as it is then.
        """
        first = self._observer(seconds)
        seen = first.view()
        for event, observer in self._observed(first, seconds):
            if isinstance(event, WindowReady) or (every_reading and isinstance(event, CountersChanged | FaultChanged)):
                seen = observer.after(event, seen)
                if not self._lab.events_wait():
                    yield seen

    def fidelities(self, seconds: float = 10.0) -> Iterator[Fidelity]:
        """Whether what is seen of the last `seconds` can be trusted, several times a second, without end: cheaper than
        `watch`, since nothing is judged."""
        for event, observer in self._observed(self._observer(seconds), seconds):
            if isinstance(event, WindowReady | CountersChanged):
                yield observer.fidelity()

    def _observed(self, observer: Observer, seconds: float) -> Iterator[tuple[Event, Observer]]:
        """Every event, with the observer that has taken it: another one once the network was built anew."""
        for event in self.events():
            if isinstance(event, Rebuilt):
                observer = self._observer(seconds)
            if isinstance(event, LinesChanged):
                observer.follow(self.network(), self.blueprint())
            observer.take(event)
            yield event, observer

    def _observer(self, seconds: float) -> Observer:
        return Observer(self.network(), self.blueprint(), self.folder / WINDOWS, self.status(), self._read_counters,
                        seconds=seconds, steal=StealReader())


def attach(name: str | None = None) -> LiveTwin:
    """Attach to the twin of that name, or to the only one that is up. Raises UsageError naming the choices."""
    return LiveTwin(attach_lab(name))


def running_twins() -> tuple[str, ...]:
    """The names of this user's twins that are up."""
    return running()
