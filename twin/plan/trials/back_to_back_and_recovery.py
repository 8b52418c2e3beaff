"""Tests of what a way does when it is offered too much: back-to-back frames and system recovery (RFC 2544, 26.4 and
26.5; RFC 9004)."""

from __future__ import annotations

from collections.abc import Generator
from statistics import fmean

from twin.core.units import NS_PER_S, PPM, Size, Time
from twin.plan.trials import expected_results
from twin.plan.trials.measurements import Burst, Load, Relief, Relieved, Row, Step, Told, TrialPlan
from twin.plan.trials.repeated_measurements import repeated

FEWEST = 2
"""Frames of the first burst; bursts are doubled while nothing is lost."""
LONGEST = 2 * NS_PER_S
"""How long a burst lasts at most, unless trials last longer (26.4), ns."""
BURSTS = 50
"""How often the longest burst is searched for (26.4)."""
OVERLOAD = 1.1
"""Of throughput, from which a way recovers (26.5)."""
RECOVERIES = 11
"""How often a recovery is taken: of 110 % one frame in eleven is lost, and each time a different one is the last."""
LONG_ENOUGH = 60 * NS_PER_S
"""An overload that has not led to a loss by then is none."""
AFTER = 4
"""The part of the overload's length for which half the rate is sent: what waits is gone after a fifth of it."""

Rows = Generator[Step, Told, list[Row]]


def back_to_back(plan: TrialPlan, frame: Size, pace: float) -> Rows:
    """The longest burst of which nothing is lost, searched for again and again. pace: throughput, frames/s.

    None is too long where frames come through as fast as they can be sent (RFC 9004, 6.1).
    """
    way, step = plan.ways[0], f"{frame} bytes"
    fastest = expected_results.fastest(way, frame)
    if pace >= fastest * (1 - plan.trial.resolution / PPM):
        return [Row("back-to-back", step, {"frame": frame},
                    reason="no burst is too long: frames come through as fast as they can be sent")]
    found: list[int] = []
    for _ in range(BURSTS):
        found.append((yield from _longest(plan, frame, fastest, found[-1] if found else 0)))
    theory = expected_results.burst(way, frame)
    held = (1 - pace / fastest) * 1000 / fastest
    buffer = {"buffer": fmean(found) * held} | ({} if theory is None else {"buffer_theory": theory * held})
    return [Row("back-to-back", step, {"frame": frame, **repeated("burst", found, theory), **buffer})]


def _longest(plan: TrialPlan, frame: Size, fastest: float, guess: int) -> Generator[Step, Told, int]:
    """The longest burst that is carried whole: up or down from a guess by doubled strides, then by halves."""
    most = max(FEWEST, round(fastest * max(plan.trial.step, LONGEST) / NS_PER_S))
    low, high = 0, most + 1
    count, stride = guess or FEWEST, 1 if guess else FEWEST
    while high - low > max(1, low * plan.trial.resolution // PPM) and low < most:
        title = f"{count} frames of {frame} bytes at once"
        interval = Time(round(NS_PER_S / fastest))
        told = yield Burst(title, (Load(0, frame, interval),), Time(interval * count))
        assert isinstance(told, tuple)
        if told[0].sent == told[0].received:
            low = count
            count = min(low + stride, most if high > most else (low + high) // 2)
        else:
            high = count
            count = max(high - stride, (low + high) // 2)
        stride *= 2
    return low


def recovery(plan: TrialPlan, frame: Size, pace: float) -> Rows:
    """The time from when an overload is halved until the last loss is seen. pace: throughput, frames/s."""
    way, step = plan.ways[0], f"{frame} bytes"
    offered = min(OVERLOAD * pace, expected_results.fastest(way, frame))
    interval = Time(round(NS_PER_S / offered))
    count = round(plan.trial.step / interval)
    first = yield from _relief(plan, frame, interval, count)
    while first is None and count * interval < LONG_ENOUGH and offered > pace:
        count *= 2
        first = yield from _relief(plan, frame, interval, count)
    if first is None:
        return [Row("system recovery", step, {"frame": frame, "frames": offered},
                    reason="nothing to recover from: no frame is lost of as many as can be sent")]
    found, cycle = [first], offered / (offered - pace)
    for number in range(1, RECOVERIES):
        told = yield from _relief(plan, frame, interval, count + round(cycle * number / RECOVERIES))
        found += [] if told is None else [told]
    theory = expected_results.recovery(way, frame, NS_PER_S / interval)
    return [Row("system recovery", step, {"frame": frame, "frames": offered,
                                          **repeated("recovery", found, theory, 1e6)})]


def _relief(plan: TrialPlan, frame: Size, interval: Time, count: int) -> Generator[Step, Told, float | None]:
    told = yield Relief(f"{frame} bytes, overload and relief", 0, frame, interval, count,
                        Time(interval * count // AFTER))
    assert isinstance(told, Relieved)
    return told.recovery
