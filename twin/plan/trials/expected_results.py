"""What theory says of a way that has nothing but the test on it: rates, delays, and what its queues swallow; pure.

Each figure is None where no closed form is known: on the air of a radio cell, and before queues that drop early.
"""

from __future__ import annotations

from itertools import accumulate
from math import floor, inf

from twin.core.units import NS_PER_S, PPM, Time
from twin.plan.trials.measurements import FCS, Way, most_frames


def fastest(way: Way, frame: int) -> float:
    """frames/s that the first medium of the way takes: as fast as a tester can send."""
    return most_frames(way.carriers[:1], frame)


def rate(way: Way, frame: int) -> float | None:
    """frames/s that come through for ever: what the narrowest medium carries, and what is not policed away."""
    if any(one.airtime for one in way.carriers):
        return None
    held = way.limit.rate / (8 * way.limit.size(frame)) if way.limit else inf
    return min(most_frames(way.carriers, frame), held)


def latency(way: Way, frame: int) -> float | None:
    """ns from a frame's first bit sent to its last one received, where nothing waits."""
    if any(one.airtime for one in way.carriers):
        return None
    return sum(one.delay + one.serialization(frame - FCS) for one in way.carriers)


def loss(way: Way, frame: int, offered: float, length: Time) -> float | None:
    """ppm lost of frames at `offered` frames/s for `length`, at most as many as the narrowest medium carries.

    That is what a policer drops once its bucket is empty.
    """
    carried = rate(way, frame)
    if carried is None or any(one.lossy for one in way.carriers):
        return None
    sent = offered * length / NS_PER_S
    bucket = way.limit.burst / way.limit.size(frame) if way.limit else 0.0
    return PPM * max(0.0, sent - carried * length / NS_PER_S - bucket) / sent


def burst(way: Way, frame: int) -> float | None:
    """Frames that may come at once, as fast as the first medium takes them, without a loss.

    Of n frames that come at a rate a and leave at a rate r, n (1 - r / a) wait (and one is under way); the queue that
    is full first decides. None also where there is no such queue.
    """
    found = inf
    paces = [one.rate / (one.layer.cost(frame - FCS) * 8) for one in way.carriers]
    for come, leave, room in zip(accumulate(paces, min), paces[1:], rooms(way, frame)[1:], strict=False):
        if leave < come:
            if room is None:
                return None
            found = min(found, room / (1 - leave / come) + 1)
    if way.limit:
        size = way.limit.size(frame)
        found = min(found, way.limit.burst / size / (1 - way.limit.rate / (8 * size) / paces[0]))
    return None if found == inf or any(one.airtime for one in way.carriers) else found


def recovery(way: Way, frame: int, offered: float) -> float | None:
    """ns from the end of an overload of `offered` frames/s until a receiver has seen the last loss that it left.

    The first frame after that loss finds the queue before the narrowest medium full but for its own place, and waits
    for all of it: backlog over rate; of the frame under way then, between one and two times by how much a frame comes
    sooner than it leaves is left. Of an overload one frame in `offered` / excess is lost, so that the last loss is half
    as many frames before the end on average.
    """
    carried, alone = rate(way, frame), latency(way, frame)
    if carried is None or alone is None or offered <= carried:
        return None
    early = (offered / (offered - carried) - 1) / 2 * NS_PER_S / offered
    if way.limit and carried < most_frames(way.carriers, frame):
        return alone - early
    narrow = min(range(len(way.carriers)), key=lambda k: most_frames(way.carriers[k:k + 1], frame))
    room = rooms(way, frame)[narrow]
    leave, come = NS_PER_S / carried, NS_PER_S / offered
    return None if room is None else alone - early + (room - 1) * leave + 1.5 * (leave - come)


def rooms(way: Way, frame: int) -> list[int | None]:
    """Frames that may wait before each medium; None where that is no plain queue."""
    return [None if room is None else floor(room / one.layer.cost(frame - FCS))
            for one, room in zip(way.carriers, way.rooms, strict=True)]
