"""A campaign of cuts in words: the headline, the table for a terminal, and JSON; worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from twin.core.errors import ExitCode
from twin.core.records import to_plain
from twin.core.units import show_time
from twin.judge.restoration.failure_results import FORMAT, Broken, Campaign, Finding
from twin.model import Healing
from twin.report.wording import count, grouped, show

SHOWN = 6
"""Names that are told before "and so many more"."""


def headline(campaign: Campaign) -> str:
    """What came of it, in a sentence."""
    guarded = [finding for finding in campaign.findings if finding.cut.guarded]
    goal = show_time(campaign.protection.goal)
    if campaign.exit_code is ExitCode.INCONCLUSIVE:
        return "Nothing can be concluded: the emulation cannot be trusted."
    if not guarded:
        return f"Nothing here has another way: each of {count(len(campaign.findings), 'cut')} isolates."
    if campaign.late:
        return f"Not healed within {goal}: {len(campaign.late)} of {count(len(guarded), 'cut')} with another way."
    worst = max((finding.worst or 0 for finding in guarded), default=0)
    return f"Every cut that has another way is healed within {show_time(worst)}; the goal is {goal}."


def kept(campaign: Campaign) -> str:
    """What becomes of the promises meanwhile, in a sentence."""
    judged = [finding for finding in campaign.findings if finding.cut.guarded]
    if not campaign.promises or not judged:
        return "Nothing is promised here that could be judged meanwhile."
    worse = [finding for finding in judged if finding.broken]
    rest = "but those to lines that are cut off"
    if not worse:
        return f"While one of them lasts every promise holds, {rest}."
    return f"While {len(worse)} of them last, promises break that hold otherwise (below); the others keep all {rest}."


def reaction(campaign: Campaign) -> str:
    """The stated figures that restoration is made of."""
    protection = campaign.protection
    said = f"Stated: {show_time(protection.detection)} until a switch notices"
    if protection.healing is Healing.FAST_FAILOVER:
        said += f", {show_time(protection.switch)} until it sends the other way"
    if protection.healing is not Healing.NONE:
        said += (f", {show_time(protection.controller)} from its notice to the controller's rules, "
                 f"{show_time(protection.round)} for each round of them")
    return f"{said}. Measured by a packet every {show_time(campaign.resolution)} in each class."


def wait(campaign: Campaign) -> str:
    """What the runs shorten."""
    return (f"Each cut had {campaign.seconds:g} emulated seconds; traffic returned after 200 ms of rest, not after the "
            f"file's {show_time(campaign.protection.wait_to_restore)}. Cuts that only isolate were made one after "
            "another.")


def restored(finding: Finding) -> str:
    """How long it took; nothing where only those on a dead node notice."""
    if not finding.cut.guarded:
        return "only isolates"
    if finding.worst is None:
        return "–"
    return show_time(finding.worst) if finding.healed else "not healed"


def by_class(finding: Finding) -> str:
    """How long each class took that the cut concerned."""
    return ", ".join(f"{one.service_class} {'never' if one.restored is None else show_time(one.restored)}"
                     for one in finding.classes if one.probes)


def shares(finding: Finding, campaign: Campaign) -> str:
    """What the restoration of the worst class is made of."""
    if finding.worst is None or finding.expected is None or not finding.healed:
        return "–"
    protection, rest = campaign.protection, show_time(max(0, finding.worst - finding.expected))
    if protection.healing is Healing.FAST_FAILOVER:
        return f"{show_time(protection.detection)} + {show_time(protection.switch)} + {rest}"
    acted = max(protection.controller, protection.switch)
    return f"{show_time(protection.detection)} + {show_time(acted)} + {_rounds(finding, campaign)} + {rest}"


def anew(finding: Finding, campaign: Campaign) -> str:
    """What passes until the controller has led everything over the ways that are left."""
    if finding.moved is None:
        return "–"
    protection = campaign.protection
    stated = protection.detection + max(protection.controller, protection.switch) + finding.rounds * protection.round
    return (f"{show_time(protection.detection)} + {show_time(max(protection.controller, protection.switch))} + "
            f"{_rounds(finding, campaign)} + {show_time(max(0, finding.moved - stated))}")


def _rounds(finding: Finding, campaign: Campaign) -> str:
    return f"{finding.rounds} x {show_time(campaign.protection.round)}"


def beyond(finding: Finding, campaign: Campaign) -> int:
    """What the worst class took beyond the stated figures, ns; less than the resolution is none."""
    over = (finding.worst or 0) - (finding.expected or 0)
    return over if finding.healed and over > campaign.resolution else 0


def lost(finding: Finding) -> str:
    """Packets of calls and streams that were lost, by class; of what is isolated none are counted."""
    return ", ".join(f"{one.service_class} {one.lost}" for one in finding.classes if one.lost) or "0"


def order(finding: Finding) -> str:
    """What became of the probes on the return, and what was doubled or out of order about the cut."""
    back = finding.back
    cut = [f"{number} {word} at the cut" for word, number in (
        ("doubled", sum(one.duplicated for one in finding.classes)),
        ("out of order", sum(one.reordered for one in finding.classes))) if number]
    if not back.sent:
        return ", ".join(cut)
    told = (f"return: of {count(back.sent, 'packet')} {back.lost} lost, {back.duplicated} doubled, "
            f"{back.reordered} out of order (at most {back.overtaken} by the ways' lengths), the slowest took "
            f"{show_time(back.slowest)}")
    return ", ".join((told, *cut))


def isolated(campaign: Campaign, lines: Iterable[str]) -> str:
    """Lines that are cut off: how many, of how many subscribers; which, or where there are many of them, where."""
    names = list(lines)
    if not names:
        return ""
    network = campaign.network
    groups = {name: group for group in network.lines for name in group.names}
    hit = {groups[name].name: groups[name] for name in names if name in groups}
    whose = f" ({grouped(sum(group.subscribers for group in hit.values()))} subscribers)" if hit else ""
    if len(names) <= SHOWN:
        return f"{count(len(names), 'line')}{whose}: {', '.join(names)}"
    sites = {name: site for nodes in (network.switches, network.dslams, network.relays)
             for name, site in ((node.name, node.site) for node in nodes)}
    titles = {site.name: site.title or site.name for site in network.sites}
    places = sorted({titles[sites[group.at]] for group in hit.values()})
    more = f" and {grouped(len(places) - SHOWN)} more places" if len(places) > SHOWN else ""
    return f"{count(len(names), 'line')}{whose} in {', '.join(places[:SHOWN])}{more}"


def void(finding: Finding, campaign: Campaign) -> str:
    """How many promises are not kept to those who are cut off."""
    if not finding.void:
        return ""
    services = ", ".join(f"{service} {number}" for service, number in finding.void.items())
    return f"not kept to them: {sum(finding.void.values())} of {grouped(campaign.promises)} promises ({services})"


def cut_off(finding: Finding, campaign: Campaign) -> str:
    """Who has no way left, or none to some services."""
    said = [f"isolates {isolated(campaign, finding.isolation.lines)}" if finding.isolation.lines else "",
            f"takes services from {isolated(campaign, finding.isolation.partly)}" if finding.isolation.partly else "",
            void(finding, campaign)]
    return "; ".join(part for part in said if part)


def witness(finding: Finding) -> str:
    """Whether a lab showed the same of who is cut off."""
    said = finding.silence
    if not finding.digest:
        return "by the plan"
    if said.against:
        return f"not what the plan says of {', '.join(said.against[:SHOWN])}"
    return f"measured: of {count(said.telling, 'flow')} that never pause just those {said.silent} are silent"


def broken(one: Broken) -> str:
    """A promise that no longer holds."""
    worst, target, intact = (show(value, one.unit) for value in (one.worst, one.target, one.intact))
    said = [f"promised {target}", f"{intact} intact", *_by_theory(one)]
    return f"{one.workload} {one.metric.row.short} {worst} ({', '.join(said)}), {count(one.flows, 'flow')}"


def _by_theory(one: Broken) -> Iterator[str]:
    """What theory says of the degraded network, where it says anything."""
    if one.told is not None:
        yield f"by theory {show(one.told, one.unit)}"
    elif one.low is not None or one.high is not None:
        yield "by theory " + " and ".join(f"{sign} {show(bound, one.unit)}" for sign, bound in
                                          (("≥", one.low), ("≤", one.high)) if bound is not None)


def fallen(finding: Finding) -> str:
    """What a degraded span costs."""
    told = [f"no longer holds: {broken(one)}" for one in finding.broken] or ["every promise holds"]
    return "; ".join((*told, f"lost when it fell: {lost(finding)}", *finding.doubts))


def text(campaign: Campaign, *, colours: bool = False, where: str = "") -> str:
    """The table as text with a closing newline."""
    strong = ("\x1b[1m", "\x1b[0m") if colours else ("", "")
    head = [headline(campaign).join(strong), kept(campaign), reaction(campaign), wait(campaign), ""]
    return "\n".join([*head, *_table(campaign), "", *_doubles(campaign), *_falls(campaign),
                      *([f"report: {where}"] if where else [])]) + "\n"


def _table(campaign: Campaign) -> Iterator[str]:
    alone = campaign.protection.healing is not Healing.FAST_FAILOVER
    acting = "controller + rounds" if alone else "switch"
    yield (f"{'cut':<38}{f'healed in = detection + {acting} + beyond':<40}"
           "computed anew in = detection + controller + rounds + beyond")
    late = {finding.cut.key for finding in campaign.late}
    for finding in campaign.findings:
        sign = "✗" if finding.cut.key in late else "✓" if finding.cut.guarded else "·"
        took = " = ".join(part for part in (restored(finding), shares(finding, campaign)) if part != "–")
        moved = f"{show_time(finding.moved)} = {anew(finding, campaign)}" \
            if finding.moved is not None and finding.cut.guarded else ""
        yield f"{sign} {finding.cut!s:<36.36}{took:<40}{moved}".rstrip()
        said = [f"lost packets: {lost(finding)}" if finding.cut.guarded or finding.lost else "",
                f"healed by class: {by_class(finding)}" if by_class(finding) else "",
                *(f"no longer holds: {broken(one)}" for one in finding.broken), cut_off(finding, campaign),
                order(finding), witness(finding) if finding.silence.against else "",
                *(f"not to be trusted: {doubt}" for doubt in finding.doubts)]
        yield from (f"    {part}" for part in said if part)


def _doubles(campaign: Campaign) -> Iterator[str]:
    if campaign.doubles:
        yield "two at once"
    for finding in campaign.doubles:
        whom = isolated(campaign, (*finding.isolation.lines, *finding.isolation.partly))
        healed = f"; all others healed in {restored(finding)} ({by_class(finding)})" if by_class(finding) else ""
        yield f"  {finding.cut}: {f'isolates {whom}' if whom else 'isolates nobody'}{healed}; {witness(finding)}"
        yield from (f"    no longer holds: {broken(one)}" for one in finding.broken)
        yield from (f"    not to be trusted: {doubt}" for doubt in finding.doubts)


def _falls(campaign: Campaign) -> Iterator[str]:
    if campaign.falls:
        yield "degraded"
    yield from (f"  {finding.cut}: {fallen(finding)}" for finding in campaign.falls)


def plain(campaign: Campaign) -> dict[str, Any]:
    """What `campaign.json` holds."""
    return {"format": FORMAT, "network": campaign.network.name, "seconds": campaign.seconds, "seed": campaign.seed,
            "exit_code": campaign.exit_code, "protection": to_plain(campaign.protection),
            "resolution": campaign.resolution,
            "findings": [to_plain(finding) | {"worst": finding.worst, "healed": finding.healed, "lost": finding.lost}
                         for finding in campaign.findings],
            "doubles": [to_plain(finding) for finding in campaign.doubles],
            "falls": [to_plain(finding) for finding in campaign.falls]}
