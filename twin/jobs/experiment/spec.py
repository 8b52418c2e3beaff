"""What the host passes into a lab and what the lab returns, as values and names of files."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Time
from twin.plan.trials.measurements import TrialPlan

ORDER_FILE = "order.json"
BLUEPRINT_FILE = "blueprint.json"
INSTRUMENTS_FILE = "instruments.json"
READBACK_FILE = "readback.json"
LOADS_FILE = "loads.json"
CLOSING_FILE = "closing.json"
ECHOES_FILE = "irtt.json"
DOWNLOADS_FILE = "downloads.json"
TRACE_FILE = "trace.txt"
REPORT_FILE = "report.json"
SAMPLES = "samples"
CALIBRATION = "calibration"
DOWNLOADS = "downloads"
BESIDE = "beside"
"""Where the delays by irtt are, and the samples of our probes that ran at the same time."""
LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Order:
    """How a lab carries out one side of a run. seconds: of measurement. seed: of all randomness. virtual: whether the
    lab is in virtual time (on the wall clock shapers catch up what late timers lose)."""

    seconds: float
    seed: int
    virtual: bool = True
    trial: TrialPlan | None = None
    """The trial that replaces the load of the network."""
    cross_checked: bool = True
    """Whether second instruments measure beside ours: the downloads and irtt of the certificate."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a run in a lab ended. emulated: ns on the lab's clock since it began. strays: packets lost outside the model,
    by place. lag: largest lateness of a timer of the traffic, ns. reroutes: one for each fault that causes one."""

    emulated: Time
    strays: dict[str, int]
    lag: Time
    versions: dict[str, str]
    reroutes: tuple[Reroute, ...] = ()


@dataclass(frozen=True, slots=True)
class Reroute:
    """A span or node that was cut or restored. at: when, ns after the start of the measurement. moved: when the
    controller had rerouted its traffic, None if it has not reported that. rounds: of updates."""

    name: str
    cut: bool
    at: Time
    moved: Time | None
    rounds: int = 0
