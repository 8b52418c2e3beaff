"""What the host asks of a lab, what the lab leaves, and what it says meanwhile; values and file names only."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Time
from twin.plan.trials.measurements import TrialPlan

ORDER_FILE = "order.json"
BLUEPRINT_FILE = "blueprint.json"
READBACK_FILE = "readback.json"
LOADS_FILE = "loads.json"
CLOSING_FILE = "closing.json"
ECHOES_FILE = "irtt.json"
FETCHED_FILE = "fetched.json"
TRACE_FILE = "trace.txt"
REPORT_FILE = "report.json"
SAMPLES = "samples"
CALIBRATION = "calibration"
FETCHED = "fetched"
BESIDE = "beside"
"""Where irtt's answers are, and the samples of our probes that ran at the same time."""
LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Order:
    """One side of a run, as the lab is asked to carry it out. seconds: of measurement; seed: of all randomness;
    virtual: whether the lab's clock is (on the wall clock shapers catch up what late timers lose)."""

    seconds: float
    seed: int
    virtual: bool = True
    trial: TrialPlan | None = None
    """What is tried in place of the network's own load."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What the lab says at its end. emulated: ns on its clock since it began; strays: packets lost outside the
    model, by where; lag: the largest lateness of a timer of the traffic, ns; reroutes: what came of its faults."""

    emulated: Time
    strays: dict[str, int]
    lag: Time
    versions: dict[str, str]
    reroutes: tuple[Reroute, ...] = ()


@dataclass(frozen=True, slots=True)
class Reroute:
    """A span or node that was cut or mended, and when the controller had moved its traffic, ns from the start of the
    measurement; None where it never said so. rounds: in how many rounds."""

    name: str
    cut: bool
    at: Time
    moved: Time | None
    rounds: int = 0
