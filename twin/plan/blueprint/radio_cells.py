"""Radio cells: stations that share one radio channel, and the hops between them."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import PPM, Gain, Rate, Ratio, Time
from twin.model.wifi.airtime import Airtime
from twin.plan.blueprint.qos import Scheduler


@dataclass(frozen=True, slots=True)
class RadioHopDirection:
    """One direction of a hop through a radio cell.

    station: index of the sender. rate: on the air. ack_time: ns from the end of a frame to the end of its
    acknowledgement. frame_errors: ratio of frames that are received with errors. misalignment: how much of the planned
    signal is lost since the antennas point past each other.
    """

    station: int
    span: str
    forward: bool
    rate: Rate
    airtime: Airtime
    ack_time: Time
    frame_errors: Ratio
    misalignment: Gain = Gain(0)

    def airtime_with_ack(self, frame: int) -> float:
        """Airtime of one transmission of a frame with its acknowledgement, ns."""
        return self.airtime.of(frame) + self.ack_time


@dataclass(frozen=True, slots=True)
class AirRate:
    """A rate that stations of a cell support. ack_time: as in RadioHopDirection, without propagation."""

    rate: Rate
    airtime: Airtime
    ack_time: Time


@dataclass(frozen=True, slots=True)
class Station:
    """A node's radio in a cell. scheduler: its bands, served by medium access; there is no shaper."""

    node: str
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class RadioCellPlan:
    """A radio cell: stations that share the air by the distributed coordination function of IEEE 802.11.

    device, peer_device: the pair of interfaces that all its packets pass. slot, difs: ns. cw_min, cw_max: of the
    contention window, as in IEEE 802.11: a backoff is a number of slots from 0 to cw. hop_directions: packets carry
    the number of theirs, from 1, as their mark. rates: those of its standard, slowest first.
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
        """The span and direction that a station's queues serve; its cell and node where there are several."""
        ways = [way for way in self.hop_directions if way.station == station]
        return (ways[0].span, ways[0].forward) if len(ways) == 1 else (f"{self.name}/{self.stations[station].node}",
                                                                       True)

    def frame_exchange(self, way: RadioHopDirection, frame: int) -> float:
        """Mean airtime of a frame where one station alone sends, ns: DIFS, mean backoff, frame, acknowledgement."""
        return self.difs + self.cw_min / 2 * self.slot + way.airtime_with_ack(frame)

    def exchange_without_backoff(self, way: RadioHopDirection, frame: int) -> float:
        """Mean airtime of a frame without backoff, ns, retransmissions included."""
        return (self.difs + way.airtime_with_ack(frame)) * self.mean_transmissions(way)

    def mean_transmissions(self, way: RadioHopDirection) -> float:
        """Mean number of transmissions of a frame."""
        return sum((way.frame_errors / PPM) ** again for again in range(self.retries + 1))
