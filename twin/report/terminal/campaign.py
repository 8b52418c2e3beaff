"""A campaign as text for a terminal and as JSON: the headline, then every failure, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from twin.core.errors import ExitCode
from twin.core.records import to_plain
from twin.core.units import show_time
from twin.judge.restoration.failure_results import FORMAT, Campaign, FailureResult, ViolatedTarget
from twin.model import Healing
from twin.report.wording import count, grouped, show

NAMES_SHOWN = 6
"""Names that are listed before "and n more"."""


def headline(campaign: Campaign) -> str:
    """The result in a sentence."""
    protected = [failure for failure in campaign.failures if failure.cut.protected]
    goal = show_time(campaign.protection.goal)
    if campaign.exit_code is ExitCode.INCONCLUSIVE:
        return "Inconclusive: the emulation failed its fidelity checks."
    if not protected:
        return f"No redundancy: each of {count(len(campaign.failures), 'failure')} isolates subscribers."
    interrupted = [failure.channels for failure in protected if failure.channels]
    if interrupted and campaign.multicast_goal != campaign.protection.goal:
        goal += f" (IPTV channels: {show_time(campaign.multicast_goal)})"
    if campaign.late:
        return (f"Not restored within {goal}: {len(campaign.late)} of {count(len(protected), 'failure')} with a "
                "redundant path.")
    slowest = show_time(max((failure.restoration_time or 0 for failure in protected), default=0))
    if interrupted:
        slowest += f", IPTV channels within {show_time(max(each.restoration_time or 0 for each in interrupted))}"
    return f"Every failure with a redundant path is restored within {slowest}; the goal is {goal}."


def impact(campaign: Campaign) -> str:
    """How many failures make targets miss, in a sentence."""
    protected = [failure for failure in campaign.failures if failure.cut.protected]
    if not campaign.targets or not protected:
        return "There are no targets to judge during a failure."
    harmful = [failure for failure in protected if failure.violated]
    if not harmful:
        return "All targets are met during each of them; isolated lines are not counted."
    return (f"During {len(harmful)} of them, targets are missed that are met in the intact network (see below); during "
            "the others all targets are met. Isolated lines are not counted.")


def reaction(campaign: Campaign) -> str:
    """The configured times that restoration consists of."""
    protection = campaign.protection
    configured = f"Configured: detection {show_time(protection.detection)}"
    if protection.healing is Healing.FAST_FAILOVER:
        configured += f", switch {show_time(protection.switch)}"
    if protection.healing is not Healing.NONE:
        configured += (f", controller {show_time(protection.controller)}, {show_time(protection.round)} for each round "
                       "of rules")
    if not campaign.resolution:
        return f"{configured}."
    return f"{configured}. Measured with one probe packet every {show_time(campaign.resolution)} in each class."


def timing(campaign: Campaign) -> str:
    """What the runs shorten."""
    return (f"Each failure was emulated for {campaign.seconds:g} s; traffic reverts after 200 ms instead of the file's "
            f"{show_time(campaign.protection.wait_to_restore)}. Failures without a redundant path share labs, one "
            "after another.")


def restoration(failure: FailureResult) -> str:
    """How long restoration took; "–" where no probe was concerned."""
    if not failure.cut.protected:
        return "isolates only"
    if failure.restoration_time is None:
        return "–"
    return show_time(failure.restoration_time) if failure.restored else "not restored"


def by_class(failure: FailureResult) -> str:
    """Restoration time of each affected class, and the probe that was restored last."""
    probed = [outage for outage in failure.classes if outage.probes]
    if not probed:
        return ""
    last = max(probed, key=lambda outage: (outage.restoration_time is None, outage.restoration_time or 0))
    times = ", ".join(f"{outage.service_class} {_duration(outage.restoration_time)}" for outage in probed)
    return f"{times}; the last was {last.slowest}"


def channels(failure: FailureResult) -> str:
    """How long IPTV channels were interrupted, and whose longest; "" where none was."""
    outage = failure.channels
    if outage is None:
        return ""
    return (f"IPTV channels restored in: {_duration(outage.restoration_time)} "
            f"({count(outage.viewers, 'viewer')} interrupted, longest {outage.flow})")


def _duration(restoration_time: int | None) -> str:
    return "never" if restoration_time is None else show_time(restoration_time)


def restoration_parts(failure: FailureResult, campaign: Campaign) -> str:
    """What the restoration time of the slowest class consists of."""
    if failure.restoration_time is None or failure.expected is None or not failure.restored:
        return "–"
    protection, excess = campaign.protection, show_time(max(0, failure.restoration_time - failure.expected))
    if protection.healing is Healing.FAST_FAILOVER:
        return f"{show_time(protection.detection)} + {show_time(protection.switch)} + {excess}"
    acted = max(protection.controller, protection.switch)
    return f"{show_time(protection.detection)} + {show_time(acted)} + {_rounds(failure, campaign)} + {excess}"


def reconvergence_parts(failure: FailureResult, campaign: Campaign) -> str:
    """What the time consists of until the controller has rerouted everything."""
    if failure.reconverged is None:
        return "–"
    protection = campaign.protection
    acted = max(protection.controller, protection.switch)
    configured = protection.detection + acted + failure.rounds * protection.round
    return (f"{show_time(protection.detection)} + {show_time(acted)} + {_rounds(failure, campaign)} + "
            f"{show_time(max(0, failure.reconverged - configured))}")


def _rounds(failure: FailureResult, campaign: Campaign) -> str:
    return f"{failure.rounds} x {show_time(campaign.protection.round)}"


def excess(failure: FailureResult, campaign: Campaign) -> int:
    """What the slowest class took beyond the configured times, ns; 0 below the resolution."""
    over = (failure.restoration_time or 0) - (failure.expected or 0)
    return over if failure.restored and over > campaign.resolution else 0


def lost(failure: FailureResult) -> str:
    """Packets of calls and streams that were lost, by class; isolated flows are not counted."""
    return ", ".join(f"{outage.service_class} {outage.lost} (most of {outage.hardest_hit})"
                     for outage in failure.classes if outage.lost) or "0"


def reversion(failure: FailureResult) -> str:
    """What happened to the probes on reversion, and which were duplicated or reordered at the failure."""
    back = failure.reversion
    at_failure = [f"{number} {word} at the failure" for word, number in (
        ("duplicated", sum(outage.duplicated for outage in failure.classes)),
        ("reordered", sum(outage.reordered for outage in failure.classes))) if number]
    if not back.sent:
        return ", ".join(at_failure)
    on_reversion = (f"reversion: of {count(back.sent, 'packet')} {back.lost} lost, {back.duplicated} duplicated, "
                    f"{back.reordered} reordered (path lengths allow {back.max_reordered}), maximum delay "
                    f"{show_time(back.max_delay)}")
    return ", ".join((on_reversion, *at_failure))


def listed_lines(campaign: Campaign, lines: Iterable[str]) -> str:
    """Some lines: how many, of how many subscribers; their names, or where there are many, their sites."""
    names = list(lines)
    if not names:
        return ""
    network = campaign.network
    groups = {name: group for group in network.lines for name in group.names}
    hit = {groups[name].name: groups[name] for name in names if name in groups}
    subscribers = f" ({grouped(sum(group.subscribers for group in hit.values()))} subscribers)" if hit else ""
    if len(names) <= NAMES_SHOWN:
        return f"{count(len(names), 'line')}{subscribers}: {', '.join(names)}"
    sites = {name: site for nodes in (network.switches, network.dslams, network.relays)
             for name, site in ((node.name, node.site) for node in nodes)}
    titles = {site.name: site.title or site.name for site in network.sites}
    places = sorted({titles[sites[group.at]] for group in hit.values()})
    more = f" and {grouped(len(places) - NAMES_SHOWN)} more places" if len(places) > NAMES_SHOWN else ""
    return f"{count(len(names), 'line')}{subscribers} in {', '.join(places[:NAMES_SHOWN])}{more}"


def isolated_targets(failure: FailureResult, campaign: Campaign) -> str:
    """How many targets are those of isolated flows."""
    if not failure.isolated_targets:
        return ""
    services = ", ".join(f"{service} {number}" for service, number in failure.isolated_targets.items())
    return (f"targets of isolated flows: {sum(failure.isolated_targets.values())} of {grouped(campaign.targets)} "
            f"({services})")


def isolation(failure: FailureResult, campaign: Campaign) -> str:
    """Which lines lose all services, or some."""
    parts = [f"isolates {listed_lines(campaign, failure.isolation.lines)}" if failure.isolation.lines else "",
             f"some services lost: {listed_lines(campaign, failure.isolation.partly)}"
             if failure.isolation.partly else "",
             isolated_targets(failure, campaign)]
    return "; ".join(part for part in parts if part)


def isolation_check(failure: FailureResult) -> str:
    """Whether the lab confirmed the plan's isolated flows."""
    check = failure.isolation_check
    if not failure.digest:
        return "from the plan"
    if check.contradictions:
        return f"contradicts the plan: {', '.join(check.contradictions[:NAMES_SHOWN])}"
    return f"measured: {check.silent} of {count(check.flows, 'continuous flow')} silent, as planned"


def violation(target: ViolatedTarget) -> str:
    """A target that is missed during a failure."""
    worst, bound, intact = (show(value, target.unit) for value in (target.worst, target.target, target.intact))
    remarks = [f"target {bound}", f"{intact} intact", *_predicted(target)]
    others = f" and {count(target.flows - 1, 'other flow')}" if target.flows > 1 else ""
    return f"{target.workload} {target.metric.row.short} {worst} ({', '.join(remarks)}), {target.flow}{others}"


def _predicted(target: ViolatedTarget) -> Iterator[str]:
    """The prediction for the degraded network, where there is one."""
    if target.predicted is not None:
        yield f"predicted {show(target.predicted, target.unit)}"
    elif target.predicted_low is not None or target.predicted_high is not None:
        yield "predicted " + " and ".join(
            f"{sign} {show(bound, target.unit)}" for sign, bound in
            (("≥", target.predicted_low), ("≤", target.predicted_high)) if bound is not None)


def degradation(failure: FailureResult) -> str:
    """The impact of a degraded span."""
    missed = [f"target missed: {violation(target)}" for target in failure.violated] or ["all targets met"]
    return "; ".join((*missed, f"lost packets at the change: {lost(failure)}", *failure.doubts))


def text(campaign: Campaign, *, colours: bool = False, where: str = "") -> str:
    """The table as text with a closing newline."""
    strong = ("\x1b[1m", "\x1b[0m") if colours else ("", "")
    head = [headline(campaign).join(strong), impact(campaign), reaction(campaign), timing(campaign), ""]
    return "\n".join([*head, *_table(campaign), "", *_double_failures(campaign), *_degradations(campaign),
                      *([f"report: {where}"] if where else [])]) + "\n"


def _table(campaign: Campaign) -> Iterator[str]:
    alone = campaign.protection.healing is not Healing.FAST_FAILOVER
    acting = "controller + rounds" if alone else "switch"
    yield (f"{'failure':<38}{f'restored in = detection + {acting} + excess':<43}"
           "reconverged in = detection + controller + rounds + excess")
    late = {failure.cut.key for failure in campaign.late}
    for failure in campaign.failures:
        yield _row(campaign, failure, "✗" if failure.cut.key in late else "✓" if failure.cut.protected else "·")
        yield from (f"    {detail}" for detail in _details(campaign, failure) if detail)


def _row(campaign: Campaign, failure: FailureResult, sign: str) -> str:
    took = " = ".join(part for part in (restoration(failure), restoration_parts(failure, campaign)) if part != "–")
    rerouted = f"{show_time(failure.reconverged)} = {reconvergence_parts(failure, campaign)}" \
        if failure.reconverged is not None and failure.cut.protected else ""
    return f"{sign} {failure.cut!s:<36.36}{took:<43}{rerouted}".rstrip()


def _details(campaign: Campaign, failure: FailureResult) -> Iterator[str]:
    """What else is known of a failure; "" where there is nothing to say."""
    yield f"lost packets: {lost(failure)}" if failure.cut.protected or failure.lost else ""
    yield f"restored by class: {by_class(failure)}" if by_class(failure) else ""
    yield channels(failure)
    yield from (f"target missed: {violation(target)}" for target in failure.violated)
    yield isolation(failure, campaign)
    yield reversion(failure)
    yield isolation_check(failure) if failure.isolation_check.contradictions else ""
    yield from (f"fidelity check failed: {doubt}" for doubt in failure.doubts)


def _double_failures(campaign: Campaign) -> Iterator[str]:
    if campaign.double_failures:
        yield "double failures"
    for failure in campaign.double_failures:
        lines = listed_lines(campaign, (*failure.isolation.lines, *failure.isolation.partly))
        rest = f"; all others restored in {restoration(failure)} ({by_class(failure)})" if by_class(failure) else ""
        yield f"  {failure.cut}: isolates {lines or 'no line'}{rest}; {isolation_check(failure)}"
        yield from (f"    target missed: {violation(target)}" for target in failure.violated)
        yield from (f"    fidelity check failed: {doubt}" for doubt in failure.doubts)


def _degradations(campaign: Campaign) -> Iterator[str]:
    if campaign.degradations:
        yield "degraded spans"
    yield from (f"  {failure.cut}: {degradation(failure)}" for failure in campaign.degradations)


def plain(campaign: Campaign) -> dict[str, Any]:
    """What `campaign.json` holds."""
    return {"format": FORMAT, "network": campaign.network.name, "seconds": campaign.seconds, "seed": campaign.seed,
            "exit_code": campaign.exit_code, "protection": to_plain(campaign.protection),
            "resolution": campaign.resolution,
            "failures": [to_plain(failure) | {"restoration_time": failure.restoration_time,
                                              "restored": failure.restored, "lost": failure.lost}
                         for failure in campaign.failures],
            "double_failures": [to_plain(failure) for failure in campaign.double_failures],
            "degradations": [to_plain(failure) for failure in campaign.degradations]}
