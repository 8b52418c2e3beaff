"""What the application tells itself: that the time for something has come, and how far a turn is."""

from __future__ import annotations

from dataclasses import dataclass, field

from controllers import api
from controllers.decisions import Doubt, Turn
from controllers.turning import Round


class PortDue(api.event.EventBase):  # type: ignore[misc]
    """The controller has had its time to react to a port that went down or came up."""

    def __init__(self, switch: str, port: int, up: bool) -> None:
        super().__init__()
        self.switch, self.port, self.up = switch, port, up


class Rested(api.event.EventBase):  # type: ignore[misc]
    """A mended span has been waited for; `since` tells this wait from one that was broken off."""

    def __init__(self, span: str, since: int) -> None:
        super().__init__()
        self.span, self.since = span, since


class Heard(api.event.EventBase):  # type: ignore[misc]
    """Switch and controller have had their time for a packet that came in by a port."""

    def __init__(self, switch: str, port: int, frame: bytes) -> None:
        super().__init__()
        self.switch, self.port, self.frame = switch, port, frame


class Unanswered(api.event.EventBase):  # type: ignore[misc]
    """The time in which a line could have said that it still watches is over."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__()
        self.doubt = doubt


class Minded(api.event.EventBase):  # type: ignore[misc]
    """Time to ask all lines what they watch, or to forget those that have not answered for too long."""


@dataclass(slots=True)
class Turning:
    """A turn under way: the rounds to come (None: it has yet to begin), the switches that have yet to confirm the one
    that was sent, and how many were."""

    turn: Turn
    rounds: list[Round] | None = None
    waiting: set[str] = field(default_factory=set)
    told: int = 0


class RoundDue(api.event.EventBase):  # type: ignore[misc]
    """The rules of the next round have had their time to reach the switches and to be obeyed there."""

    def __init__(self, turning: Turning) -> None:
        super().__init__()
        self.turning = turning
