"""What a lab leaves of a schedule beside what every run leaves; values only."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Time

ACTS_FILE = "acts.json"
RECORD_FILE = "search.json"


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A reroute that the controller has reported. began: when it was decided; at: when it was complete; ns after the
    start of the measurement."""

    began: Time
    at: Time
    span: str
    up: bool
    rounds: int


@dataclass(frozen=True, slots=True)
class LabRecord:
    """What happened. reroutes: all that a controller has reported. errors: what a controller has said before it ended.
    deviations: how switches and interfaces differ from the blueprint once all is healed, by name (twin.emulation)."""

    reroutes: tuple[Rerouted, ...]
    errors: tuple[str, ...]
    deviations: dict[str, tuple[str, ...]]
