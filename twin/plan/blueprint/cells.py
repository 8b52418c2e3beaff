"""Radio cells: stations that share the air of one channel, and the hops through it."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import PPM, Rate, Ratio, Time
from twin.model.wifi.airtime import Airtime
from twin.plan.blueprint.qos import Scheduler


@dataclass(frozen=True, slots=True)
class RadioHopDirection:
    """One direction of a hop through a radio cell.

    station: index of the one that sends. rate: on the air. answer: ns from the end of a frame until its
    acknowledgement has come. damaged: the part of the frames that is sent in vain.
    """

    station: int
    span: str
    forward: bool
    rate: Rate
    airtime: Airtime
    ack_time: Time
    frame_errors: Ratio

    def airtime_with_ack(self, frame: int) -> float:
        """ns for which a frame and its acknowledgement keep the air busy, once."""
        return self.airtime.of(frame) + self.ack_time


@dataclass(frozen=True, slots=True)
class AirRate:
    """A rate on the air that stations of a cell know. answer: as of a way, but from no distance."""

    rate: Rate
    airtime: Airtime
    ack_time: Time


@dataclass(frozen=True, slots=True)
class Station:
    """A node's radio in a cell. scheduler: its bands, from which the air takes packets; there is no shaper."""

    node: str
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class RadioCellPlan:
    """A radio cell: stations that share the air by the distributed coordination function of IEEE 802.11.

    device, peer_device: the pair through which all its packets go. slot, difs: ns. cw_min, cw_max: the first and the
    last contention window, less 1. The number of a way, from 1, is the mark of its packets. rates: those of its
    standard, slowest first.
    """

    name: str
    device: str
    peer_device: str
    slot: Time
    difs: Time
    cw_min: int
    cw_max: int
    retries: int
    stations: tuple[Station, ...]
    hop_directions: tuple[RadioHopDirection, ...]
    rates: tuple[AirRate, ...] = ()

    def queues_of(self, station: int) -> tuple[str, bool]:
        """The span and direction before which a station's queues stand; its cell and node where there are several."""
        ways = [way for way in self.hop_directions if way.station == station]
        return (ways[0].span, ways[0].forward) if len(ways) == 1 else (f"{self.name}/{self.stations[station].node}",
                                                                       True)

    def frame_exchange(self, way: RadioHopDirection, frame: int) -> float:
        """ns that one frame takes of the air where one station alone sends: DIFS, the mean backoff, frame, answer."""
        return self.difs + self.cw_min / 2 * self.slot + way.airtime_with_ack(frame)

    def exchange_without_backoff(self, way: RadioHopDirection, frame: int) -> float:
        """ns of the air that a frame takes if nobody ever draws a backoff, sent again where it is damaged."""
        return (self.difs + way.airtime_with_ack(frame)) * self.mean_transmissions(way)

    def mean_transmissions(self, way: RadioHopDirection) -> float:
        """How often a frame is sent on average because some are damaged."""
        return sum((way.frame_errors / PPM) ** again for again in range(self.retries + 1))
