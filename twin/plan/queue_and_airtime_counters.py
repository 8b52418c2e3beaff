"""Counters of a running network: of the queues before its spans, and of the airtime of its radio cells. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueCounters:
    """Counters of a band before a span. forward: from the span's end `a`; True for a radio hop, whose queues serve both
    directions. The span of a station of a radio cell that serves several is named by its cell and node. size: bytes
    sent, at the layer of the span's rate. packets: sent. backlog: bytes in the queue now."""

    span: str
    forward: bool
    band: int
    size: int
    packets: int
    drops: int
    backlog: int = 0


@dataclass(frozen=True, slots=True)
class AirtimeCounters:
    """Counters of a radio cell. busy: airtime of frames and acknowledgements, ns. sent: frames, retransmissions
    included. damaged, collided: those of them that were lost. collisions: how often frames collided. given_up: frames
    that were dropped after the last retransmission."""

    cell: str
    busy: int
    sent: int
    damaged: int
    collided: int
    collisions: int
    given_up: int

    def since(self, then: AirtimeCounters) -> AirtimeCounters:
        """The difference to an earlier reading."""
        return AirtimeCounters(
            cell=self.cell, busy=self.busy - then.busy, sent=self.sent - then.sent,
            damaged=self.damaged - then.damaged, collided=self.collided - then.collided,
            collisions=self.collisions - then.collisions, given_up=self.given_up - then.given_up)


@dataclass(frozen=True, slots=True)
class NetworkCounters:
    """What all queues and the air of all radio cells had carried at one moment, cells in the blueprint's order."""

    queues: tuple[QueueCounters, ...]
    air: tuple[AirtimeCounters, ...]
