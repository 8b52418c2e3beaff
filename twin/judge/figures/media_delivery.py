"""What becomes of a picture in a transport stream: media delivery index and loss events. Pure.

The delay factor of the media delivery index (RFC 4445) is how much a receiver has to buffer: the virtual buffer gains a
packet's media with each arrival and drains at the media rate; what lies between its highest and lowest level, as time.
The media loss rate counts transport stream packets lost or out of order in a second; a datagram holds seven.

A loss event (TR-126) is what a viewer sees once: losses within 16 ms of the first one. A longer loss is as many events
as it takes. TR-126 allows one event an hour, and each may take the packets of 16 ms and one more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from traffic.sample_files import LOST
from twin.core.units import NS_PER_MS, NS_PER_S
from twin.model.traffic_profiles import TS_PACKETS

SECOND = NS_PER_S
"""The interval over which both parts of the index are taken (RFC 4445, 3)."""
EVENT = 16 * NS_PER_MS
HOUR = 3600 * NS_PER_S

Rows = Sequence[tuple[int, int]]
"""Packets in order of sequence: sent and received, LOST where it never came; ns."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A stretch of watching one stream: ns between its packets, the packets, and when it ended, ns."""

    period: int
    rows: Rows
    until: int


@dataclass(frozen=True, slots=True)
class Picture:
    """delay_factors: ns, lost_a_second: TS packets, of each whole second. events: of loss, among so many packets, of
    which there are so many an hour."""

    delay_factors: tuple[float, ...]
    lost_a_second: tuple[float, ...]
    events: int
    packets: int
    packets_an_hour: float

    @property
    def loss_events(self) -> float | None:
        """An hour; None where there was no packet."""
        return self.events / self.packets * self.packets_an_hour if self.packets else None


def picture(stretches: Iterable[Watched]) -> Picture:
    """What was seen over all stretches."""
    factors: list[float] = []
    losses: list[float] = []
    events = packets = watched = 0
    for stretch in stretches:
        factors += delay_factors(stretch)
        losses += lost_a_second(stretch)
        events += loss_events([sent for sent, received in stretch.rows if received == LOST])
        packets += len(stretch.rows)
        watched += len(stretch.rows) * stretch.period
    return Picture(tuple(factors), tuple(losses), events, packets, HOUR * packets / watched if watched else 0.0)


def delay_factors(stretch: Watched) -> Iterator[float]:
    """The delay factor of each whole second from the first arrival on, ns."""
    for begin, arrivals in _seconds(stretch):
        yield delay_factor([at - begin for at in arrivals], stretch.period)


def delay_factor(arrivals: Sequence[int], period: int) -> float:
    """RFC 4445, 3.1, of the arrivals in one second, counted from its beginning; ns.

    Levels in time: a packet holds `period` ns of media. A second in which nothing comes drains the buffer of a second.
    """
    if not arrivals:
        return float(SECOND)
    levels = [0]
    for index, at in enumerate(sorted(arrivals)):
        levels += [index * period - at, (index + 1) * period - at]
    return float(max(levels) - min(levels))


def lost_a_second(stretch: Watched) -> Iterator[float]:
    """Transport stream packets lost or out of order in each whole second from the first arrival on.

    A lost packet counts where it would have come, had it taken as long as the first one.
    """
    came = [(sent, received) for sent, received in stretch.rows if received != LOST]
    if not came:
        return
    first_sent, begin = min(came, key=lambda row: row[1])
    seconds = max(0, stretch.until - begin) // SECOND
    counts = [0] * seconds
    latest = 0
    for sent, received in stretch.rows:
        if received == LOST:
            at = sent - first_sent
        elif received < latest:
            at = received - begin
        else:
            latest = received
            continue
        if 0 <= at < seconds * SECOND:
            counts[at // SECOND] += TS_PACKETS
    yield from map(float, counts)


def loss_events(lost: Sequence[int]) -> int:
    """How many events losses make that were sent at these times, ascending."""
    count, ends = 0, -EVENT
    for sent in lost:
        if sent >= ends:
            count, ends = count + 1, sent + EVENT
    return count


def tolerated(rate: float) -> tuple[int, float]:
    """TR-126 for packets at `rate` a second: how many the longest event may take, and the loss ratio with one an hour.
    """
    longest = math.ceil(EVENT / NS_PER_S * rate) + 1
    return longest, longest / (HOUR / NS_PER_S * rate)


def _seconds(stretch: Watched) -> Iterator[tuple[int, list[int]]]:
    """The whole seconds from the first arrival on: beginning and arrivals of each."""
    arrivals = sorted(received for _, received in stretch.rows if received != LOST)
    if not arrivals:
        return
    begin = arrivals[0]
    seconds: list[list[int]] = [[] for _ in range(max(0, stretch.until - begin) // SECOND)]
    for at in arrivals:
        if (at - begin) // SECOND < len(seconds):
            seconds[(at - begin) // SECOND].append(at)
    for number, row in enumerate(seconds):
        yield begin + number * SECOND, row
