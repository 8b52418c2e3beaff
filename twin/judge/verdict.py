"""What a run concludes: verdicts, figures of each flow, the fidelity certificate; values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from twin.model import Metric

RUN_FORMAT = 5
"""Version of the files that a run leaves."""


class Outcome(StrEnum):
    """The outcome of a target."""

    MET = "met"
    MISSED = "missed"
    INCONCLUSIVE = "inconclusive"


class Basis(StrEnum):
    """What a verdict stands on."""

    MEASUREMENT = "measurement"
    THEORY = "theory"
    """The run is too short to conclude; a prediction decides, which the measurement does not contradict."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target of one flow.

    target, value, baseline, predicted: in `unit` ("ms", "ppm", "kbit/s", "" for R and MOS); None where there is none.
    predicted_low, predicted_high: bounds by theory; tolerance: of `predicted`, as a ratio (twin.predict.Prediction);
    agrees: whether measurement and prediction do, within the tolerance; None where they are not compared.
    lower: the target is an upper bound (lower is better). samples: how many the value stands on. confidence: that the
    target is met, 0 to 1, where the statistics give one. reason: why it is inconclusive, or a remark.
    basis: what the outcome stands on.
    proves_qos: False where the baseline meets the target too, so that it is no evidence for QoS; None without baseline.
    """

    service: str
    workload: str
    flow: str
    source: str
    sink: str
    metric: Metric
    lower: bool
    target: float
    value: float | None
    unit: str
    samples: int
    confidence: float | None
    verdict: Outcome
    baseline: float | None = None
    predicted: float | None = None
    proves_qos: bool | None = None
    reason: str = ""
    predicted_low: float | None = None
    predicted_high: float | None = None
    tolerance: float | None = None
    agrees: bool | None = None
    basis: Basis = Basis.MEASUREMENT


@dataclass(frozen=True, slots=True)
class Probe:
    """One calibration probe: what theory says, what was measured, and by how much they may differ (ratio)."""

    name: str
    expected: float
    measured: float
    unit: str
    tolerance: float
    holds: bool

    @staticmethod
    def of(name: str, expected: float, measured: float, unit: str, tolerance: float) -> Probe:
        """One that holds where measurement and theory differ by at most that."""
        return Probe(name, expected, measured, unit, tolerance, abs(measured - expected) <= tolerance * abs(expected))


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """One figure by two instruments, ours and another, and by how much they may differ (ratio); None: no figure.

    Packets are compared to the last one: there the tolerance is 0.
    """

    what: str
    instrument: str
    ours: float | None
    theirs: float | None
    unit: str
    tolerance: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whether the emulation itself can be trusted: nothing is concluded where `valid` is False.

    timer_lag: largest lateness of a timer, ns. strays: packets dropped anywhere outside the model. cross_checks: what
    cross-checks say of figures of each kind. unchecked: figures that stand without a probe or a cross-check, and why.
    """

    valid: bool
    clock: str
    probes: tuple[Probe, ...]
    timer_lag: int
    strays: int
    reasons: tuple[str, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """One-way delays of a flow for drawing: counts per bin of `width` ns from `start` ns, and its quantiles.

    quantiles: pairs (probability, ns) by the empirical distribution function (RFC 2330).
    """

    start: int
    width: int
    counts: tuple[int, ...]
    quantiles: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A timeline: one value for each `step` ns. What the values are, the owner says."""

    step: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SpanDelay:
    """What one span contributes to the mean delay of a flow, ns: fixed (propagation and equipment), serialization,
    and waiting (what was measured beyond the two). expected, bound: the predicted mean and maximum of the wait there;
    None where there is no prediction."""

    span: str
    fixed: float
    serialization: float
    waiting: float
    expected: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """What the true figure lies between, each end wrong with a probability of 5 % (twin.judge.statistics.confidence).

    In the unit of the figure. None: there are too few samples to bound it on that side. samples: how many it stands
    on; effective: how many independent ones they are worth.
    """

    low: float | None
    high: float | None
    samples: int
    effective: float = 0.0


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """All figures of one flow of one run. Times in ns, ratios in ppm, rates in bit/s.

    sent, received: packets; pages, mails, look-ups and round trips begun and finished; calls dialled and answered;
    payload bytes of TCP, where both are what arrived. throughput: IP bytes that arrived in each step (payload of TCP
    and transactions), bit/s. values, intervals: by metric; a metric that the flow has not, or that there was too little
    to measure of, has no value. delays: one-way delays of packets, times of transactions, or post-dial delays.
    """

    flow: str
    sent: int
    received: int
    throughput: Series
    values: Mapping[Metric, float] = field(default_factory=dict)
    intervals: Mapping[Metric, Interval] = field(default_factory=dict)
    delays: Distribution | None = None
    delay_series: Series | None = None
    """Mean one-way delay of the packets sent in each step; page times' mean for transactions; ns, -1 where there is
    none."""
    burst_ratio: float | None = None
    """BurstR of G.107, of the packets of a call that are not played; 1 is random."""
    carried: float | None = None
    """Of dialled calls: channels in use on average, erlang."""


@dataclass(frozen=True, slots=True)
class SpanLoad:
    """What a span carried in one direction: bit/s by service class at the span's own layer, and packets dropped."""

    span: str
    forth: bool
    capacity: int
    by_class: dict[str, float]
    dropped: dict[str, int]


@dataclass(frozen=True, slots=True)
class CellLoad:
    """What the air of a radio cell carried.

    busy: the part of the time that frames and their acknowledgements took; busy_low, busy_high: its predicted bounds.
    frames: transmitted; damaged, collided: those of them that were lost; retransmissions: of those; dropped: frames
    whose retries were used up. collision_probability: predicted, None where there is no closed form.
    """

    cell: str
    busy: float
    busy_low: float
    busy_high: float
    frames: int
    collided: int
    collision_probability: float | None
    damaged: int
    retransmissions: int
    dropped: int
