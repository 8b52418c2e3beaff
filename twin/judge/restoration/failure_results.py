"""What labs of a campaign saw, and what is known of each cut; values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.core.errors import ExitCode
from twin.core.units import Time
from twin.judge.restoration.isolation_check import Silence
from twin.judge.verdict import Verdict
from twin.model import Metric, Network, Protection
from twin.plan.failures.failure_scenarios import Cut, Fall, Isolation, Pair

FORMAT = 1
"""Version of what a campaign stores."""
INTACT = "intact"
"""What the lab without a cut is about."""
CUT, RETURN = "cut", "return"
"""The stretches in which probes run."""


@dataclass(frozen=True, slots=True)
class ProbeSeen:
    """A probe in one stretch. gap: packets in its longest run of losses. back: whether packets came after that.
    overtaken: how many may be when it returns. slowest: the longest that one took, ns."""

    name: str
    service_class: str
    stretch: str
    sent: int
    lost: int
    gap: int
    back: bool
    duplicated: int
    reordered: int
    overtaken: int = 0
    slowest: int = 0


@dataclass(frozen=True, slots=True)
class Observed:
    """What one lab of a campaign left. of: the key of what was cut, or INTACT. moved: when the controller had moved the
    traffic, ns after the cut. losses: packets that each of the network's own flows lost about the cut, beyond those
    of as long a stretch before it. verdicts: on the seconds while it was degraded; none of a cut that only isolates.
    heard: whether anything came through meanwhile, of each flow that can tell. rounds: of the controller. doubts: why
    the emulation cannot be trusted."""

    key: str
    of: str
    digest: str
    doubts: tuple[str, ...]
    moved: Time | None
    probes: tuple[ProbeSeen, ...]
    losses: dict[str, int]
    verdicts: tuple[Verdict, ...]
    heard: dict[str, bool]
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class ClassOutage:
    """A service class about a cut. restored: ns, None where it never was, or where no probe was concerned (probes 0).
    lost: packets of the network's own constant-rate flows. duplicated, reordered: probes' packets, about the cut.
    back: when traffic returned."""

    service_class: str
    probes: int
    restored: int | None
    lost: int
    duplicated: int
    reordered: int
    back: Return


@dataclass(frozen=True, slots=True)
class Return:
    """Probes while traffic returned to what was mended: packets sent, and of these lost, doubled and out of order;
    overtaken: how many could be, since the way round takes so much longer; slowest: the longest that one took, ns."""

    sent: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    overtaken: int = 0
    slowest: int = 0

    def __add__(self, other: Return) -> Return:
        return Return(self.sent + other.sent, self.lost + other.lost, self.duplicated + other.duplicated,
                      self.reordered + other.reordered, self.overtaken + other.overtaken,
                      max(self.slowest, other.slowest))


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that no longer holds while degraded: how many flows of a workload, and the worst, in the unit.

    told, low, high: what theory says of that one's figure, or of its bounds, where it was asked.
    """

    workload: str
    metric: Metric
    unit: str
    target: float
    flows: int
    worst: float | None
    intact: float | None
    told: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """All that is known of a cut, or of two. expected: what the file's figures add up to, ns; None where nothing heals.
    rounds: of the controller, within `moved`. isolation: by the plan; void: how many promises to those who are cut off
    there are, by service, most first; silence: what the lab says to that. digest: "" where no lab was asked."""

    cut: Cut | Pair | Fall
    isolation: Isolation
    expected: int | None = None
    moved: Time | None = None
    rounds: int = 0
    classes: tuple[ClassOutage, ...] = ()
    broken: tuple[Broken, ...] = ()
    void: dict[str, int] = field(default_factory=dict)
    silence: Silence = Silence()
    doubts: tuple[str, ...] = ()
    digest: str = ""

    @property
    def healed(self) -> bool:
        """Whether every class that the cut concerned was restored."""
        return all(one.restored is not None for one in self.classes if one.probes)

    @property
    def worst(self) -> int | None:
        """The longest time to restore, ns; None where nothing was to be restored."""
        return max((one.restored or 0 for one in self.classes if one.probes), default=None)

    @property
    def lost(self) -> int:
        """Packets that the network's own constant-rate flows lost."""
        return sum(one.lost for one in self.classes)

    @property
    def back(self) -> Return:
        """All probes while traffic returned."""
        return sum((one.back for one in self.classes), Return())


@dataclass(frozen=True, slots=True)
class Campaign:
    """All findings, worst first; doubles: of two cuts at once, measured or by the plan alone; falls: of what the
    description's own faults degrade. promises: to all flows in all."""

    network: Network
    protection: Protection
    seconds: float
    seed: int
    findings: tuple[Finding, ...]
    doubles: tuple[Finding, ...]
    resolution: Time
    intact_doubts: tuple[str, ...]
    falls: tuple[Finding, ...] = ()
    promises: int = 0

    @property
    def late(self) -> tuple[Finding, ...]:
        """The cuts that another way could have healed, and that took longer than the goal."""
        return tuple(f for f in self.findings if f.cut.guarded
                     and (not f.healed or (f.worst or 0) > self.protection.goal))

    @property
    def exit_code(self) -> ExitCode:
        """MET: every cut healed within the goal; MISSED: one did not; INCONCLUSIVE: the emulation cannot be trusted."""
        measured = (*self.findings, *self.doubles, *self.falls)
        if self.intact_doubts or not self.findings or any(one.doubts or one.silence.against for one in measured):
            return ExitCode.INCONCLUSIVE
        return ExitCode.MISSED if self.late else ExitCode.MET
