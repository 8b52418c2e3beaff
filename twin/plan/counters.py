"""What a running network counts: the queues before its spans, and the air of its radio cells. Values alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueCounters:
    """What one band before a span had let through and dropped. forth: from the span's end `a`; a radio hop, whose
    queues serve both ways, is counted as forth. A station of a radio cell that serves several spans is counted under
    the names of its cell and node. size: bytes at the layer of the span's rate. backlog: bytes that wait now."""

    span: str
    forward: bool
    band: int
    size: int
    packets: int
    drops: int
    backlog: int = 0


@dataclass(frozen=True, slots=True)
class AirtimeCounters:
    """What the air of a radio cell had carried. busy: ns of frames and of what was waited for their acknowledgements.
    sent: frames on the air; damaged, collided: those of them that came to nothing. collisions: how often frames met.
    given_up: frames that were sent in vain too often."""

    cell: str
    busy: int
    sent: int
    damaged: int
    collided: int
    collisions: int
    given_up: int

    def since(self, then: AirtimeCounters) -> AirtimeCounters:
        """What it has carried since an earlier count."""
        return AirtimeCounters(
            cell=self.cell, busy=self.busy - then.busy, sent=self.sent - then.sent,
            damaged=self.damaged - then.damaged, collided=self.collided - then.collided,
            collisions=self.collisions - then.collisions, given_up=self.given_up - then.given_up)


@dataclass(frozen=True, slots=True)
class NetworkCounters:
    """What all queues and the air of all radio cells had carried at one moment, cells in the blueprint's order."""

    queues: tuple[QueueCounters, ...]
    air: tuple[AirtimeCounters, ...]
