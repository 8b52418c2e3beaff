"""What a campaign concludes: restoration time of every failure, lost packets, targets missed meanwhile. Pure.

The time to restore a service class is the packet-loss-based failover time of RFC 6414: packets that its probe lost in
one gap, times their interval; of several probes the longest. Losses of the network's own flows are compared with as
long a stretch of the same run before the failure, which may lose packets too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from traffic.sample_files import LOST, Packets, Viewed
from twin.core.units import Time
from twin.judge.estimators.iptv import as_one_stream
from twin.judge.restoration.channel_outages import longest
from twin.judge.restoration.failure_results import (
    CUT,
    INTACT,
    REVERSION,
    Campaign,
    ClassOutage,
    FailureResult,
    Observed,
    ProbeSeen,
    Reversion,
    ViolatedTarget,
)
from twin.judge.restoration.isolation_check import check_isolation
from twin.judge.verdict import Verdict
from twin.model import Healing, Metric, Network, Protection
from twin.plan.blueprint import Blueprint, Flow, ForgedPackets, RestorationProbe, UdpFlood
from twin.plan.failures.failure_scenarios import (
    Degradation,
    DoubleFailure,
    Failure,
    IsolatedLines,
    all_failures,
    degradations,
    isolated_lines,
)


def probe_seen(flow: Flow, probe: RestorationProbe, packets: Packets, tally: Mapping[str, int], max_reordered: int = 0
               ) -> ProbeSeen:
    """Packets of a probe. tally: what its receiver counted. max_reordered: how many packets reversion may reorder."""
    runs = [(lost, len(tuple(run))) for lost, run in groupby(received == LOST for received in packets.received)]
    return ProbeSeen(
        name=flow.name, service_class=flow.service_class, stretch=probe.phase, sent=len(packets.sent),
        lost=sum(size for lost, size in runs if lost), gap=max((size for lost, size in runs if lost), default=0),
        recovered=bool(runs) and not runs[-1][0], duplicated=tally["duplicates"], reordered=tally["reordered"],
        max_reordered=max_reordered, max_delay=max(packets.delays, default=0), interval=probe.interval)


def losses(flows: Iterable[Flow], samples: Mapping[str, object], begin: int, end: int, quiet: int) -> dict[str, int]:
    """Packets of calls and streams sent in [begin, end) that did not arrive, beyond those of as long a stretch from
    `quiet` on; flows that lost none are left out, and so are floods. What a viewer misses while a channel changes is no
    loss."""
    extra = {}
    for flow in flows:
        packets = samples.get(flow.name)
        if isinstance(packets, Viewed):
            packets = as_one_stream(packets, max(packets.sent, default=0) + 1)
        if not isinstance(flow.traffic, UdpFlood | ForgedPackets) and isinstance(packets, Packets):
            gone = [sent for sent, received in zip(packets.sent, packets.received, strict=True) if received == LOST]
            more = sum(begin <= at < end for at in gone) - sum(quiet <= at < quiet + end - begin for at in gone)
            if more > 0:
                extra[flow.name] = more
    return extra


def expected(protection: Protection, rounds: int) -> int | None:
    """The restoration time by the file's own figures, ns; None where nothing reroutes. rounds: of the controller, at
    most; a switch may have its rules before the last."""
    match protection.healing:
        case Healing.FAST_FAILOVER:
            return protection.detection + protection.switch
        case Healing.CONTROLLER:
            return protection.detection + max(protection.controller, protection.switch) + rounds * protection.round
        case Healing.NONE:
            return None


def conclude(network: Network, blueprint: Blueprint, seconds: float, seed: int, observed: Iterable[Observed],
             doubles: Iterable[DoubleFailure]) -> Campaign:
    """Every failure, worst first. doubles: the pairs to report, whether a lab measured them or not. The resolution is
    the longest interval of any probe.

    First what a redundant path should have restored and did not, then by targets missed, by isolated lines, by
    restoration time and by lost packets.
    """
    seen = {failure.of: failure for failure in observed}
    resolution = max((probe.interval for each in seen.values() for probe in each.probes), default=Time(0))
    intact = seen[INTACT]
    failures = [_result(blueprint, cut, seen[cut.key], intact) for cut in all_failures(blueprint)
             if cut.key in seen]
    failures.sort(key=_rank)
    twice = [_result(blueprint, pair, seen[pair.key], intact) if pair.key in seen
             else FailureResult(pair, isolated_lines(blueprint, pair.failed)) for pair in doubles]
    twice.sort(key=lambda f: (-len(f.isolation.lines), -len(f.isolation.partly), f.cut.name))
    low = tuple(_result(blueprint, fall, seen[fall.key], intact) for fall in degradations(blueprint)
                if fall.key in seen)
    return Campaign(
        network=network, protection=blueprint.protection, seconds=seconds, seed=seed, failures=tuple(failures),
        double_failures=tuple(twice), resolution=resolution, intact_doubts=intact.doubts, degradations=low,
        targets=len(intact.verdicts))


def _rank(failure: FailureResult) -> tuple[bool, int, int, int, int, int, bool, str]:
    isolated = failure.isolation
    return (failure.restored, -sum(target.flows for target in failure.violated),
            -sum(failure.isolated_targets.values()), -len(isolated.lines) - len(isolated.partly),
            -(failure.restoration_time or 0), -failure.lost, failure.cut.node, failure.cut.name)


def _result(blueprint: Blueprint, cut: Failure | DoubleFailure | Degradation, seen: Observed, intact: Observed
            ) -> FailureResult:
    isolated = isolated_lines(blueprint, cut.failed)
    classes = tuple(_class(name, blueprint, seen, isolated) for name in blueprint.classes)
    reroutes = blueprint.protection.healing is not Healing.NONE
    affected = cut.protected or any(outage.probes for outage in classes)
    targets = Counter(verdict.service for verdict in intact.verdicts if verdict.flow in isolated.flows)
    return FailureResult(
        cut=cut, isolation=isolated, expected=expected(blueprint.protection, seen.rounds) if affected else None,
        reconverged=seen.reconverged, rounds=seen.rounds, classes=classes, violated=_violated(seen, intact, isolated),
        isolated_targets=dict(targets.most_common()), doubts=seen.doubts,
        isolation_check=check_isolation(seen.delivered, isolated.flows, reroutes=reroutes), digest=seen.digest,
        channels=longest(seen.interruptions, isolated.flows))


def _class(name: str, blueprint: Blueprint, seen: Observed, isolated: IsolatedLines) -> ClassOutage:
    at_cut, at_reversion = ([p for p in seen.probes if p.service_class == name and p.stretch == stretch]
                         for stretch in (CUT, REVERSION))
    restored = max((p.gap * p.interval for p in at_cut), default=0) if all(p.recovered for p in at_cut) else None
    lost = {flow.name: seen.losses[flow.name] for flow in blueprint.flows if flow.service_class == name
            and flow.name in seen.losses and flow.name not in isolated.flows}
    reversion = sum((Reversion(p.sent, p.lost, p.duplicated, p.reordered, p.max_reordered, p.max_delay)
                     for p in at_reversion), Reversion())
    return ClassOutage(
        service_class=name, probes=len(at_cut), restoration_time=restored if at_cut else None,
        lost=sum(lost.values()), hardest_hit=max(sorted(lost), key=lost.__getitem__, default=""),
        slowest=max(at_cut, key=lambda p: (not p.recovered, p.gap * p.interval)).name if at_cut else "",
        duplicated=sum(p.duplicated for p in at_cut), reordered=sum(p.reordered for p in at_cut), reversion=reversion)


def _violated(seen: Observed, intact: Observed, isolated: IsolatedLines) -> tuple[ViolatedTarget, ...]:
    """The targets that are missed now and met in the intact network, of flows that are not isolated."""
    before = {(v.flow, v.metric, v.target): v for v in intact.verdicts}
    rows: dict[tuple[str, Metric, float], list[tuple[Verdict, Verdict]]] = {}
    for verdict in seen.verdicts:
        whole = before.get((verdict.flow, verdict.metric, verdict.target))
        if verdict.flow not in isolated.flows and whole is not None and _met(whole) and not _met(verdict):
            rows.setdefault((verdict.workload, verdict.metric, verdict.target), []).append((verdict, whole))
    violated = []
    for (workload, metric, target), several in sorted(rows.items()):
        worst, whole = max(several, key=lambda pair: (pair[0].value is None, _excess(pair[0])))
        violated.append(ViolatedTarget(
            workload=workload, metric=metric, unit=worst.unit, target=target, flows=len(several), flow=worst.flow,
            worst=worst.value, intact=whole.value, predicted=worst.predicted, predicted_low=worst.predicted_low,
            predicted_high=worst.predicted_high))
    return tuple(violated)


def _met(verdict: Verdict) -> bool:
    return verdict.value is not None and _excess(verdict) <= 0


def _excess(verdict: Verdict) -> float:
    """By how much the value is on the wrong side of the target."""
    apart = (verdict.value or 0.0) - verdict.target
    return apart if verdict.lower else -apart
