"""RFC 2544: throughput, latency, frame loss, back-to-back frames and system recovery, for each frame size.

Throughput is the highest rate without loss (RFC 1242, 3.17). A device with a queue also absorbs a little too much for
as long as a trial lasts; so what is reported, and what the other tests start from, is the rate at which frames left it
in that trial, where they left more slowly than they were offered.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from twin.core.units import NS_PER_S, PPM, Size, Time
from twin.model import Metric
from twin.plan.trials import expected_results
from twin.plan.trials.back_to_back_and_recovery import back_to_back, recovery
from twin.plan.trials.measurements import (
    Column,
    Measurement,
    Procedure,
    Report,
    Result,
    Row,
    Stream,
    StreamResult,
    StreamTest,
    TrialPlan,
    most_frames,
    rate,
)
from twin.plan.trials.repetition_statistics import columns, statistics

STANDARD_TRIAL = 60 * NS_PER_S
"""How long a trial is to last (RFC 2544, 24), ns."""
LOSS_STEP = 10
"""Between two rates of the frame loss test, % of what the medium carries (RFC 2544, 26.3)."""
LOSSLESS_TRIALS = 2
"""Trials in a row without loss that end the frame loss test."""
LATENCIES = 20
"""How often latency is taken (RFC 2544, 26.2)."""
LEAST_STEP = 1.0
"""Resolution of rates, frames/s."""
COLUMNS = (*columns("frames", "frames/s", "", spread=False), Column("rate", "rate", "kbit/s"),
           *columns("delay", "latency", "ms"), Column.of(Metric.LOSS), Column("loss_theory", "theory", "ppm"),
           *columns("burst", "frames at once", ""), *columns("buffer", "buffer", "ms", spread=False),
           *columns("recovery", "recovery", "ms"))

Search = Generator[Measurement, Result, "Throughput"]
Rows = Generator[Measurement, Result, list[Row]]


@dataclass(frozen=True, slots=True)
class Throughput:
    """The highest rate without loss, as offered and as it left, frames/s."""

    offered: float
    forwarded: float


def rfc2544(plan: TrialPlan) -> Procedure:
    """Carry it out."""
    rows: list[Row] = []
    for frame in plan.trial.frames:
        most = most_frames(plan.paths[0].carriers, frame)
        best = yield from throughput(plan, frame, most)
        rows.append(_throughput(plan, frame, most, best))
        if best.forwarded:
            rows += yield from _latency(plan, frame, best.forwarded)
        rows += yield from _losses(plan, frame, most)
        if best.forwarded:
            rows += yield from back_to_back(plan, frame, best.forwarded)
            rows += yield from recovery(plan, frame, best.forwarded)
    return Report(plan.trial.name, plan.trial.method.value, "RFC 2544", COLUMNS, tuple(rows), _notes(plan.trial.step))


def throughput(plan: TrialPlan, frame: Size, most: float) -> Search:
    """Search from what the narrowest medium carries: upwards in doubled steps while nothing is lost, then by halves."""
    resolution = max(most * plan.trial.resolution / PPM, LEAST_STEP)
    low, high, best = 0.0, most * 2, Throughput(0.0, 0.0)
    rate_now, stride = most, resolution
    while high - low > resolution:
        result = yield from _trial(plan, frame, rate_now)
        if result.sent == result.received:
            low, best = rate_now, Throughput(rate_now, min(rate_now, result.arrival_rate))
            rate_now, stride = min(rate_now + stride, (low + high) / 2), stride * 2
        else:
            high = rate_now
            rate_now = (low + high) / 2
    return best


def _throughput(plan: TrialPlan, frame: Size, most: float, best: Throughput) -> Row:
    (tested,) = plan.trial.services
    reached, theory = rate(best.forwarded, frame), expected_results.rate(plan.paths[0], frame)
    kept = None if tested.cir is None else reached >= tested.cir * (1 - plan.trial.resolution / PPM)
    return Row("throughput", f"{frame} bytes", {
        "frame": frame, "frames_theory": most if theory is None else theory, "frames": best.forwarded,
        "rate": reached / 1000,
    }, kept, "" if kept is not False else "less than the committed rate")


def _latency(plan: TrialPlan, frame: Size, pace: float) -> Rows:
    """The delay of a frame in the middle of a stream at throughput, twenty times."""
    delays = []
    for _ in range(LATENCIES):
        result = yield from _trial(plan, frame, pace, halves=2)
        delays += [] if result.tagged_delay is None else [result.tagged_delay]
    theory = expected_results.latency(plan.paths[0], frame)
    return [Row("latency", f"{frame} bytes", {"frame": frame, "frames": pace,
                                              **statistics("delay", delays, theory, 1e6)})]


def _losses(plan: TrialPlan, frame: Size, most: float) -> Rows:
    """Loss at 100 % of what the medium carries, at 90 % and so on, until two rates in a row lose nothing."""
    rows: list[Row] = []
    lossless = 0
    for part in range(100, 0, -LOSS_STEP):
        pace = most * part / 100
        result = yield from _trial(plan, frame, pace)
        lost = PPM * (result.sent - result.received) / result.sent
        theory = expected_results.loss(plan.paths[0], frame, pace, plan.trial.step)
        rows.append(Row("frame loss", f"{frame} bytes, {part} %", {
            "frame": frame, "frames": pace, "loss": lost, **({} if theory is None else {"loss_theory": theory})}))
        lossless = 0 if lost else lossless + 1
        if lossless == LOSSLESS_TRIALS:
            break
    return rows


def _trial(plan: TrialPlan, frame: Size, pace: float, halves: int = 1) -> Generator[Measurement, Result, StreamResult]:
    result = yield StreamTest(f"{frame} bytes at {pace:.0f}/s", (Stream(0, frame, Time(round(NS_PER_S / pace))),),
                       Time(plan.trial.step * halves))
    assert isinstance(result, tuple)
    return result[0]


def _notes(step: Time) -> tuple[str, ...]:
    shorter = (f"Trials last {step / NS_PER_S:g} s where RFC 2544 asks for 60 s.",) if step < STANDARD_TRIAL else ()
    return (
        *shorter,
        "Throughput is the rate at which frames arrived in the highest trial without loss; theory is what the "
        "narrowest medium of the way carries of such frames, or a policer lets pass. 100 % in the frame loss test is "
        "the former.",
        f"Latency is from a frame's first bit sent to its last one received, of the frame in the middle of a stream at "
        f"throughput that lasts two trials: the mean of {LATENCIES} streams (26.2), the least and the most.",
        "Frames at once, as fast as the first medium takes them: the mean of 50 searches (26.4). Buffer: how long the "
        "first medium takes for what is held of them (RFC 9004, corrected).",
        "Recovery: from when an overload of 110 % is halved until the receiver has seen the last loss, the mean of 11 "
        "times, each a little later in the pattern of losses (26.5). Theory is backlog over rate.",
        "Reset (26.6) is left out: how long equipment takes to start again is no figure of the description.",
    )
