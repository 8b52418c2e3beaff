"""A point of a study: one description, with one cut or none, and one seed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model import Network


@dataclass(frozen=True, slots=True)
class Point:
    """What is computed. cut: the span or node that is cut, "" for none. seed: of all randomness."""

    network: Network
    seed: int
    cut: str = ""
