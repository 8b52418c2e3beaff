"""The lab runs of a campaign: which cuts, in which lab, when, and with which probes; pure.

Each cut that a ring or mesh heals gets a lab of its own, and so does each pair that is to be measured. Cuts that only
isolate subscribers are made one after the other in one lab (a tour): they must not affect other lines. Each degradation
among the description's own faults gets a lab, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, islice

from twin.core.errors import UsageError
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.experiment.spec import Order
from twin.judge.restoration.failure_results import CUT, INTACT, REVERSION
from twin.model import FaultKind, Healing, Network, Protection
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.failure_scenarios import (
    DoubleFailure,
    Failure,
    all_failures,
    degradations,
    double_failure_named,
    double_failures,
)
from twin.plan.failures.probe_flows import ProbedNetwork, ProbePhase, overtaking, probes, with_probes
from twin.plan.forwarding.loop_check import NO_FAILURE, FailedElements
from twin.report.language.catalogue import Language

CUT_AT = Time(2 * NS_PER_S)
"""When a run's one cut happens: by then TCP has left its slow start."""
SECOND_AFTER = Time(NS_PER_S)
"""How much later the second of two happens: the first is healed, and traffic goes the other way."""
REPAIRED_FOR = Time(NS_PER_S)
"""How long before the run's end it is repaired, at least."""
SETTLED = Time(NS_PER_S // 2)
"""After the cut, before what holds while degraded is judged."""
WAIT_TO_RESTORE = Time(200 * NS_PER_MS)
"""Instead of the file's: a run of seconds is to see traffic return too."""
LEAST_SECONDS = 6.0
PROBE_LEAD = Time(50 * NS_PER_MS)
"""How long before a cut its probes begin."""
TOUR_CUTS, CUT_INTERVAL, CUT_FOR = 18, Time(3 * NS_PER_S // 2), Time(NS_PER_S // 2)
"""How many cuts a tour has, the time from one to the next, and how long each lasts."""


@dataclass(frozen=True, slots=True)
class CampaignOptions:
    """How a campaign is run. seconds: emulated, of each cut. jobs: labs at once, None for one a core.

    double: whether all pairs of cuts are measured; nodes: whether there are nodes among them; together: pairs by name
    that are measured, whatever else. language: of the page.
    """

    seconds: float = 10.0
    seed: int = 1
    jobs: int | None = None
    double: bool = False
    nodes: bool = False
    together: tuple[tuple[str, str], ...] = ()
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class ObservationWindow:
    """What is observed in a lab. of: a cut's key, or INTACT. begin, end: of the outage; since: from when on anything is
    broken, which of two cuts at once is the first. fall: what is degraded, if anything."""

    of: str
    begin: Time
    end: Time
    since: Time
    fall: FaultPlan | None = None


@dataclass(frozen=True, slots=True)
class LabRun:
    """What one lab does. targets: the network whose targets are judged. overtaken: how many packets of each probe may
    be reordered when it returns."""

    name: str
    blueprint: Blueprint
    order: Order
    windows: tuple[ObservationWindow, ...]
    targets: Network
    overtaken: Mapping[str, int] = field(default_factory=dict)


def reported_pairs(blueprint: Blueprint, options: CampaignOptions) -> tuple[DoubleFailure, ...]:
    """The pairs that a campaign reports. Raises UsageError for a name that does not exist."""
    named = measured_pairs(blueprint, options)
    return (*named, *(pair for pair in double_failures(blueprint, nodes=options.nodes) if not _among(pair, named)))


def measured_pairs(blueprint: Blueprint, options: CampaignOptions) -> tuple[DoubleFailure, ...]:
    """The pairs that get a lab."""
    named = tuple(double_failure_named(blueprint, names) for names in dict.fromkeys(options.together))
    every = double_failures(blueprint, nodes=options.nodes) if options.double else ()
    return (*named, *(pair for pair in every if not _among(pair, named)))


def _among(pair: DoubleFailure, others: Iterable[DoubleFailure]) -> bool:
    return any(pair.failed == other.failed for other in others)


def check_seconds(blueprint: Blueprint, options: CampaignOptions) -> None:
    """Raises UsageError where failures would end before the network has detected them and restored service."""
    protection = blueprint.protection
    if protection.healing is not Healing.NONE:
        second = SECOND_AFTER if measured_pairs(blueprint, options) else 0
        least = (CUT_AT + second + reaction(protection) + SETTLED + repaired_for(protection)) / NS_PER_S
        if options.seconds < least:
            raise UsageError(f"--seconds: {options.seconds:g} is too short for a network that takes "
                             f"{reaction(protection) / NS_PER_S:g} s to detect a failure and to act; write at least "
                             f"{least:g}")


def reaction(protection: Protection) -> Time:
    """From a cut until switches and controller have acted on it, but for the rounds of rules."""
    return Time(protection.detection + max(protection.switch, protection.controller))


def repaired_for(protection: Protection) -> Time:
    """How long before the run's end a cut is repaired: long enough to see traffic return."""
    return Time(max(REPAIRED_FOR, reaction(protection) + WAIT_TO_RESTORE + SETTLED))


def lab_runs(network: Network, blueprint: Blueprint, options: CampaignOptions) -> Iterator[LabRun]:
    """All lab runs, the longest first."""
    probed = with_probes(network, blueprint)
    intact = plan(probed.network)
    intact = replace(intact, faults=(), protection=replace(intact.protection, wait_to_restore=WAIT_TO_RESTORE))
    order = Order(options.seconds, options.seed)
    all_cuts = all_failures(blueprint)
    yield from _tours(probed.network, intact, order, [cut for cut in all_cuts if not cut.protected])
    repaired = Time(round(options.seconds * NS_PER_S) - repaired_for(intact.protection))
    for cut in (cut for cut in all_cuts if cut.protected):
        broken = _with_cuts(intact, [(cut, CUT_AT, repaired)])
        broken = _with_probes(probed, broken, cut, stretches(intact.protection, CUT_AT, repaired))
        window = ObservationWindow(cut.key, CUT_AT, repaired, CUT_AT)
        yield LabRun(cut.key, broken, order, (window,), probed.network, overtaking(broken, cut.failed))
    second_at = Time(CUT_AT + SECOND_AFTER)
    for pair in measured_pairs(blueprint, options):
        broken = _with_cuts(intact, [(pair.first, CUT_AT, repaired), (pair.second, second_at, repaired)])
        when = stretches(intact.protection, second_at, repaired)
        broken = _with_probes(probed, broken, pair.second, when, pair.first.failed)
        window = ObservationWindow(pair.key, second_at, repaired, CUT_AT)
        yield LabRun(pair.key, broken, order, (window,), probed.network, overtaking(broken, pair.failed))
    for fall in degradations(blueprint):
        times = (replace(fall.fault, at=CUT_AT), replace(fall.fault, at=repaired, kind=FaultKind.MEND))
        window = ObservationWindow(fall.key, CUT_AT, repaired, CUT_AT, fall.fault)
        yield LabRun(fall.key, replace(intact, faults=times), order, (window,), probed.network)
    yield LabRun(INTACT, intact, order, (ObservationWindow(INTACT, CUT_AT, repaired, CUT_AT),), probed.network)


def _tours(network: Network, intact: Blueprint, order: Order, isolating: Iterable[Failure]) -> Iterator[LabRun]:
    """Cuts that only isolate, several in a lab."""
    rest = iter(isolating)
    for number in count(1):
        moments = zip(count(CUT_AT, CUT_INTERVAL), islice(rest, TOUR_CUTS))
        times = [(cut, Time(at), Time(at + CUT_FOR)) for at, cut in moments]
        if not times:
            return
        tour_order = replace(order, seconds=(times[-1][1] + CUT_INTERVAL) / NS_PER_S)
        windows = tuple(ObservationWindow(cut.key, begin, end, begin) for cut, begin, end in times)
        yield LabRun(f"tour-{number}", _with_cuts(intact, times), tour_order, windows, replace(network, targets=()))


def _with_cuts(blueprint: Blueprint, times: Iterable[tuple[Failure, Time, Time]]) -> Blueprint:
    """Each of these broken from one moment to another."""
    faults = [FaultPlan(at, kind, None if cut.node else cut.name, cut.name if cut.node else None)
              for cut, begin, end in times for at, kind in ((begin, FaultKind.CUT), (end, FaultKind.MEND))]
    return replace(blueprint, faults=tuple(sorted(faults, key=lambda fault: fault.at)))


def _with_probes(probed: ProbedNetwork, blueprint: Blueprint, cut: Failure, when: tuple[ProbePhase, ...],
                 already_broken: FailedElements = NO_FAILURE) -> Blueprint:
    """With the probes that a cut concerns."""
    flows = (*blueprint.flows, *probes(probed, blueprint, cut, when, already_broken))
    return replace(blueprint, flows=tuple(sorted(flows, key=lambda flow: flow.name)))


def stretches(protection: Protection, begin: Time, repaired: Time) -> tuple[ProbePhase, ...]:
    """When probes run: about the cut, for four times what healing takes and more, and until traffic has returned."""
    acting = reaction(protection)
    about = min(PROBE_LEAD + 4 * acting + SETTLED // 2, repaired - begin)
    back = min(WAIT_TO_RESTORE + acting + 2 * PROBE_LEAD, repaired_for(protection))
    return (ProbePhase(CUT, Time(begin - PROBE_LEAD), Time(begin - PROBE_LEAD + about)),
            ProbePhase(REVERSION, repaired, Time(repaired + back)))
