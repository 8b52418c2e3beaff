"""Stations that contend for the air by the distributed coordination function (DCF): their throughput.

`bianchi` is the published model: a station counts a busy time as one idle slot. A station of the standard does not:
its counter is frozen, so that right after a frame only the station that has just sent can send again. `saturation`
models that (after Tinnirello, Bianchi and Xiao 2010), with a retry limit, as the emulation does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from twin.core.units import NS_PER_S

SHARP = 60
"""Steps of the bisection for a probability."""
ENDLESS = 400
"""Stages of a station without a retry limit."""


class Windows(NamedTuple):
    """Contention windows: `first` slots to choose from, doubled `doublings` times; retries: None without a limit."""

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


class ServiceTime(NamedTuple):
    """The service time of a frame at a station that sends alone, ns: mean, mean square, at the most; and what the mean
    has of retransmissions before the frame arrives."""

    mean: float
    square: float
    longest: float
    retransmission: float


class Saturation(NamedTuple):
    """frames: successful ones per second of all stations together. collided: the probability of a collision after an
    idle slot. failed: the part of all attempts that collide. taken: the part of the time that frames take, successful
    or not, with all that belongs to them except idle slots."""

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


def alone(windows: Windows, slot: float, exchange: float, damaged: float = 0.0) -> ServiceTime:
    """Of a station that nobody contends with. exchange: ns of DIFS, frame and acknowledgement; damaged: the probability
    that a frame is damaged, and retransmitted.

    The backoff after a frame delays the next one only, if that has arrived by then: so the waits are those of M/G/1
    where frames arrive at random, and a frame is on the air as soon as the station is free.
    """
    mean = square = retransmission = arrived = longest = again = spread = 0.0
    reached, after = 1.0, _uniform(windows.first, slot)
    for stage in windows.stages:
        ends = reached if stage == windows.stages[-1] else reached * (1 - damaged)
        whole = (stage + 1) * exchange + again + after[0]
        mean += ends * whole
        square += ends * (whole**2 + spread + after[1])
        retransmission += reached * (1 - damaged) * (stage * exchange + again)
        arrived += reached * (1 - damaged)
        longest = (stage + 1) * exchange + 2 * (again + after[0])
        reached *= damaged
        if not reached:
            break
        drawn = _uniform(windows.at(stage + 1), slot)
        again, spread = again + drawn[0], spread + drawn[1]
    return ServiceTime(mean, square, longest, retransmission / arrived)


def _uniform(window: int, slot: float) -> tuple[float, float]:
    """Mean and variance of a backoff, ns and ns squared."""
    return (window - 1) / 2 * slot, (window**2 - 1) / 12 * slot**2


def saturation(stations: int, windows: Windows, slot: float, exchange: float) -> Saturation:
    """Saturation throughput where backoff counters are frozen while the air is busy. slot, and what a frame takes,
    successful or not, without its backoff: ns.

    Time is counted in idle slots. A station that draws a backoff of zero sends at once: after a success no other can,
    after a collision only the one that it collided with (taken to be one, and at the same stage).
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

    The saturated one counts down in every idle slot, so that the backoffs of the other cost nothing; now and then the
    two collide. packet, answer: what each takes without its backoff.
    """
    met = _collisions(windows.first)
    idle = packets * (windows.first - 1) / 2 + answers * met * (windows.at(1) - 1) / 2
    return packets * packet + answers * (answer + met * packet) + idle * slot


def _collisions(window: int) -> float:
    """How often an answer collides: the other draws from the same window until the counter of the answer is zero.

    met[r]: the probability with r slots left. The other draws r: they collide; more: the answer goes first; less: that
    much is subtracted.
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
