"""Stations that contend for the air by the distributed coordination function: what all of them together bring through.

`bianchi` is the published model: a station counts a busy time as it counts an idle slot. The standard's station does
not: its count stands still, so that right after a frame only who has just sent can send again. `saturated` reckons so
(after Tinnirello, Bianchi and Xiao 2010), with a limit of retries; it is what the emulation does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from twin.core.units import NS_PER_S

SHARP = 60
"""Halvings in the search for a probability."""
ENDLESS = 400
"""Stages that stand for retries without end."""


class Windows(NamedTuple):
    """How stations draw their backoff: `first` slots to choose from, doubled `doublings` times; retries: None without
    end."""

    first: int
    doublings: int
    retries: int | None = None

    def at(self, stage: int) -> int:
        """Slots to choose from after so many failures."""
        return self.first << min(stage, self.doublings)

    @property
    def stages(self) -> range:
        """The attempts that one frame can have."""
        return range((ENDLESS if self.retries is None else self.retries) + 1)


class Hold(NamedTuple):
    """For how long a frame keeps a station that sends alone, until its next may follow, ns: mean, mean square, at the
    most; and how much of the mean passes in vain before the frame arrives."""

    mean: float
    square: float
    longest: float
    vain: float


class Saturation(NamedTuple):
    """frames: brought through in a second by all stations together. collided: the chance to collide after an idle slot.
    failed: the part of all attempts that collide. taken: the part of the time that frames take, sent in vain or not,
    with all that goes with them but idle slots."""

    frames: float
    collided: float
    failed: float
    taken: float


def bianchi(stations: int, windows: Windows, slot: float, success: float, collision: float) -> Saturation:
    """Saturation throughput (Bianchi 2000). slot, and what a success and a collision take in all: ns."""
    def attempts(collided: float) -> float:
        """The chance that a station sends in a slot."""
        sent = counted = 0.0
        for stage in windows.stages:
            sent += collided ** stage
            counted += collided ** stage * (windows.at(stage) + 1) / 2
        return sent / counted

    collided = _fixed(lambda p: 1 - (1 - attempts(p)) ** (stations - 1))
    tau = attempts(collided)
    busy = 1 - (1 - tau) ** stations
    alone = stations * tau * (1 - tau) ** (stations - 1)
    idle, taken = (1 - busy) * slot, alone * success + (busy - alone) * collision
    return Saturation(alone * NS_PER_S / (idle + taken), collided, collided, taken / (idle + taken))


def alone(windows: Windows, slot: float, exchange: float, damaged: float = 0.0) -> Hold:
    """Of a station that nobody contends with. exchange: ns of DIFS, frame and acknowledgement; damaged: the chance that
    a frame is, and is sent again.

    The backoff after a frame keeps back the next one only, and is over or not when that comes: so the waits are those
    of M/G/1 where frames come at random, and a frame is on the air as soon as the station is free.
    """
    mean = square = vain = arrived = longest = again = spread = 0.0
    reached, after = 1.0, _uniform(windows.first, slot)
    for stage in windows.stages:
        ends = reached if stage == windows.stages[-1] else reached * (1 - damaged)
        whole = (stage + 1) * exchange + again + after[0]
        mean += ends * whole
        square += ends * (whole**2 + spread + after[1])
        vain += reached * (1 - damaged) * (stage * exchange + again)
        arrived += reached * (1 - damaged)
        longest = (stage + 1) * exchange + 2 * (again + after[0])
        reached *= damaged
        if not reached:
            break
        drawn = _uniform(windows.at(stage + 1), slot)
        again, spread = again + drawn[0], spread + drawn[1]
    return Hold(mean, square, longest, vain / arrived)


def _uniform(window: int, slot: float) -> tuple[float, float]:
    """Mean and variance of a backoff, ns and ns squared."""
    return (window - 1) / 2 * slot, (window**2 - 1) / 12 * slot**2


def saturated(stations: int, windows: Windows, slot: float, exchange: float) -> Saturation:
    """Saturation throughput where counts stand still while the air is busy. slot, and what a frame takes, sent in vain
    or not, without its backoff: ns.

    Time is counted in idle slots. Who draws no backoff at all sends at once: after a success nobody else can, after a
    collision only the one that it met (taken to be one, and at the same stage).
    """
    def per_frame(collided: float) -> tuple[float, float, float, float, float]:
        """Of one frame: idle slots, attempts after one, collisions of those made at once, its chance to arrive, and
        all attempts."""
        reached, idle, after, again, arrived, attempts = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for stage in windows.stages:
            window = windows.at(stage)
            met = 1 / window if stage else 0.0
            idle += reached * (window - 1) / 2
            after += reached * (1 - 1 / window)
            again += reached / window * met
            failed = (1 - 1 / window) * collided + met / window
            arrived += reached * (1 - failed)
            attempts += reached
            reached *= failed
        return idle, after, again, arrived, attempts

    def meets(collided: float) -> float:
        idle, after, *_ = per_frame(collided)
        return 1 - (1 - after / idle) ** (stations - 1)

    collided = _fixed(meets)
    idle, after, again, arrived, attempts = per_frame(collided)
    tau = after / idle
    successes = stations * arrived / idle
    collisions = 1 - (1 - tau) ** stations - stations * tau * (1 - tau) ** (stations - 1) + stations * again / idle / 2
    taken = (successes + collisions) * exchange
    return Saturation(successes * NS_PER_S / (slot + taken), collided, 1 - arrived / attempts, taken / (slot + taken))


def answered(packets: float, answers: float, windows: Windows, slot: float, packet: float, answer: float) -> float:
    """ns that one station takes for `packets` while another sends `answers` that they cause (TCP's acknowledgements).

    The one that has always something to send counts down in every idle slot, so that the backoffs of the other cost
    nothing; now and then the two collide. packet, answer: what each takes without its backoff.
    """
    met = _meetings(windows.first)
    idle = packets * (windows.first - 1) / 2 + answers * met * (windows.at(1) - 1) / 2
    return packets * packet + answers * (answer + met * packet) + idle * slot


def _meetings(window: int) -> float:
    """How often an answer collides: the other draws afresh from the same window until the count of the answer is over.

    met[r]: the chance, with r slots left. The other draws r: they meet; more: the answer goes first; less: that much
    is taken off.
    """
    met = [1 / window]
    for left in range(1, window):
        met.append((1 + sum(met[left - drawn] for drawn in range(1, left))) / (window - 1))
    return sum(met) / window


def _fixed(function: Callable[[float], float]) -> float:
    """Where a falling function of a probability meets it; by bisection."""
    low, high = 0.0, 1.0
    for _ in range(SHARP):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > middle else (low, middle)
    return (low + high) / 2
