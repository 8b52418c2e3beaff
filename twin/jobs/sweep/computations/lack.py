"""What a description lacks for a computation."""

from __future__ import annotations

from typing import NamedTuple


class Lack(NamedTuple):
    """Why something cannot be computed of a description, and what to write there."""

    reason: str
    remedy: str
