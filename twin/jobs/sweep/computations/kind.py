"""The computations that a study can ask for."""

from __future__ import annotations

from enum import StrEnum


class ComputationKind(StrEnum):
    """What is computed for a point."""

    THEORY = "theory"
    """The predictions of `twin plan`."""
    PACKETS = "packets"
    """The measurement of `twin verify`, in a lab."""
