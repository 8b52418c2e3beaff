"""A point of a study: one description, with one seed, one cut or none, and a stage of its demand. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model import Network


@dataclass(frozen=True, slots=True)
class Point:
    """What is computed. seed: of all randomness. cut: the span or node that is cut, "" for none. stage: of the demand,
    "" for the one that a computation takes by itself."""

    network: Network
    seed: int
    cut: str = ""
    stage: str = ""
