"""The computations that a study can ask for, and what they need and depend on."""

from __future__ import annotations

from enum import StrEnum


class Need(StrEnum):
    """What a computation takes of the machine that carries it out, beside our code; its version counts as well."""

    KERNEL = "kernel"
    """The lab kernel."""
    NUMPY = "numpy"
    """Of the extra `territory` of the package."""


class Depends(StrEnum):
    """What a result depends on, of a point, beside its description."""

    SEED = "seed"
    CUT = "cut"
    STAGE = "stage"
    """Of the demand."""


class ComputationKind(StrEnum):
    """What is computed for a point."""

    THEORY = "theory"
    """The predictions of `twin plan`."""
    PACKETS = "packets"
    """The measurement of `twin verify`, in a lab."""
    SIZING = "sizing"
    """What `twin size` says of all lines."""
    COST = "cost"
    """What `twin cost` says of them."""
