"""What a campaign of cuts concludes: how long each took to heal, what it cost whom, what held meanwhile. Pure.

The time to restore a service class is the packet-loss-based failover time of RFC 6414: packets that its probe lost in
one gap, times their interval; of several probes the longest. What the network's own flows lost is held against as
long a stretch of the same run before the cut, which may lose packets too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from traffic.sample_files import LOST, Packets, Viewed
from twin.core.units import Time
from twin.judge.restoration.failure_results import (
    CUT,
    INTACT,
    RETURN,
    Broken,
    Campaign,
    ClassOutage,
    Finding,
    Observed,
    ProbeSeen,
    Return,
)
from twin.judge.restoration.isolation_check import silence
from twin.judge.verdict import Verdict
from twin.model import Healing, Metric, Network, Protection
from twin.plan.blueprint import Blueprint, Flow, ForgedPackets, RestorationProbe, UdpFlood
from twin.plan.failures.failure_scenarios import Cut, Fall, Isolation, Pair, cuts, falls, isolation


def probe_seen(flow: Flow, probe: RestorationProbe, packets: Packets, tally: Mapping[str, int], overtaken: int = 0
               ) -> ProbeSeen:
    """What became of a probe. tally: what the traffic counted of it. overtaken: how many packets may be."""
    runs = [(lost, len(tuple(run))) for lost, run in groupby(received == LOST for received in packets.received)]
    return ProbeSeen(
        name=flow.name, service_class=flow.service_class, stretch=probe.stretch, sent=len(packets.sent),
        lost=sum(size for lost, size in runs if lost), gap=max((size for lost, size in runs if lost), default=0),
        back=bool(runs) and not runs[-1][0], duplicated=tally["duplicates"], reordered=tally["reordered"],
        overtaken=overtaken, slowest=max(packets.delays, default=0))


def losses(flows: Iterable[Flow], samples: Mapping[str, object], begin: int, end: int, quiet: int) -> dict[str, int]:
    """Packets of calls and streams sent in [begin, end) that did not arrive, beyond those of as long a stretch from
    `quiet` on; flows that lost none are left out. Floods lose on their own account."""
    found = {}
    for flow in flows:
        packets = samples.get(flow.name)
        if not isinstance(flow.traffic, UdpFlood | ForgedPackets) and isinstance(packets, Packets | Viewed):
            gone = [sent for sent, received in zip(packets.sent, packets.received, strict=True) if received == LOST]
            more = sum(begin <= at < end for at in gone) - sum(quiet <= at < quiet + end - begin for at in gone)
            if more > 0:
                found[flow.name] = more
    return found


def expected(protection: Protection, rounds: int) -> int | None:
    """How long a cut should take to heal, by the file's own figures; None where nothing heals. rounds: in how many the
    controller turns, at most; a switch may have its rules before the last."""
    match protection.healing:
        case Healing.FAST_FAILOVER:
            return protection.detection + protection.switch
        case Healing.CONTROLLER:
            return protection.detection + max(protection.controller, protection.switch) + rounds * protection.round
        case Healing.NONE:
            return None


def conclude(network: Network, blueprint: Blueprint, seconds: float, seed: int, observed: Iterable[Observed],
             interval: Time, doubles: Iterable[Pair]) -> Campaign:
    """Every finding, worst first. doubles: the pairs to tell of, whether a lab has seen them or not.

    First what another way could have healed and did not, then what breaks most promises, then what cuts most lines off,
    then what took longest and cost most packets.
    """
    seen = {one.of: one for one in observed}
    intact = seen[INTACT]
    found = [_finding(blueprint, cut, seen[cut.key], intact, interval) for cut in cuts(blueprint) if cut.key in seen]
    found.sort(key=_rank)
    twice = [_finding(blueprint, pair, seen[pair.key], intact, interval) if pair.key in seen
             else Finding(pair, isolation(blueprint, pair.broken)) for pair in doubles]
    twice.sort(key=lambda f: (-len(f.isolation.lines), -len(f.isolation.partly), f.cut.name))
    low = tuple(_finding(blueprint, fall, seen[fall.key], intact, interval) for fall in falls(blueprint)
                if fall.key in seen)
    return Campaign(
        network=network, protection=blueprint.protection, seconds=seconds, seed=seed, findings=tuple(found),
        doubles=tuple(twice), resolution=interval, intact_doubts=intact.doubts, falls=low,
        promises=len(intact.verdicts))


def _rank(one: Finding) -> tuple[bool, int, int, int, int, int, bool, str]:
    cut_off = one.isolation
    return (one.healed, -sum(broken.flows for broken in one.broken), -sum(one.void.values()),
            -len(cut_off.lines) - len(cut_off.partly), -(one.worst or 0), -one.lost, one.cut.node, one.cut.name)


def _finding(blueprint: Blueprint, cut: Cut | Pair | Fall, seen: Observed, intact: Observed, interval: Time) -> Finding:
    cut_off = isolation(blueprint, cut.broken)
    classes = tuple(_class(name, blueprint, seen, cut_off, interval) for name in blueprint.classes)
    told = silence(seen.heard, cut_off.flows, heals=blueprint.protection.healing is not Healing.NONE)
    stated = cut.guarded or any(one.probes for one in classes)
    void = Counter(verdict.service for verdict in intact.verdicts if verdict.flow in cut_off.flows)
    return Finding(
        cut=cut, isolation=cut_off, expected=expected(blueprint.protection, seen.rounds) if stated else None,
        moved=seen.moved, rounds=seen.rounds, classes=classes, broken=_no_longer(seen, intact, cut_off),
        void=dict(void.most_common()), silence=told, doubts=seen.doubts, digest=seen.digest)


def _class(name: str, blueprint: Blueprint, seen: Observed, cut_off: Isolation, interval: Time) -> ClassOutage:
    at_cut, at_return = ([p for p in seen.probes if p.service_class == name and p.stretch == stretch]
                         for stretch in (CUT, RETURN))
    restored = max((p.gap for p in at_cut), default=0) * interval if all(p.back for p in at_cut) else None
    lost = sum(seen.losses.get(flow.name, 0) for flow in blueprint.flows if flow.service_class == name
               and flow.name not in cut_off.flows)
    back = sum((Return(p.sent, p.lost, p.duplicated, p.reordered, p.overtaken, p.slowest) for p in at_return), Return())
    return ClassOutage(
        service_class=name, probes=len(at_cut), restored=restored if at_cut else None, lost=lost,
        duplicated=sum(p.duplicated for p in at_cut), reordered=sum(p.reordered for p in at_cut), back=back)


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
        found.append(Broken(
            workload=workload, metric=metric, unit=worst.unit, target=target, flows=len(several), worst=worst.value,
            intact=whole.value, told=worst.predicted, low=worst.predicted_low, high=worst.predicted_high))
    return tuple(found)


def _keeps(verdict: Verdict) -> bool:
    return verdict.value is not None and _excess(verdict) <= 0


def _excess(verdict: Verdict) -> float:
    """By how much the value is on the wrong side of the target."""
    apart = (verdict.value or 0.0) - verdict.target
    return apart if verdict.lower else -apart
