"""Events that the application sends to itself, when the time for something has come."""

from __future__ import annotations

from typing import Any

from controllers import ryu_api
from controllers.decisions.network_state import PendingLeave
from controllers.decisions.reroute_decisions import RerouteProgress


class EventPortChange(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """The controller's reaction time to a port that went down or came up is over; connection: the datapath that
    reported it."""

    def __init__(self, switch: str, port: int, up: bool, connection: Any) -> None:
        super().__init__()
        self.switch, self.port, self.up, self.connection = switch, port, up, connection


class EventConnectionsAwaited(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """The time is over for which a controller that has just begun waits for all switches to connect."""


class EventWaitToRestoreExpired(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """A span has been up for the whole wait to restore; `since` tells this wait from one that was interrupted."""

    def __init__(self, span: str, since: int) -> None:
        super().__init__()
        self.span, self.since = span, since


class EventUpdateRound(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """The rules of the next round of a reroute have had their time to reach the switches and to take effect."""

    def __init__(self, progress: RerouteProgress) -> None:
        super().__init__()
        self.progress = progress


class EventIgmpFrame(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """The processing time of switch and controller for a frame of IGMP is over."""

    def __init__(self, switch: str, port: int, frame: bytes) -> None:
        super().__init__()
        self.switch, self.port, self.frame = switch, port, frame


class EventQueryTimeout(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """The response time of a last member query is over."""

    def __init__(self, leave: PendingLeave) -> None:
        super().__init__()
        self.leave = leave


class EventQuerierTimer(ryu_api.event.EventBase):  # type: ignore[misc]  # os-ken has no types
    """Time to send general queries, or to expire members that have not reported."""
