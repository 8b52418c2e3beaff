"""The channel of a live twin: what can be asked of it, and what it reports by itself. Values alone.

A command goes in as {"command": {"kind": "inject-fault", ...}}, and is answered as {"answer": {"kind": "twin-state",
...}}. Events go to everybody who is attached, as {"event": {"kind": "load-changed", ...}}. Command line, library and
all other clients use the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from twin.core.records import Tagged
from twin.core.units import Time
from twin.plan.blueprint import FaultPlan
from twin.plan.line_changes import LineChange
from twin.plan.queue_and_airtime_counters import AirtimeCounters, NetworkCounters

EVENT = "event"
"""The key of a message that carries an event."""
CAPTURE_NODE, TRACE_NODE, INSPECTION_NODE = "capture/", "trace/", "inspection/"
"""The names under which our own tools run, which no node can have."""
CAPTURES = "captures"
"""The folder of captures within the twin's folder."""


@dataclass(frozen=True, slots=True)
class ReadState:
    """Answer with the state and change nothing."""


@dataclass(frozen=True, slots=True)
class InjectFault:
    """Cut, degrade or restore a span or node, at once."""

    fault: FaultPlan


@dataclass(frozen=True, slots=True)
class ChangeLoad:
    """Start and stop flows, by name; those to be stopped first. What runs already, or not at all, is passed over."""

    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCounters:
    """Answer with all counters."""


@dataclass(frozen=True, slots=True)
class ReadDeviations:
    """Answer with what differs from the blueprint that the twin is built by, as kernel and switches report it."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Take the network down and build another blueprint in its place, read it back, and go on with the load.

    blueprint: the name of its file in the twin's folder. keep_faults: what is cut or degraded is so again. lines: as
    for `ChangeLines`.
    """

    blueprint: str
    keep_faults: bool = True
    lines: dict[str, LineChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeLines:
    """Let lines be those of another blueprint whose rest is the same, and read them back; all others go on.

    blueprint: the name of its file in the twin's folder. lines: all that are sold or used otherwise than described.
    """

    blueprint: str
    lines: dict[str, LineChange]


Command = Annotated[
    ReadState | ReadCounters | ReadDeviations | InjectFault | ChangeLoad | Rebuild | ChangeLines, Tagged]
"""Everything that a live twin can be asked to do."""


@dataclass(frozen=True, slots=True)
class TwinState:
    """A live twin as it stands. broken: the spans and nodes that are cut or degraded; faults: by what. flows: the names
    of those that run. blueprint: the file in the twin's folder that it is built by. seconds: since it came up. lines:
    those that are sold or used otherwise than described."""

    network: str
    policy: str
    switches: tuple[str, ...]
    hosts: tuple[str, ...]
    spans: tuple[str, ...]
    broken: tuple[str, ...] = ()
    faults: tuple[FaultPlan, ...] = ()
    flows: tuple[str, ...] = ()
    blueprint: str = ""
    seconds: float = 0.0
    lines: dict[str, LineChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountersRead:
    """All counters at a moment. number: which reading it was; at: ns since 1970."""

    number: int
    at: Time
    counters: NetworkCounters


@dataclass(frozen=True, slots=True)
class DeviationsRead:
    """What differs from the blueprint, by switch or interface: lines that only the network ("-") and only the blueprint
    ("+") has."""

    deviations: dict[str, tuple[str, ...]]


Answer = Annotated[TwinState | CountersRead | DeviationsRead, Tagged]
"""What a command is answered by: a state, save for those that read something else."""


@dataclass(frozen=True, slots=True)
class CameUp:
    """The twin stands, built by the blueprint of that file."""

    blueprint: str
    policy: str


@dataclass(frozen=True, slots=True)
class CountersChanged:
    """A reading of the counters, as the difference from the one before. queues: of each queue that has changed, by its
    place in the full reading: size, packets, drops, backlog (twin.plan.queue_and_airtime_counters.QueueCounters)."""

    number: int
    at: Time
    queues: tuple[tuple[int, int, int, int, int], ...]
    air: tuple[AirtimeCounters, ...]


@dataclass(frozen=True, slots=True)
class FaultChanged:
    """Something was cut, degraded or restored; broken: all that is so now; faults: by what."""

    broken: tuple[str, ...]
    faults: tuple[FaultPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadChanged:
    """Flows were started or stopped, or have failed. running: all that run now; failed: why others ended, by name."""

    running: tuple[str, ...]
    failed: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WindowReady:
    """What became of the flows is known up to `until`, ns since 1970, and lies in the twin's folder as window `number`
    (traffic.live.window). lateness: of the latest timer of the generators since the window before, ns. losses: packets
    lost outside the model since then, by place."""

    number: int
    until: Time
    lateness: Time
    losses: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Another blueprint stands, and was read back without a difference. gap: for how long there was no network, ns."""

    blueprint: str
    policy: str
    gap: Time


@dataclass(frozen=True, slots=True)
class LinesChanged:
    """Lines are those of another blueprint now, as they were read back; lines: all that differ from the description."""

    blueprint: str
    lines: dict[str, LineChange]


Event = Annotated[CameUp | CountersChanged | FaultChanged | LinesChanged | LoadChanged | Rebuilt
                  | WindowReady, Tagged]
"""Everything that a live twin reports by itself."""


@dataclass(frozen=True, slots=True)
class CommandMessage:
    """A command as it travels."""

    command: Command


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    """An answer as it travels."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class EventMessage:
    """An event as it travels."""

    event: Event
