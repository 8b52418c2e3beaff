"""Token buckets (RFC 2697, RFC 2698; OpenFlow meters): which packets of constant-rate and random streams pass them."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heapreplace
from random import Random
from typing import NamedTuple

SEED = 1
"""Of the phases of streams, and of random arrivals."""


class TokenBucket(NamedTuple):
    """rate: bit/s; depth: bytes; overhead: bytes that each IP packet costs beyond its size."""

    rate: float
    depth: float
    overhead: int


def passed(
    buckets: Sequence[TokenBucket], sizes: Sequence[int], rates: Sequence[float], random: Sequence[bool], packets: int
) -> tuple[float, ...]:
    """The part of each stream's packets that pass all buckets, one after the other, in the long run.

    sizes: IP bytes; rates: packets/s; random: whether they arrive at random; packets: how many are looked at in all.
    """
    chance = Random(SEED)
    arrivals = [(chance.random() / rate, k) for k, rate in enumerate(rates) if rate > 0]
    tokens, filled = [bucket.depth for bucket in buckets], [0.0] * len(buckets)
    sent, through = [0] * len(sizes), [0] * len(sizes)
    heapify(arrivals)
    for number in range(packets if arrivals else 0):
        now, k = arrivals[0]
        heapreplace(arrivals, (now + (chance.expovariate(rates[k]) if random[k] else 1 / rates[k]), k))
        counted = 2 * number >= packets
        sent[k] += counted
        for j, bucket in enumerate(buckets):
            tokens[j] = min(bucket.depth, tokens[j] + (now - filled[j]) * bucket.rate / 8)
            filled[j] = now
            if tokens[j] < sizes[k] + bucket.overhead:
                break
            tokens[j] -= sizes[k] + bucket.overhead
        else:
            through[k] += counted
    return tuple(through[k] / sent[k] if sent[k] else 1.0 for k in range(len(sizes)))
