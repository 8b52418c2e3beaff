"""What a campaign of cuts concludes: how long each took to heal, what it cost whom, what held meanwhile. Pure.

The time to restore a service class is the packet-loss-based failover time of RFC 6414: packets that its probe lost in
one gap, times their interval; of several probes the longest. What the network's own flows lost is held against as
long a stretch of the same run before the cut, which may lose packets too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from traffic.records import LOST, Packets, Viewed
from twin.model import Activity, Healing, Metric, Network, Protection
from twin.plan.blueprint import Blueprint, Flow
from twin.plan.cuts import Cut, Fall, Isolation, Pair, cuts, falls, isolation
from twin.units import Time
from twin.verify.silence import Silence, silence
from twin.verify.verdict import Verdict

FORMAT = 1
"""Version of what a campaign stores."""
INTACT = "intact"
"""What the lab without a cut is about."""
CUT, RETURN = "cut", "return"
"""The stretches in which probes run."""


@dataclass(frozen=True, slots=True)
class ProbeSeen:
    """A probe in one stretch. gap: packets in its longest run of losses. back: whether packets came after that."""

    name: str
    service_class: str
    stretch: str
    sent: int
    lost: int
    gap: int
    back: bool
    duplicated: int
    reordered: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What one lab of a campaign left. of: the key of what was cut, or INTACT. moved: when the controller had moved the
    traffic, ns after the cut. losses: packets that each of the network's own flows lost about the cut, beyond those
    of as long a stretch before it. verdicts: on the seconds while it was degraded; none of a cut that only isolates.
    heard: whether anything came through meanwhile, of each flow that can tell. doubts: why the emulation cannot be
    trusted."""

    key: str
    of: str
    digest: str
    doubts: tuple[str, ...]
    moved: Time | None
    probes: tuple[ProbeSeen, ...]
    losses: dict[str, int]
    verdicts: tuple[Verdict, ...]
    heard: dict[str, bool]


@dataclass(frozen=True, slots=True)
class ClassOutage:
    """A service class about a cut. restored: ns, None where it never was, or where no probe was concerned (probes 0).
    lost: packets of the network's own constant-rate flows. returned_lost, duplicated, reordered: probes' packets; the
    first when traffic returned."""

    service_class: str
    probes: int
    restored: int | None
    lost: int
    returned_lost: int
    duplicated: int
    reordered: int


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
    isolation: by the plan; silence: what the lab says to that. digest: "" where no lab was asked."""

    cut: Cut | Pair | Fall
    isolation: Isolation
    expected: int | None = None
    moved: Time | None = None
    classes: tuple[ClassOutage, ...] = ()
    broken: tuple[Broken, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Campaign:
    """All findings, worst first; doubles: of two cuts at once, measured or by the plan alone; falls: of what the
    description's own faults degrade."""

    network: Network
    protection: Protection
    seconds: float
    seed: int
    findings: tuple[Finding, ...]
    doubles: tuple[Finding, ...]
    resolution: Time
    intact_doubts: tuple[str, ...]
    falls: tuple[Finding, ...] = ()

    @property
    def late(self) -> tuple[Finding, ...]:
        """The cuts that another way could have healed, and that took longer than the goal."""
        return tuple(f for f in self.findings if f.cut.guarded
                     and (not f.healed or (f.worst or 0) > self.protection.goal))

    @property
    def exit_code(self) -> int:
        """0: every cut healed within the goal; 1: one did not; 5: the emulation cannot be trusted."""
        measured = (*self.findings, *self.doubles, *self.falls)
        if self.intact_doubts or not self.findings or any(one.doubts or one.silence.against for one in measured):
            return 5
        return 1 if self.late else 0


def probe_seen(flow: Flow, packets: Packets, tally: Mapping[str, int]) -> ProbeSeen:
    """What became of a probe. tally: what the traffic counted of it."""
    runs = [(lost, len(tuple(run))) for lost, run in groupby(received == LOST for received in packets.received)]
    stretch = flow.name.rpartition(".")[2]
    return ProbeSeen(
        flow.name, flow.service_class, stretch, len(packets.sent), sum(size for lost, size in runs if lost),
        max((size for lost, size in runs if lost), default=0), bool(runs) and not runs[-1][0],
        tally["duplicates"], tally["reordered"])


def losses(flows: Iterable[Flow], samples: Mapping[str, object], begin: int, end: int, quiet: int) -> dict[str, int]:
    """Packets of calls and streams sent in [begin, end) that did not arrive, beyond those of as long a stretch from
    `quiet` on; flows that lost none are left out. Floods lose on their own account."""
    found = {}
    for flow in flows:
        packets = samples.get(flow.name)
        if flow.activity not in (Activity.FLOOD, Activity.FORGED) and isinstance(packets, Packets | Viewed):
            gone = [sent for sent, received in zip(packets.sent, packets.received, strict=True) if received == LOST]
            more = sum(begin <= at < end for at in gone) - sum(quiet <= at < quiet + end - begin for at in gone)
            if more > 0:
                found[flow.name] = more
    return found


def expected(protection: Protection) -> int | None:
    """How long a cut should take to heal, by the file's own figures; None where nothing heals."""
    match protection.healing:
        case Healing.FAST_FAILOVER:
            return protection.detection + protection.switch
        case Healing.CONTROLLER:
            return protection.detection + max(protection.controller, protection.switch)
        case Healing.NONE:
            return None


def conclude(network: Network, blueprint: Blueprint, seconds: float, seed: int, observed: Iterable[Observed],
             interval: Time, doubles: Iterable[Pair]) -> Campaign:
    """Every finding, worst first. doubles: the pairs to tell of, whether a lab has seen them or not.

    A cut that never healed comes before all that did, then the longest time, then the most packets, then the most
    lines cut off.
    """
    seen = {one.of: one for one in observed}
    intact = seen[INTACT]
    found = [_finding(blueprint, cut, seen[cut.key], intact, interval) for cut in cuts(blueprint) if cut.key in seen]
    found.sort(key=lambda f: (f.healed, -(f.worst or 0), -f.lost, -len(f.isolation.lines), f.cut.node, f.cut.name))
    twice = [_finding(blueprint, pair, seen[pair.key], intact, interval) if pair.key in seen
             else Finding(pair, isolation(blueprint, pair.broken)) for pair in doubles]
    twice.sort(key=lambda f: (-len(f.isolation.lines), -len(f.isolation.partly), f.cut.name))
    low = tuple(_finding(blueprint, fall, seen[fall.key], intact, interval) for fall in falls(blueprint)
                if fall.key in seen)
    return Campaign(network, blueprint.protection, seconds, seed, tuple(found), tuple(twice), interval, intact.doubts,
                    low)


def _finding(blueprint: Blueprint, cut: Cut | Pair | Fall, seen: Observed, intact: Observed, interval: Time) -> Finding:
    cut_off = isolation(blueprint, cut.broken)
    classes = tuple(_class(name, blueprint, seen, cut_off, interval) for name in blueprint.classes)
    told = silence(seen.heard, cut_off.flows, heals=blueprint.protection.healing is not Healing.NONE)
    stated = cut.guarded or any(one.probes for one in classes)
    return Finding(cut, cut_off, expected(blueprint.protection) if stated else None, seen.moved, classes,
                   _no_longer(seen, intact, cut_off), told, seen.doubts, seen.digest)


def _class(name: str, blueprint: Blueprint, seen: Observed, cut_off: Isolation, interval: Time) -> ClassOutage:
    at_cut, at_return = ([p for p in seen.probes if p.service_class == name and p.stretch == stretch]
                         for stretch in (CUT, RETURN))
    restored = max((p.gap for p in at_cut), default=0) * interval if all(p.back for p in at_cut) else None
    lost = sum(seen.losses.get(flow.name, 0) for flow in blueprint.flows if flow.service_class == name
               and flow.name not in cut_off.flows)
    both = (*at_cut, *at_return)
    return ClassOutage(name, len(at_cut), restored if at_cut else None, lost, sum(p.lost for p in at_return),
                       sum(p.duplicated for p in both), sum(p.reordered for p in both))


def _no_longer(seen: Observed, intact: Observed, cut_off: Isolation) -> tuple[Broken, ...]:
    """The promises whose figure leaves its bound, and did not in the intact network, of flows that are not cut off."""
    before = {(v.flow, v.metric, v.target): v for v in intact.verdicts}
    rows: dict[tuple[str, Metric, float], list[tuple[Verdict, Verdict]]] = {}
    for verdict in seen.verdicts:
        whole = before.get((verdict.flow, verdict.metric, verdict.target))
        if verdict.flow not in cut_off.flows and whole is not None and _keeps(whole) and not _keeps(verdict):
            rows.setdefault((verdict.workload, verdict.metric, verdict.target), []).append((verdict, whole))
    found = []
    for (workload, metric, target), several in sorted(rows.items()):
        worst, whole = max(several, key=lambda pair: (pair[0].value is None, _excess(pair[0])))
        found.append(Broken(workload, metric, worst.unit, target, len(several), worst.value, whole.value,
                            worst.predicted, worst.predicted_low, worst.predicted_high))
    return tuple(found)


def _keeps(verdict: Verdict) -> bool:
    return verdict.value is not None and _excess(verdict) <= 0


def _excess(verdict: Verdict) -> float:
    """By how much the value is on the wrong side of the target."""
    apart = (verdict.value or 0.0) - verdict.target
    return apart if verdict.lower else -apart
