"""A schedule of events, as a value: what happens to a network, to its controller and to its subscribers, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Time, show_time


class EventKind(StrEnum):
    """What happens."""

    CUT = "cut"
    """A span between switches loses its carrier."""
    MEND = "mend"
    """It is as before."""
    POWER_OFF = "power-off"
    """A node loses its power, with all its spans, its rules and its connection to the controller."""
    POWER_ON = "power-on"
    """It has power again."""
    RESTART = "restart"
    """A switch's software starts again without rules; its spans keep their carriers."""
    SLOW = "slow"
    """From now on messages to a switch take some time, and so does the answer to a barrier; 0: no more."""
    PAUSE = "pause"
    """The controller handles nothing for some time."""
    CONTROLLER_RESTART = "controller-restart"
    """The controller is killed and started again, and knows nothing of before."""
    JOIN = "join"
    """A line joins an IPTV channel."""
    LEAVE = "leave"
    """It leaves it."""
    UNPLUG = "unplug"
    """Its boxes are unplugged while they watch: no leave is sent."""


HEALED_BY: Mapping[EventKind, EventKind] = {EventKind.CUT: EventKind.MEND, EventKind.POWER_OFF: EventKind.POWER_ON}
"""What undoes what an event has broken."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. at: ns from the start. target: the span, the node or, by its host's name, the line; "" for the
    controller. lasts: of a pause, or the time that messages take. channel: that is joined or left."""

    at: Time
    kind: EventKind
    target: str = ""
    lasts: Time = Time(0)
    channel: str = ""

    def __str__(self) -> str:
        words = " ".join(word for word in (self.kind.value, self.target, self.channel) if word)
        return f"{show_time(self.at)}: {words}" + (f" for {show_time(self.lasts)}" if self.lasts else "")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Events in the order of their times. seed: by which they were drawn."""

    seed: int
    events: tuple[Event, ...]
