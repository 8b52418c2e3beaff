"""What a sizing says: plain values, for reports, for costs and for JSON.

Hours are the 168 of a week from Monday midnight on; rates are bit/s of TCP payload in full packets, in which calls and
channels are counted as what they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twin.core.errors import ExitCode
from twin.core.units import Length, Rate
from twin.model import Direction, Medium, Name, Stage, Subscriber
from twin.model.demand.week import DAY

Week = tuple[float, ...]
"""A figure for each hour of a week."""
BOTH_WAYS = "both ways"
"""Where a link goes that has both directions."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class LinkKind(StrEnum):
    """What a link of the sizing is."""

    TRUNK = "trunk"
    DSLAM = "dslam"
    RADIO = "radio"
    HEAD_END = "head-end"


@dataclass(frozen=True, slots=True)
class Link:
    """A direction of a span, or a radio hop or cell with both. rate: as described, bit/s; 0 of a cell with several
    hops. capacity: of payload."""

    name: str
    kind: LinkKind
    towards: str
    rate: Rate
    capacity: float


@dataclass(frozen=True, slots=True)
class LinkWeek:
    """A link over a week, with one span cut or none. calls to transfers: bit/s, means of the draws. high: 95th
    percentile of their sum. blocked: part of calls, mean. channels: mean number. holds: by use, the probability that
    its target holds here."""

    link: Link
    cut: str | None
    calls: Week
    television: Week
    committed: Week
    transfers: Week
    high: Week
    blocked: Week
    channels: Week
    holds: Mapping[Name, Week]

    @property
    def load(self) -> Week:
        """All classes together, bit/s."""
        return tuple(map(sum, zip(self.calls, self.television, self.committed, self.transfers, strict=True)))


@dataclass(frozen=True, slots=True)
class FlowWeek:
    """Mean throughput of transfers on lines of one offer at a node, bit/s of payload; 0 where a link on their way is
    saturated. alone: on an idle network."""

    node: Name
    offer: Name
    profile: Name
    direction: Direction
    cut: str | None
    alone: float
    throughput: Week


@dataclass(frozen=True, slots=True)
class TargetWeek:
    """A target everywhere, with one span cut or none. holds: probability in each hour. week: probability that it holds
    in all of them, with its standard error."""

    use: Name
    cut: str | None
    holds: Week
    week: float
    error: float


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where a target breaks first while the take-up of the stage grows on average, in which hour and with which cut.
    households, businesses: take-up, 0 to 1; None where everybody can have a line."""

    use: Name
    households: float | None
    businesses: float | None
    link: str
    cut: str | None
    hour: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The probability that a target holds in the busy hours of a week, nothing cut, against take-up of households."""

    use: Name
    take_up: tuple[float, ...]
    holds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A link to be given another rate, in order. before, after: what part of the take-up of the stage all targets hold
    up to, without and with it; more than 1 where they hold beyond."""

    link: str
    kind: LinkKind
    old: Rate
    new: Rate
    medium: Medium
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class LineCount:
    """Lines of an offer at a node: on average, and 95th percentile."""

    site: Name
    node: Name
    offer: Name
    subscriber: Subscriber
    profile: Name
    population: int
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class SpanRate:
    """A span with the rate that it needs, that of its last upgrade; `old` as described."""

    name: str
    kind: LinkKind
    medium: Medium
    length: Length
    old: Rate
    new: Rate


@dataclass(frozen=True, slots=True)
class Drivers:
    """What costs depend on. ports: lines that DSLAMs must end, 95th percentile. kits: of radio, likewise at relays.
    transit: bit/s of payload towards subscribers at each head-end, 95th percentile of the hours of a week."""

    lines: tuple[LineCount, ...]
    ports: Mapping[Name, int]
    kits: Mapping[Name, int]
    spans: tuple[SpanRate, ...]
    upgrades: tuple[Upgrade, ...]
    transit: Mapping[Name, float]


@dataclass(frozen=True, slots=True)
class Unserved:
    """Subscribers that no offer reaches."""

    site: Name
    subscriber: Subscriber
    population: int


@dataclass(frozen=True, slots=True)
class SizingOptions:
    """draws: of the subscribers and of their week. seed: of the draws."""

    draws: int = 1000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Sizing:
    """A network sized for a stage."""

    network: Name
    stage: Stage
    draws: int
    seed: int
    links: tuple[LinkWeek, ...]
    flows: tuple[FlowWeek, ...]
    targets: tuple[TargetWeek, ...]
    break_evens: tuple[BreakEven, ...]
    curves: tuple[Curve, ...]
    drivers: Drivers
    unserved: tuple[Unserved, ...]

    @property
    def exit_code(self) -> ExitCode:
        """Missed where a target breaks below the take-up of the stage, on average."""
        return ExitCode.MISSED if self.drivers.upgrades else ExitCode.MET


def hour_name(hour: int) -> str:
    """An hour of the week in words: hour_name(20) == "Mon 20 h"."""
    return f"{DAYS[hour // DAY]} {hour % DAY} h"
