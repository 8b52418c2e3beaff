"""The context in which flows are opened and run: one for all flows of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from traffic.engine.event_loop import EventLoop
from traffic.engine.flow_lifecycle import Timing
from traffic.engine.sockets import Sockets
from twin.model import CallControl
from twin.plan.blueprint import IptvChannelPlan
from twin.plan.demand.call_admission import Admission

Admissions = Sequence[tuple[int, Admission]]
"""What softswitches admit calls by, and from when on, ns after the start of the measurement; the first from 0."""
NO_LIMIT: Admissions = ((0, Admission({}, {}, {})),)
"""Every call is admitted."""
DEFAULT_CONTROL = CallControl()

Shared = TypeVar("Shared")


@dataclass(slots=True)
class FlowContext:
    """timing: of the flows that are opened; channel_timing: of the channels, which live flows join later.
    file: descriptor of the file in memory that TCP sends from. tool_folder: for reports of iperf3 and sipp.
    channels: by name. admissions, control: how softswitches decide."""

    loop: EventLoop
    sockets: Sockets
    timing: Timing
    channel_timing: Timing
    file: int
    tool_folder: Path
    channels: Mapping[str, IptvChannelPlan] = field(default_factory=dict)
    admissions: Admissions = NO_LIMIT
    control: CallControl = DEFAULT_CONTROL
    _shared: dict[Callable[[FlowContext], Any], Any] = field(default_factory=dict)

    def shared(self, make: Callable[[FlowContext], Shared]) -> Shared:
        """What several flows share, such as servers: made by `make` for the first one that needs it."""
        if make not in self._shared:
            self._shared[make] = make(self)
        made: Shared = self._shared[make]
        return made
