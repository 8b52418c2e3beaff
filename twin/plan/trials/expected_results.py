"""Expected results of a trial on an otherwise idle path: rates, delays, loss, burst sizes, recovery times; pure.

Each figure is None where no closed form is known: on the air of a radio cell, before queues with early drop (AQM), and
where jitter or reordering decides.
"""

from __future__ import annotations

from itertools import accumulate
from math import floor, inf

from twin.core.units import NS_PER_S, PPM, Time
from twin.plan.trials.measurements import FCS, ServicePath, most_frames


def fastest(path: ServicePath, frame: int) -> float:
    """frames/s that the first medium of the path takes: as fast as a tester can send."""
    return most_frames(path.carriers[:1], frame)


def rate(path: ServicePath, frame: int) -> float | None:
    """frames/s that are forwarded without end: what the narrowest medium carries, and what is not policed away."""
    if any(link.airtime for link in path.carriers):
        return None
    held = path.limit.rate / (8 * path.limit.size(frame)) if path.limit else inf
    return min(most_frames(path.carriers, frame), held)


def latency(path: ServicePath, frame: int) -> float | None:
    """ns from a frame's first bit sent to its last one received, where nothing waits."""
    if any(link.airtime or link.impairments.varies for link in path.carriers):
        return None
    return sum(link.least_delay + link.serialization(frame - FCS) for link in path.carriers)


def loss(path: ServicePath, frame: int, offered: float, length: Time) -> float | None:
    """ppm lost of frames at `offered` frames/s for `length`, at most as many as the narrowest medium carries.

    That is what a policer drops once its bucket is empty.
    """
    carried = rate(path, frame)
    if carried is None or any(link.lossy for link in path.carriers):
        return None
    sent = offered * length / NS_PER_S
    bucket = path.limit.burst / path.limit.size(frame) if path.limit else 0.0
    return PPM * max(0.0, sent - carried * length / NS_PER_S - bucket) / sent


def burst(path: ServicePath, frame: int) -> float | None:
    """Frames that may come at once, as fast as the first medium takes them, without a loss.

    Of n frames that come at a rate a and leave at a rate r, n (1 - r / a) wait (and one is under way); the queue that
    is full first decides. None also where there is no such queue.
    """
    frames = inf
    rates = [link.rate / (link.layer.cost(frame - FCS) * 8) for link in path.carriers]
    limits = queue_limits(path, frame)[1:]
    for arrival, departure, queue_limit in zip(accumulate(rates, min), rates[1:], limits, strict=False):
        if departure < arrival:
            if queue_limit is None:
                return None
            frames = min(frames, queue_limit / (1 - departure / arrival) + 1)
    if path.limit:
        size = path.limit.size(frame)
        frames = min(frames, path.limit.burst / size / (1 - path.limit.rate / (8 * size) / rates[0]))
    return None if frames == inf or any(link.airtime for link in path.carriers) else frames


def recovery(path: ServicePath, frame: int, offered: float) -> float | None:
    """ns from the end of an overload of `offered` frames/s until a receiver has seen the last loss that it left.

    The first frame after that loss finds the queue before the narrowest medium full but for its own place, and waits
    for all of it: backlog over rate; of the frame under way then, between one and two times by how much a frame comes
    sooner than it leaves is left. Of an overload one frame in `offered` / excess is lost, so that the last loss is half
    as many frames before the end on average.
    """
    carried, idle_latency = rate(path, frame), latency(path, frame)
    if carried is None or idle_latency is None or offered <= carried:
        return None
    early = (offered / (offered - carried) - 1) / 2 * NS_PER_S / offered
    if path.limit and carried < most_frames(path.carriers, frame):
        return idle_latency - early
    bottleneck = min(range(len(path.carriers)), key=lambda k: most_frames(path.carriers[k:k + 1], frame))
    queue_limit = queue_limits(path, frame)[bottleneck]
    departure, arrival = NS_PER_S / carried, NS_PER_S / offered
    if queue_limit is None:
        return None
    return idle_latency - early + (queue_limit - 1) * departure + 1.5 * (departure - arrival)


def queue_limits(path: ServicePath, frame: int) -> list[int | None]:
    """Frames that may wait before each medium; None where that is no plain queue."""
    return [None if queue_limit is None else floor(queue_limit / link.layer.cost(frame - FCS))
            for link, queue_limit in zip(path.carriers, path.queue_limits, strict=True)]
