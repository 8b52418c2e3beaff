"""A row of the table of metrics: name, unit, samples needed, statistics, theory and charts of a metric."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from twin.core.units import NS_PER_MS, PPM, Rate, Ratio, Time
from twin.model.workload.activity import Activity


@dataclass(frozen=True, slots=True)
class Scale:
    """In what a metric is said.

    symbol: the unit that people read, "" where it has none. base: how many base units (ns, ppm, bit/s) make one of it.
    written: the type of its bound in a description. least, most: the limits of a bound, both included, in base units.
    """

    symbol: str
    base: float
    written: Any
    least: int | None = None
    most: int | None = None


TIME = Scale("ms", NS_PER_MS, Time)
RATIO = Scale("ppm", 1, Ratio, most=PPM)
RATE = Scale("kbit/s", 1000, Rate)
NUMBER = Scale("", 1, float, least=0)
R_SCALE = Scale("", 1, float, least=0, most=100)
MOS_SCALE = Scale("", 1, float, least=1, most=5)
TS_PACKETS_A_SECOND = Scale("TS pkt/s", 1, float, least=0)
PER_HOUR = Scale("/h", 1, float, least=0)


class Statistic(Enum):
    """What a figure is of its samples, from which follows what may be concluded (twin.judge.statistics.inference)."""

    MEAN = "mean"
    """A mean over samples, or over stretches of the run."""
    PROPORTION = "proportion"
    """The part of the samples of which something is true."""
    QUANTILE = "quantile"
    """What the row's part of the samples does not exceed."""
    LARGEST = "largest"
    """The largest of all samples."""
    AS_IT_IS = "as it is"
    """Derived from other figures, or a single draw: judged by its own limits."""


class Sample(StrEnum):
    """What the samples of a metric are, in words."""

    PACKETS = "packets"
    SECONDS = "seconds"
    STRETCHES = "stretches of the run"
    CALLS = "calls"
    PAGES = "pages"
    LOOKUPS = "look-ups"
    MAILS = "mails"
    ROUND_TRIPS = "round trips"
    CHANNELS = "channels tuned in to"


class Count(Enum):
    """How many samples are said to stand behind a figure."""

    SENT = "sent"
    """All that were sent, begun or dialled."""
    RECEIVED = "received"
    """All that arrived."""
    INDEPENDENT = "independent"
    """Those that count as independent of each other: the samples of the figure's interval."""


class Theory(Enum):
    """Which part of the theory speaks of a metric (twin.predict), and says why a target cannot hold."""

    DELAY = "delay"
    LOSS = "loss"
    GOODPUT = "goodput"
    TRANSACTION = "transaction"
    CALL = "call"
    PICTURE = "picture"
    CHANNEL = "channel"
    FILM = "film"
    DIALLING = "dialling"


class Timeline(Enum):
    """A chart of a flow over time."""

    DELAY = "delay"
    THROUGHPUT = "throughput"


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a metric stands on the charts of a flow.

    mark: words at the line of its target in the distribution of delays; "" where it has none. from_least: whether that
    line is counted from the smallest delay. times: what took the time that the charts of delays show, "" where that is
    packets. level: the timeline in which its target is a line. leads: whether the flow that is worst by it is drawn
    before those that are worst by others.
    """

    mark: str = ""
    from_least: bool = False
    times: str = ""
    level: Timeline | None = None
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric.

    title, short: for people, in full and in a column. about, example: of its key in a description. lower: whether less
    is better, and a target an upper bound. activities: on whose flows it is measured. part: of a quantile, of which
    part of the samples a target speaks.
    """

    title: str
    short: str
    about: str
    example: str
    scale: Scale
    activities: tuple[Activity, ...]
    theory: Theory
    statistic: Statistic
    part: float = 1.0
    sample: Sample = Sample.PACKETS
    count: Count = Count.INDEPENDENT
    lower: bool = True
    drawing: Drawing = Drawing()

    @property
    def sign(self) -> str:
        """The direction of a bound: "≤" or "≥"."""
        return "≤" if self.lower else "≥"

    @property
    def of_signalling(self) -> bool:
        """Of dialled calls: whether it is measured on their signalling, and not on their speech."""
        return self.activities == (Activity.DIAL,)
