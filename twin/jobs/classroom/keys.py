"""What the secret of a class gives: the seed of each seat, the secret of its gradings, the token of each person. Pure.

Each is HMAC-SHA-256 (RFC 2104) of the secret over what it is for: who knows one of them knows no other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

SEED_BITS = 31


def seat_seed(secret: str, seat: str, exercise: str) -> int:
    """The seed that draws what is wrong at a seat, 31 bits."""
    return int.from_bytes(_digest(secret, "seed", seat, exercise)[:4], "big") >> (32 - SEED_BITS)


def grading_secret(secret: str, seat: str, exercise: str) -> str:
    """From which the seeds of a seat's gradings are drawn."""
    return _digest(secret, "held-out", seat, exercise).hex()


def token(secret: str, person: str) -> str:
    """What lets a person in, 43 characters."""
    return base64.urlsafe_b64encode(_digest(secret, "token", person)).decode().rstrip("=")


def _digest(secret: str, *parts: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), "\0".join(parts).encode(), hashlib.sha256)
