"""One seed, many named streams: every random choice of a run is drawn from a stream with a name of its own.

A stream depends on the seed and on its name alone, so that adding a flow or a span never changes what another draws.
"""

from __future__ import annotations

import hashlib
import random


def stream_seed(seed: int, name: str, bits: int = 32) -> int:
    """The seed of the stream `name`: `bits` bits of SHA-256 over seed and name."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:16], "big") >> (128 - bits)


def stream(seed: int, name: str) -> random.Random:
    """A generator of its own for the stream `name`."""
    return random.Random(stream_seed(seed, name, 64))
