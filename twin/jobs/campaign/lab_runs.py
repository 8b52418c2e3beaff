"""What the labs of a campaign do: which cuts, in which lab, when, and with which probes; pure.

What a ring or mesh heals gets a lab of its own for each cut, and so does each pair that is to be measured. What only
isolates whoever hangs on it is cut one after the other in a lab for several (a tour): it is to be seen that nobody else
notices. What the description's own faults degrade gets a lab each, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, islice

from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.experiment.spec import Order
from twin.judge.restoration.failure_results import CUT, INTACT, RETURN
from twin.model import FaultKind, Network, Protection
from twin.plan import plan
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.failures.failure_scenarios import Cut, Pair, cuts, falls, pair_named, pairs
from twin.plan.failures.probe_flows import Stretch, overtaking, probes, with_probes
from twin.plan.forwarding.loop_check import WHOLE, Breakage

CUT_AT = Time(2 * NS_PER_S)
"""When a run's one cut happens: by then TCP has left its slow start."""
SECOND_AFTER = Time(NS_PER_S)
"""How much later the second of two happens: the first is healed, and traffic goes the other way."""
MENDED_FOR = Time(NS_PER_S)
"""How long before its end it is mended."""
SETTLED = Time(NS_PER_S // 2)
"""After the cut, before what holds while degraded is judged."""
WAIT_TO_RESTORE = Time(200 * NS_PER_MS)
"""Instead of the file's: a run of seconds is to see traffic return too."""
LEAST_SECONDS = 6.0
EARLY = Time(50 * NS_PER_MS)
"""How long before a cut its probes begin."""
TOUR, STEP, DEAD_FOR = 18, Time(3 * NS_PER_S // 2), Time(NS_PER_S // 2)
"""How many cuts a tour has, the time from one to the next, and how long each lasts."""


@dataclass(frozen=True, slots=True)
class CampaignOptions:
    """How a campaign is run. seconds: emulated, of each cut. jobs: labs at once, None for one a core.

    double: whether all pairs of cuts are measured; nodes: whether there are nodes among them; together: pairs by name
    that are measured, whatever else.
    """

    seconds: float = 10.0
    seed: int = 1
    jobs: int | None = None
    double: bool = False
    nodes: bool = False
    together: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What is looked at in a lab: what it is about (a cut's key, or INTACT), from when to when something is broken, and
    from when on anything is: of two at once, the first is broken before. fall: what is degraded, if anything."""

    of: str
    begin: Time
    end: Time
    since: Time
    fall: FaultPlan | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What one lab does. targets: the network whose targets are judged. overtaken: how many packets of each probe may
    be, when it returns."""

    name: str
    blueprint: Blueprint
    order: Order
    acts: tuple[Act, ...]
    targets: Network
    overtaken: Mapping[str, int] = field(default_factory=dict)


def told(blueprint: Blueprint, options: CampaignOptions) -> tuple[Pair, ...]:
    """The pairs that a campaign tells of. Raises UsageError for a name that is none."""
    named = measured(blueprint, options)
    return (*named, *(pair for pair in pairs(blueprint, nodes=options.nodes) if not _among(pair, named)))


def measured(blueprint: Blueprint, options: CampaignOptions) -> tuple[Pair, ...]:
    """Those of them that get a lab."""
    named = tuple(pair_named(blueprint, names) for names in dict.fromkeys(options.together))
    every = pairs(blueprint, nodes=options.nodes) if options.double else ()
    return (*named, *(pair for pair in every if not _among(pair, named)))


def _among(pair: Pair, others: Iterable[Pair]) -> bool:
    return any(pair.broken == other.broken for other in others)


def works(network: Network, blueprint: Blueprint, options: CampaignOptions) -> Iterator[Work]:
    """What is to be done in labs: the longest first."""
    probed = with_probes(network, blueprint)
    whole = plan(probed)
    whole = replace(whole, faults=(), protection=replace(whole.protection, wait_to_restore=WAIT_TO_RESTORE))
    order = Order(options.seconds, options.seed)
    known = cuts(blueprint)
    yield from _tours(probed, whole, order, [cut for cut in known if not cut.guarded])
    mended = Time(round(options.seconds * NS_PER_S) - MENDED_FOR)
    for cut in (cut for cut in known if cut.guarded):
        one = _broken(whole, [(cut, CUT_AT, mended)])
        one = _probed(probed, one, cut, stretches(whole.protection, CUT_AT, mended))
        yield Work(cut.key, one, order, (Act(cut.key, CUT_AT, mended, CUT_AT),), probed,
                   overtaking(one, cut.broken))
    later = Time(CUT_AT + SECOND_AFTER)
    for pair in measured(blueprint, options):
        both = _broken(whole, [(pair.first, CUT_AT, mended), (pair.second, later, mended)])
        both = _probed(probed, both, pair.second, stretches(whole.protection, later, mended), pair.first.broken)
        yield Work(pair.key, both, order, (Act(pair.key, later, mended, CUT_AT),), probed,
                   overtaking(both, pair.broken))
    for fall in falls(blueprint):
        times = (replace(fall.fault, at=CUT_AT), replace(fall.fault, at=mended, kind=FaultKind.MEND))
        act = Act(fall.key, CUT_AT, mended, CUT_AT, fall.fault)
        yield Work(fall.key, replace(whole, faults=times), order, (act,), probed)
    yield Work(INTACT, whole, order, (Act(INTACT, CUT_AT, mended, CUT_AT),), probed)


def _tours(probed: Network, whole: Blueprint, order: Order, alone: Iterable[Cut]) -> Iterator[Work]:
    """Cuts that only isolate, so many in a lab."""
    rest = iter(alone)
    for number in count(1):
        times = [(cut, Time(at), Time(at + DEAD_FOR)) for at, cut in zip(count(CUT_AT, STEP), islice(rest, TOUR))]
        if not times:
            return
        long = replace(order, seconds=(times[-1][1] + STEP) / NS_PER_S)
        acts = tuple(Act(cut.key, begin, end, begin) for cut, begin, end in times)
        yield Work(f"tour-{number}", _broken(whole, times), long, acts, replace(probed, targets=()))


def _broken(blueprint: Blueprint, times: Iterable[tuple[Cut, Time, Time]]) -> Blueprint:
    """Each of these broken from one moment to another."""
    faults = [FaultPlan(at, kind, None if cut.node else cut.name, cut.name if cut.node else None)
              for cut, begin, end in times for at, kind in ((begin, FaultKind.CUT), (end, FaultKind.MEND))]
    return replace(blueprint, faults=tuple(sorted(faults, key=lambda fault: fault.at)))


def _probed(probed: Network, blueprint: Blueprint, cut: Cut, when: tuple[Stretch, ...],
            standing: Breakage = WHOLE) -> Blueprint:
    """With the probes that a cut concerns."""
    flows = (*blueprint.flows, *probes(probed, blueprint, cut, when, standing))
    return replace(blueprint, flows=tuple(sorted(flows, key=lambda flow: flow.name)))


def stretches(protection: Protection, begin: Time, mended: Time) -> tuple[Stretch, ...]:
    """When probes run: about the cut, for four times what healing takes and more, and until traffic has returned."""
    reaction = protection.detection + max(protection.switch, protection.controller)
    about = min(EARLY + 4 * reaction + SETTLED // 2, mended - begin)
    back = min(WAIT_TO_RESTORE + reaction + 2 * EARLY, MENDED_FOR)
    return (Stretch(CUT, Time(begin - EARLY), Time(begin - EARLY + about)),
            Stretch(RETURN, mended, Time(mended + back)))
