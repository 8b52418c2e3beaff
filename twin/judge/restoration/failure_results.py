"""What the labs of a campaign measured, and the result of each failure; values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.core.errors import ExitCode
from twin.core.units import Time
from twin.judge.restoration.channel_outages import ChannelOutage
from twin.judge.restoration.isolation_check import IsolationCheck
from twin.judge.verdict import Verdict
from twin.model import Metric, Network, Protection
from twin.plan.failures.failure_scenarios import Degradation, DoubleFailure, Failure, IsolatedLines

FORMAT = 2
"""Version of what a campaign stores."""
INTACT = "intact"
"""The key of the lab without a failure."""
CUT, REVERSION = "cut", "return"
"""The stretches in which probes run: about the failure, and about the reversion."""


@dataclass(frozen=True, slots=True)
class ProbeSeen:
    """A probe in one stretch. gap: packets in its longest run of losses. recovered: whether packets arrived at the end.
    max_reordered: how many reversion may reorder. max_delay: ns. interval: between two packets, ns."""

    name: str
    service_class: str
    stretch: str
    sent: int
    lost: int
    gap: int
    recovered: bool
    duplicated: int
    reordered: int
    max_reordered: int = 0
    max_delay: int = 0
    interval: Time = Time(1_000_000)


@dataclass(frozen=True, slots=True)
class Observed:
    """What one lab of a campaign measured. of: the key of the failure, or INTACT. reconverged: when the controller had
    rerouted everything, ns after the failure. losses: packets that each of the network's own flows lost about the
    failure, beyond those of as long a stretch before. verdicts: on the seconds while it lasted; none for a failure that
    only isolates. delivered: whether anything arrived meanwhile, of each continuous flow. rounds: of the controller.
    interruptions: of the IPTV channel of each viewer, ns, None until the repair. doubts: why the emulation cannot be
    trusted."""

    key: str
    of: str
    digest: str
    doubts: tuple[str, ...]
    reconverged: Time | None
    probes: tuple[ProbeSeen, ...]
    losses: dict[str, int]
    verdicts: tuple[Verdict, ...]
    delivered: dict[str, bool]
    rounds: int = 0
    interruptions: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClassOutage:
    """A service class about a failure. restoration_time: ns, None where it was never restored, or no probe was affected
    (probes 0). lost: packets of the network's own constant-rate flows. duplicated, reordered: probes' packets, about
    the failure. reversion: when traffic went back. slowest: the probe that was restored last. hardest_hit: the flow
    that lost most packets."""

    service_class: str
    probes: int
    restoration_time: int | None
    lost: int
    duplicated: int
    reordered: int
    reversion: Reversion
    slowest: str = ""
    hardest_hit: str = ""


@dataclass(frozen=True, slots=True)
class Reversion:
    """Probes while traffic goes back to a restored path: packets sent, lost, duplicated and reordered; max_reordered:
    how many the difference of the path delays allows; max_delay: ns."""

    sent: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    max_reordered: int = 0
    max_delay: int = 0

    def __add__(self, other: Reversion) -> Reversion:
        return Reversion(
            self.sent + other.sent, self.lost + other.lost, self.duplicated + other.duplicated,
            self.reordered + other.reordered, self.max_reordered + other.max_reordered,
            max(self.max_delay, other.max_delay))


@dataclass(frozen=True, slots=True)
class ViolatedTarget:
    """A target that is missed during a failure and met otherwise: of how many flows of a workload, which of them is the
    worst, and its value, in the unit.

    predicted, predicted_low, predicted_high: of the worst flow in the degraded network, where it was predicted.
    """

    workload: str
    metric: Metric
    unit: str
    target: float
    flows: int
    flow: str
    worst: float | None
    intact: float | None
    predicted: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None


@dataclass(frozen=True, slots=True)
class FailureResult:
    """The result of a failure, of a double failure or of a degradation. expected: the restoration time that the file's
    figures add up to, ns; None where nothing reroutes. reconverged, rounds: of the controller. isolation: by the plan.
    isolated_targets: how many targets the isolated flows have, by service, most first. isolation_check: what the lab
    says of the isolation. channels: the IPTV channels that were interrupted. digest: "" where no lab ran."""

    cut: Failure | DoubleFailure | Degradation
    isolation: IsolatedLines
    expected: int | None = None
    reconverged: Time | None = None
    rounds: int = 0
    classes: tuple[ClassOutage, ...] = ()
    violated: tuple[ViolatedTarget, ...] = ()
    isolated_targets: dict[str, int] = field(default_factory=dict)
    isolation_check: IsolationCheck = IsolationCheck()
    doubts: tuple[str, ...] = ()
    digest: str = ""
    channels: ChannelOutage | None = None

    @property
    def restored(self) -> bool:
        """Whether every affected class was restored."""
        return all(outage.restoration_time is not None for outage in self.classes if outage.probes)

    @property
    def restoration_time(self) -> int | None:
        """The longest restoration time of a class, ns; None where no class was affected."""
        return max((outage.restoration_time or 0 for outage in self.classes if outage.probes), default=None)

    @property
    def lost(self) -> int:
        """Packets that the network's own constant-rate flows lost."""
        return sum(outage.lost for outage in self.classes)

    @property
    def reversion(self) -> Reversion:
        """All probes on reversion."""
        return sum((outage.reversion for outage in self.classes), Reversion())


@dataclass(frozen=True, slots=True)
class Campaign:
    """All single failures, worst first; double_failures: measured, or from the plan alone; degradations: by the
    description's own faults. targets: of all flows together."""

    network: Network
    protection: Protection
    seconds: float
    seed: int
    failures: tuple[FailureResult, ...]
    double_failures: tuple[FailureResult, ...]
    resolution: Time
    intact_doubts: tuple[str, ...]
    degradations: tuple[FailureResult, ...] = ()
    targets: int = 0

    @property
    def multicast_goal(self) -> Time:
        """The goal for IPTV channels, which the controller alone reroutes."""
        return self.protection.multicast_goal or self.protection.goal

    @property
    def late(self) -> tuple[FailureResult, ...]:
        """The failures with a redundant path that were not restored within the goal, or whose IPTV channels were not
        within theirs."""
        return tuple(f for f in self.failures if f.cut.protected
                     and (not f.restored or (f.restoration_time or 0) > self.protection.goal or self._channels_late(f)))

    def _channels_late(self, failure: FailureResult) -> bool:
        channels = failure.channels
        return channels is not None and (
            channels.restoration_time is None or channels.restoration_time > self.multicast_goal)

    @property
    def exit_code(self) -> ExitCode:
        """MET: all restored within the goal; MISSED: one was not; INCONCLUSIVE: the emulation cannot be trusted."""
        measured = (*self.failures, *self.double_failures, *self.degradations)
        doubtful = any(failure.doubts or failure.isolation_check.contradictions for failure in measured)
        if self.intact_doubts or not self.failures or doubtful:
            return ExitCode.INCONCLUSIVE
        return ExitCode.MISSED if self.late else ExitCode.MET
