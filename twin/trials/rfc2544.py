"""RFC 2544: throughput, latency, frame loss and back-to-back frames, for each frame size.

Throughput is the highest rate without loss (RFC 1242, 3.17). A device with a queue also swallows what is a little too
much for as long as a trial lasts; so what is reported is the rate at which frames left it in that trial, where they
left more slowly than they were offered.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import floor

from twin.trials.values import (
    Burst,
    Carried,
    Column,
    Course,
    Load,
    Report,
    Row,
    Step,
    Told,
    TrialPlan,
    most_frames,
    rate,
)
from twin.units import NS_PER_S, PPM, Size, Time

STANDARD_TRIAL = 60 * NS_PER_S
"""How long a trial is to last (RFC 2544, 24), ns."""
LOSS_STEP = 10
"""Between two rates of the frame loss test, % of what the medium carries (RFC 2544, 26.3)."""
CLEAN = 2
"""Trials in a row without loss that end the frame loss test."""
FEWEST = 2
"""Frames of the first burst; bursts are doubled while nothing is lost."""
LEAST_STEP = 1.0
"""Frames/s: rates are not told apart more finely than that."""
COLUMNS = (Column("frame", "frame", ""), Column("most", "medium, frames/s", ""), Column("frames", "frames/s", ""),
           Column("rate", "rate", "kbit/s"), Column("delay", "latency", "ms"), Column("loss", "loss", "ppm"),
           Column("burst", "frames at once", ""))

Search = Generator[Step, Told, "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """The highest rate without loss, as offered and as it left, frames/s, and what was seen then."""

    offered: float
    forwarded: float
    seen: Carried | None


def rfc2544(plan: TrialPlan) -> Course:
    """Carry it out."""
    rows: list[Row] = []
    (tested,) = plan.trial.services
    for frame in plan.trial.frames:
        most = most_frames(plan.ways[0].carriers, frame)
        found = yield from throughput(plan, frame, most)
        reached = rate(found.forwarded, frame)
        kept = None if tested.cir is None else reached >= tested.cir * (1 - plan.trial.resolution / PPM)
        rows.append(Row("throughput", f"{frame} bytes", {
            "frame": frame, "most": floor(most), "frames": found.forwarded, "rate": reached / 1000,
        }, kept, "" if kept is not False else "less than the committed rate"))
        if found.seen is not None and found.seen.settled is not None:
            rows.append(Row("latency", f"{frame} bytes", {"frame": frame, "frames": found.offered,
                                                          "delay": found.seen.settled / 1e6}))
        rows += yield from _losses(plan, frame, most)
        burst = yield from _back_to_back(plan, frame, most)
        rows.append(Row("back-to-back", f"{frame} bytes", {"frame": frame, "burst": burst}))
    return Report(plan.trial.name, plan.trial.method.value, "RFC 2544", COLUMNS, tuple(rows), _notes(plan.trial.step))


def throughput(plan: TrialPlan, frame: Size, most: float) -> Search:
    """Search from what the narrowest medium carries: upwards in doubled steps while nothing is lost, then by halves."""
    fine = max(most * plan.trial.resolution / PPM, LEAST_STEP)
    low, high, best = 0.0, most * 2, Found(0.0, 0.0, None)
    rate_now, stride = most, fine
    while high - low > fine:
        seen = yield from _trial(plan, frame, rate_now)
        if seen.sent == seen.received:
            low, best = rate_now, Found(rate_now, min(rate_now, seen.arrival), seen)
            rate_now, stride = min(rate_now + stride, (low + high) / 2), stride * 2
        else:
            high = rate_now
            rate_now = (low + high) / 2
    return best


def _losses(plan: TrialPlan, frame: Size, most: float) -> Generator[Step, Told, list[Row]]:
    """Loss at 100 % of what the medium carries, at 90 % and so on, until two rates in a row lose nothing."""
    rows: list[Row] = []
    clean = 0
    for part in range(100, 0, -LOSS_STEP):
        seen = yield from _trial(plan, frame, most * part / 100)
        lost = PPM * (seen.sent - seen.received) / seen.sent
        rows.append(Row("frame loss", f"{frame} bytes, {part} %", {"frame": frame, "frames": most * part / 100,
                                                                   "loss": lost}))
        clean = 0 if lost else clean + 1
        if clean == CLEAN:
            break
    return rows


def _back_to_back(plan: TrialPlan, frame: Size, most: float) -> Generator[Step, Told, int]:
    """The longest burst, at what the first medium of the way carries, of which nothing is lost."""
    fastest = most_frames(plan.ways[0].carriers[:1], frame)
    most = max(FEWEST, round(fastest * plan.trial.step / NS_PER_S))
    low, high = 0, most + 1
    count = FEWEST
    while high - low > max(1, low * plan.trial.resolution // PPM) and low < most:
        seen = yield from _burst(plan, frame, count, fastest)
        low, high = (count, high) if seen.sent == seen.received else (low, count)
        count = min(2 * low, most) if high > most else (low + high) // 2
    return low


def _trial(plan: TrialPlan, frame: Size, frames_per_second: float) -> Generator[Step, Told, Carried]:
    return (yield from _send(f"{frame} bytes at {frames_per_second:.0f}/s", frame, frames_per_second, plan.trial.step))


def _burst(plan: TrialPlan, frame: Size, count: int, frames_per_second: float) -> Generator[Step, Told, Carried]:
    length = Time(round(NS_PER_S / frames_per_second) * count)
    return (yield from _send(f"{count} frames of {frame} bytes at once", frame, frames_per_second, length))


def _send(title: str, frame: Size, frames_per_second: float, length: Time) -> Generator[Step, Told, Carried]:
    told = yield Burst(title, (Load(0, frame, Time(round(NS_PER_S / frames_per_second))),), length)
    assert isinstance(told, tuple)
    return told[0]


def _notes(step: Time) -> tuple[str, ...]:
    shorter = (f"Trials last {step / NS_PER_S:g} s where RFC 2544 asks for 60 s, and latency is the mean of the second "
               "half of one trial; each is done once, as it would come out the same again.",)
    return (
        "100 % is what the narrowest medium of the way carries of such frames.",
        "Throughput is the rate at which frames arrived in the highest trial without loss.",
        *(shorter if step < STANDARD_TRIAL else ()),
    )
