"""A run as it is stored and shown: everything the report needs, with no lab behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.core.errors import ExitCode
from twin.judge.verdict import CellLoad, Certificate, FlowFigures, Outcome, SpanDelay, SpanLoad, Verdict
from twin.judge.verdicts.theory_agreement import Agreement
from twin.model import Network
from twin.plan.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class Context:
    """How a run was made: versions and options, to reproduce it."""

    format: int
    lab: str
    seed: int
    seconds: float
    digest: str
    baseline_digest: str | None
    started_at: str
    wall_seconds: float
    emulated_seconds: float
    versions: dict[str, str]
    assumptions: tuple[str, ...]
    """What the emulation adds or assumes and the reader should know (reaction times, codecs, layers of rates)."""
    inputs: dict[str, str] = field(default_factory=dict)
    """SHA-256 of what the labs read of the host: kernel, code, Python, programs, settings."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One side of a run (QoS or baseline): figures of flows and spans, the certificate, and the air of radio cells."""

    figures: tuple[FlowFigures, ...]
    loads: tuple[SpanLoad, ...]
    certificate: Certificate
    air: tuple[CellLoad, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: what was built, what was measured with QoS and without, and what follows."""

    network: Network
    blueprint: Blueprint
    context: Context
    qos: Measured
    baseline: Measured | None
    verdicts: tuple[Verdict, ...]
    delay_breakdown: dict[str, tuple[SpanDelay, ...]]
    """Per flow, each span's part of the mean delay."""
    agreements: dict[str, tuple[Agreement, ...]] = field(default_factory=dict)
    """Per flow, every closed form beside what was measured."""

    @property
    def exit_code(self) -> ExitCode:
        """MET: all targets; MISSED: one of them; INCONCLUSIVE: none missed, but one inconclusive, or nothing judged."""
        outcomes = {verdict.verdict for verdict in self.verdicts}
        if Outcome.MISSED in outcomes:
            return ExitCode.MISSED
        return ExitCode.MET if outcomes == {Outcome.MET} else ExitCode.INCONCLUSIVE
