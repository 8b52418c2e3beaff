"""The overload tests of RFC 2544: back-to-back frames (26.4; RFC 9004) and system recovery (26.5)."""

from __future__ import annotations

from collections.abc import Generator
from statistics import fmean

from twin.core.units import NS_PER_S, PPM, Size, Time
from twin.plan.trials import expected_results
from twin.plan.trials.measurements import (
    Measurement,
    RecoveryResult,
    RecoveryTest,
    Result,
    Row,
    Stream,
    StreamTest,
    TrialPlan,
)
from twin.plan.trials.repetition_statistics import statistics

FIRST_BURST = 2
"""Frames of the first burst; bursts are doubled while nothing is lost."""
LONGEST_BURST = 2 * NS_PER_S
"""How long a burst lasts at most, unless trials last longer (26.4), ns."""
BURSTS = 50
"""How often the longest burst is searched for (26.4)."""
OVERLOAD = 1.1
"""Offered load from which the system recovers, as a part of throughput (26.5)."""
RECOVERIES = 11
"""How often recovery is measured: of 110 % one frame in eleven is lost, and each time a different one is the last."""
LONG_ENOUGH = 60 * NS_PER_S
"""An overload without a loss by then is no overload."""
RELIEF_SHARE = 4
"""The part of the overload's length for which half the rate is sent: what waits is gone after a fifth of it."""

Rows = Generator[Measurement, Result, list[Row]]


def back_to_back(plan: TrialPlan, frame: Size, rate: float) -> Rows:
    """The longest burst of which nothing is lost, searched for again and again. rate: throughput, frames/s.

    None is too long where frames come through as fast as they can be sent (RFC 9004, 6.1).
    """
    path, step = plan.paths[0], f"{frame} bytes"
    fastest = expected_results.fastest(path, frame)
    if rate >= fastest * (1 - plan.trial.resolution / PPM):
        return [Row("back-to-back", step, {"frame": frame},
                    reason="no burst is too long: frames come through as fast as they can be sent")]
    results: list[int] = []
    for _ in range(BURSTS):
        results.append((yield from _longest_burst(plan, frame, fastest, results[-1] if results else 0)))
    theory = expected_results.burst(path, frame)
    held = (1 - rate / fastest) * 1000 / fastest
    buffer = {"buffer": fmean(results) * held} | ({} if theory is None else {"buffer_theory": theory * held})
    return [Row("back-to-back", step, {"frame": frame, **statistics("burst", results, theory), **buffer})]


def _longest_burst(plan: TrialPlan, frame: Size, fastest: float, guess: int) -> Generator[Measurement, Result, int]:
    """The longest burst that is carried whole: up or down from a guess by doubled strides, then by halves."""
    most = max(FIRST_BURST, round(fastest * max(plan.trial.step, LONGEST_BURST) / NS_PER_S))
    low, high = 0, most + 1
    count, stride = guess or FIRST_BURST, 1 if guess else FIRST_BURST
    while high - low > max(1, low * plan.trial.resolution // PPM) and low < most:
        title = f"{count} frames of {frame} bytes at once"
        interval = Time(round(NS_PER_S / fastest))
        result = yield StreamTest(title, (Stream(0, frame, interval),), Time(interval * count))
        assert isinstance(result, tuple)
        if result[0].sent == result[0].received:
            low = count
            count = min(low + stride, most if high > most else (low + high) // 2)
        else:
            high = count
            count = max(high - stride, (low + high) // 2)
        stride *= 2
    return low


def recovery(plan: TrialPlan, frame: Size, rate: float) -> Rows:
    """The time from when an overload is halved until the last loss is seen. rate: throughput, frames/s."""
    path, step = plan.paths[0], f"{frame} bytes"
    offered = min(OVERLOAD * rate, expected_results.fastest(path, frame))
    interval = Time(round(NS_PER_S / offered))
    count = round(plan.trial.step / interval)
    first_result = yield from _measure_recovery(plan, frame, interval, count)
    while first_result is None and count * interval < LONG_ENOUGH and offered > rate:
        count *= 2
        first_result = yield from _measure_recovery(plan, frame, interval, count)
    if first_result is None:
        return [Row("system recovery", step, {"frame": frame, "frames": offered},
                    reason="nothing to recover from: no frame is lost of as many as can be sent")]
    results, cycle = [first_result], offered / (offered - rate)
    for number in range(1, RECOVERIES):
        result = yield from _measure_recovery(plan, frame, interval, count + round(cycle * number / RECOVERIES))
        results += [] if result is None else [result]
    theory = expected_results.recovery(path, frame, NS_PER_S / interval)
    return [Row("system recovery", step, {"frame": frame, "frames": offered,
                                          **statistics("recovery", results, theory, 1e6)})]


def _measure_recovery(plan: TrialPlan, frame: Size, interval: Time, count: int
                      ) -> Generator[Measurement, Result, float | None]:
    result = yield RecoveryTest(f"{frame} bytes, overload and relief", 0, frame, interval, count,
                                Time(interval * count // RELIEF_SHARE))
    assert isinstance(result, RecoveryResult)
    return result.recovery
