"""Measurements that a test method requests, their results, and the report of a trial; values only."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from twin.core.units import Rate, Size, Time
from twin.model import Metric, Trial
from twin.plan.blueprint import Flow, LinkDirection
from twin.plan.blueprint.layers import HEADER


@dataclass(frozen=True, slots=True)
class PolicerLimit:
    """A policer. rate: bit/s. burst: bytes. uncounted: bytes of a frame with FCS that it does not count."""

    rate: Rate
    burst: Size
    uncounted: Size

    def size(self, frame: int) -> int:
        """Bytes for which a frame counts."""
        return frame - self.uncounted


@dataclass(frozen=True, slots=True)
class ServicePath:
    """The path of one tested service. flow: whose ends, ports and class the test uses. carriers: of the spans, in
    order. queue_limits: bytes that may wait before each, None where that is no plain queue. limit: of the policer, if
    any. colours: the marks of green and yellow, where those of the line are trusted (colour-aware). shared_medium:
    whether both directions share some medium, as on the air."""

    flow: Flow
    carriers: tuple[LinkDirection, ...]
    queue_limits: tuple[Size | None, ...]
    limit: PolicerLimit | None = None
    colours: tuple[int, int] | None = None
    shared_medium: bool = False


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """A trial with the path of each tested service, in the order of the trial."""

    trial: Trial
    paths: tuple[ServicePath, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Frames at constant rate for one service. service: its place in the trial. frame: bytes with FCS. interval: ns.
    mark: DSCP that they are sent with."""

    service: int
    frame: Size
    interval: Time
    mark: int = 0


@dataclass(frozen=True, slots=True)
class StreamTest:
    """Send these streams together for so many ns, then wait for late frames (2 s, RFC 2544, 23)."""

    title: str
    streams: tuple[Stream, ...]
    length: Time


@dataclass(frozen=True, slots=True)
class RecoveryTest:
    """Send so many frames at this interval, and then for `after` ns only every second one (RFC 2544, 26.5)."""

    title: str
    service: int
    frame: Size
    interval: Time
    count: int
    after: Time


@dataclass(frozen=True, slots=True)
class PathMtuTest:
    """Find the largest IP packet that arrives unfragmented, of `least` to `most` bytes (RFC 4821)."""

    service: int
    least: Size
    most: Size


@dataclass(frozen=True, slots=True)
class RoundTripTest:
    """Find the least round trip of so many small packets, each sent when the one before is back."""

    service: int
    count: int


@dataclass(frozen=True, slots=True)
class TransferTest:
    """Run one TCP connection whose receiver offers a window of so many bytes, for so many ns."""

    title: str
    service: int
    window: Size
    length: Time


@dataclass(frozen=True, slots=True)
class StreamResult:
    """Of one stream: frames sent and received; punctual: those received within the stream's own length from the first
    one on, to which a queue that empties afterwards adds nothing; arrival_rate: frames/s while they arrived; delays in
    ns, None where nothing arrived; tagged_delay: of the first frame sent in the second half; available: the part of the
    time, ppm, in which less than half was lost, in stretches of ten seconds (Y.1563)."""

    sent: int
    received: int
    punctual: int
    arrival_rate: float
    mean_delay: float | None
    max_delay: float | None
    delay_variation: float | None
    tagged_delay: float | None
    available: float


@dataclass(frozen=True, slots=True)
class RecoveryResult:
    """Of a recovery test: from the end of the overload until the first frame after the last lost one arrived, ns; None
    where none was lost, or none came after it."""

    recovery: float | None


@dataclass(frozen=True, slots=True)
class TransferResult:
    """Of a transfer: goodput in bit/s; payload bytes sent, and how many of them were retransmitted; mean round trip
    that the sender saw, ns."""

    goodput: float
    sent: int
    retransmitted: int
    round_trip: float


Measurement = StreamTest | RecoveryTest | PathMtuTest | RoundTripTest | TransferTest
Result = tuple[StreamResult, ...] | RecoveryResult | int | TransferResult
"""Of a stream test, each stream; of a path MTU test, bytes; of a round trip test, ns."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a report. values: by the keys of its columns. passed: None where nothing was to be kept."""

    test: str
    step: str
    values: dict[str, float]
    passed: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: its key, its head, and the unit as reports write it ("" for a bare number)."""

    key: str
    head: str
    unit: str

    @staticmethod
    def of(metric: Metric) -> Column:
        """The column of a figure that targets can bound too."""
        return Column(metric.value.replace("-", "_"), metric.row.short, metric.row.scale.symbol)


@dataclass(frozen=True, slots=True)
class Report:
    """What a method found. notes: in which the method as carried out departs from its standard, and what words mean."""

    name: str
    method: str
    standard: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool | None:
        """Whether all that was to be kept was kept; None where nothing was."""
        judged = [row.passed for row in self.rows if row.passed is not None]
        return all(judged) if judged else None


Procedure = Generator[Measurement, Result, Report]
"""A method as it runs: yields the next measurement, is sent its result, and returns its report."""

FCS = 4
"""Bytes of a frame's check sequence."""


def ip_size(frame: int) -> Size:
    """The IP packet in an Ethernet frame of so many bytes with FCS."""
    return Size(frame - HEADER - FCS)


def interval(rate: Rate | float, frame: int) -> Time:
    """ns between frames at an information rate, of frames with FCS (Y.1564; MEF 10), never more than that rate."""
    return Time(-(-frame * 8 * 10**9 // int(rate)))


def rate(frames_per_second: float, frame: int) -> float:
    """The information rate, bit/s of frames with FCS."""
    return frames_per_second * frame * 8


def most_frames(carriers: tuple[LinkDirection, ...], frame: int) -> float:
    """Frames a second that the narrowest medium of a path carries (RFC 2544, appendix B, for Ethernet)."""
    return min(link.rate / (link.layer.cost(frame - FCS) * 8) for link in carriers)
