"""One failure of a campaign in words: restoration times, isolated lines, missed targets, lost packets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twin.judge.restoration.failure_results import Campaign, FailureResult, ViolatedTarget
from twin.model import Healing
from twin.plan.failures.failure_scenarios import DoubleFailure
from twin.report.language.wording import show
from twin.report.language.words import ENGLISH, Words

NAMES_SHOWN = 6
"""Names that are listed before "and n more"."""


def name(failure: FailureResult, words: Words = ENGLISH) -> str:
    """What failed: a span, a node, two of them, or what a span fell to."""
    cut = failure.cut
    if isinstance(cut, DoubleFailure):
        return words.listed([words.recorded(str(part)) if part.node else part.name for part in (cut.first, cut.second)])
    return ", ".join(map(words.recorded, str(cut).split(", ")))


def restoration(failure: FailureResult, words: Words = ENGLISH) -> str:
    """How long restoration took; "–" where no probe was concerned."""
    if not failure.cut.protected:
        return words.say("restoration.isolates")
    if failure.restoration_time is None:
        return "–"
    return words.time(failure.restoration_time) if failure.restored else words.say("restoration.none")


def by_class(failure: FailureResult, words: Words = ENGLISH) -> str:
    """Restoration time of each affected class, and the probe that was restored last."""
    probed = [outage for outage in failure.classes if outage.probes]
    if not probed:
        return ""
    last = max(probed, key=lambda outage: (outage.restoration_time is None, outage.restoration_time or 0))
    times = ", ".join(f"{outage.service_class} {_duration(outage.restoration_time, words)}" for outage in probed)
    return words.say("restoration.last", times=times, name=last.slowest)


def channels(failure: FailureResult, words: Words = ENGLISH) -> str:
    """How long IPTV channels were interrupted, and whose longest; "" where none was."""
    outage = failure.channels
    if outage is None:
        return ""
    return words.say("restoration.channels", time=_duration(outage.restoration_time, words),
                     viewers=words.say("viewers", count=outage.viewers), flow=outage.flow)


def _duration(restoration_time: int | None, words: Words) -> str:
    return words.say("restoration.never") if restoration_time is None else words.time(restoration_time)


def restoration_parts(failure: FailureResult, campaign: Campaign, words: Words = ENGLISH) -> str:
    """What the restoration time of the slowest class consists of."""
    if failure.restoration_time is None or failure.expected is None or not failure.restored:
        return "–"
    protection, over = campaign.protection, words.time(max(0, failure.restoration_time - failure.expected))
    if protection.healing is Healing.FAST_FAILOVER:
        return f"{words.time(protection.detection)} + {words.time(protection.switch)} + {over}"
    acted = max(protection.controller, protection.switch)
    return (f"{words.time(protection.detection)} + {words.time(acted)} + {_rounds(failure, campaign, words)} + "
            f"{over}")


def reconvergence_parts(failure: FailureResult, campaign: Campaign, words: Words = ENGLISH) -> str:
    """What the time consists of until the controller has rerouted everything."""
    if failure.reconverged is None:
        return "–"
    protection = campaign.protection
    acted = max(protection.controller, protection.switch)
    configured = protection.detection + acted + failure.rounds * protection.round
    return (f"{words.time(protection.detection)} + {words.time(acted)} + {_rounds(failure, campaign, words)} + "
            f"{words.time(max(0, failure.reconverged - configured))}")


def _rounds(failure: FailureResult, campaign: Campaign, words: Words) -> str:
    return f"{failure.rounds} x {words.time(campaign.protection.round)}"


def excess(failure: FailureResult, campaign: Campaign) -> int:
    """What the slowest class took beyond the configured times, ns; 0 below the resolution."""
    over = (failure.restoration_time or 0) - (failure.expected or 0)
    return over if failure.restored and over > campaign.resolution else 0


def lost(failure: FailureResult, words: Words = ENGLISH) -> str:
    """Packets of calls and streams that were lost, by class; isolated flows are not counted."""
    return ", ".join(words.say("lost", name=outage.service_class, number=str(outage.lost), flow=outage.hardest_hit)
                     for outage in failure.classes if outage.lost) or "0"


def reversion(failure: FailureResult, words: Words = ENGLISH) -> str:
    """What happened to the probes on reversion, and which were duplicated or reordered at the failure."""
    back = failure.reversion
    at_failure = [words.say(f"reversion.{what}", number=str(number)) for what, number in (
        ("duplicated", sum(outage.duplicated for outage in failure.classes)),
        ("reordered", sum(outage.reordered for outage in failure.classes))) if number]
    if not back.sent:
        return ", ".join(at_failure)
    on_reversion = words.say(
        "reversion", packets=words.say("packets", count=back.sent), lost=str(back.lost),
        duplicated=str(back.duplicated), reordered=str(back.reordered), most=str(back.max_reordered),
        delay=words.time(back.max_delay))
    return ", ".join((on_reversion, *at_failure))


def listed_lines(campaign: Campaign, lines: Iterable[str], words: Words = ENGLISH) -> str:
    """Some lines: how many, of how many subscribers; their names, or where there are many, their sites."""
    names = list(lines)
    if not names:
        return ""
    network = campaign.network
    groups = {name: group for group in network.lines for name in group.names}
    hit = {groups[name].name: groups[name] for name in names if name in groups}
    those = words.say("lines", count=len(names))
    if hit:
        those += words.say("isolation.subscribers", number=sum(group.subscribers for group in hit.values()))
    if len(names) <= NAMES_SHOWN:
        return words.say("isolation.names", lines=those, names=", ".join(names))
    sites = {name: site for nodes in (network.switches, network.dslams, network.relays)
             for name, site in ((node.name, node.site) for node in nodes)}
    titles = {site.name: site.title or site.name for site in network.sites}
    places = sorted({titles[sites[group.at]] for group in hit.values()})
    more = words.say("isolation.more", number=len(places) - NAMES_SHOWN) if len(places) > NAMES_SHOWN else ""
    return words.say("isolation.places", lines=those, places=", ".join(places[:NAMES_SHOWN]) + more)


def isolated_targets(failure: FailureResult, campaign: Campaign, words: Words = ENGLISH) -> str:
    """How many targets are those of isolated flows."""
    if not failure.isolated_targets:
        return ""
    services = ", ".join(f"{service} {number}" for service, number in failure.isolated_targets.items())
    return words.say("isolation.targets", number=str(sum(failure.isolated_targets.values())), total=campaign.targets,
                     services=services)


def isolation(failure: FailureResult, campaign: Campaign, words: Words = ENGLISH) -> str:
    """Which lines lose all services, or some."""
    parts = [words.say("isolation.lines", lines=listed_lines(campaign, failure.isolation.lines, words))
             if failure.isolation.lines else "",
             words.say("isolation.partly", lines=listed_lines(campaign, failure.isolation.partly, words))
             if failure.isolation.partly else "",
             isolated_targets(failure, campaign, words)]
    return words.clauses(part for part in parts if part)


def isolation_check(failure: FailureResult, words: Words = ENGLISH) -> str:
    """Whether the lab confirmed the plan's isolated flows."""
    check = failure.isolation_check
    if not failure.digest:
        return words.say("isolation.planned")
    if check.contradictions:
        return words.say("isolation.contradicts", names=", ".join(check.contradictions[:NAMES_SHOWN]))
    return words.say("isolation.measured", silent=str(check.silent),
                     flows=words.say("continuous-flows", count=check.flows))


def violation(target: ViolatedTarget, words: Words = ENGLISH) -> str:
    """A target that is missed during a failure."""
    worst, bound, intact = (words.show(value, target.unit) for value in (target.worst, target.target, target.intact))
    remarks = [words.say("violation.target", bound=bound), words.say("violation.intact", value=intact),
               *_predicted(target, words)]
    others = words.say("violation.others", count=target.flows - 1) if target.flows > 1 else ""
    return f"{target.workload} {words.short(target.metric)} {worst} ({', '.join(remarks)}), {target.flow}{others}"


def _predicted(target: ViolatedTarget, words: Words) -> Iterator[str]:
    """The prediction for the degraded network, where there is one."""
    bounds = [f"{sign} {show(bound, target.unit)}" for sign, bound in
              (("≥", target.predicted_low), ("≤", target.predicted_high)) if bound is not None]
    if target.predicted is not None:
        yield words.say("violation.predicted", value=words.show(target.predicted, target.unit))
    elif bounds:
        yield words.say("violation.predicted", value=words.listed([words.figure(bound) for bound in bounds]))


def degradation(failure: FailureResult, words: Words = ENGLISH) -> str:
    """The impact of a degraded span."""
    missed = [words.say("violation", target=violation(target, words)) for target in failure.violated]
    return words.clauses((*(missed or [words.say("violation.none")]),
                      words.say("lost.at-change", lost=lost(failure, words)), *map(words.recorded, failure.doubts)))
