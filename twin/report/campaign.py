"""A campaign of cuts in words: the headline, the table for a terminal, and JSON; worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from twin.model import Healing
from twin.records import to_plain
from twin.report.wording import SHORT_TITLES, count, grouped, show
from twin.units import show_time
from twin.verify.campaign import FORMAT, Broken, Campaign, Finding

SHOWN = 6
"""Names that are told before "and so many more"."""


def headline(campaign: Campaign) -> str:
    """What came of it, in a sentence."""
    guarded = [finding for finding in campaign.findings if finding.cut.guarded]
    goal = show_time(campaign.protection.goal)
    if campaign.exit_code == 5:
        return "Nothing can be concluded: the emulation cannot be trusted."
    if not guarded:
        return f"Nothing here has another way: each of {count(len(campaign.findings), 'cut')} isolates."
    if campaign.late:
        return f"Not healed within {goal}: {len(campaign.late)} of {count(len(guarded), 'cut')} with another way."
    worst = max((finding.worst or 0 for finding in guarded), default=0)
    return f"Every cut that has another way is healed within {show_time(worst)}; the goal is {goal}."


def reaction(campaign: Campaign) -> str:
    """The stated figures that restoration is made of."""
    protection = campaign.protection
    said = f"Stated: {show_time(protection.detection)} until a switch notices"
    if protection.healing is Healing.FAST_FAILOVER:
        said += f", {show_time(protection.switch)} until it sends the other way"
    if protection.healing is not Healing.NONE:
        said += f", {show_time(protection.controller)} from its notice to the controller's rules"
    return f"{said}. Measured by a packet every {show_time(campaign.resolution)} in each class."


def wait(campaign: Campaign) -> str:
    """What the runs shorten."""
    return (f"Each cut had {campaign.seconds:g} emulated seconds; traffic returned after 200 ms of rest, not after the "
            f"file's {show_time(campaign.protection.wait_to_restore)}. Cuts that only isolate were made one after "
            "another.")


def restored(finding: Finding) -> str:
    """How long it took, or why there is nothing to tell: only those on a dead node, or on no service's way, notice."""
    if not finding.cut.guarded:
        return "only isolates"
    if finding.worst is None:
        return "nobody else"
    return show_time(finding.worst) if finding.healed else "not healed"


def by_class(finding: Finding) -> str:
    """How long each class took that the cut concerned."""
    return ", ".join(f"{one.service_class} {'never' if one.restored is None else show_time(one.restored)}"
                     for one in finding.classes if one.probes)


def beyond(finding: Finding, campaign: Campaign) -> int:
    """What the worst class took beyond the stated figures, ns; less than the resolution is none."""
    over = (finding.worst or 0) - (finding.expected or 0)
    return over if finding.healed and over > campaign.resolution else 0


def lost(finding: Finding) -> str:
    """Packets of calls and streams that were lost, by class; of what is isolated none are counted."""
    return ", ".join(f"{one.service_class} {one.lost}" for one in finding.classes if one.lost) or "0"


def order(finding: Finding) -> str:
    """What returned out of order, twice or not at all, of the probes; "" where all was well."""
    sums = [(word, sum(getattr(one, field) for one in finding.classes)) for word, field in (
        ("doubled", "duplicated"), ("out of order", "reordered"), ("lost on return", "returned_lost"))]
    return ", ".join(f"{number} {word}" for word, number in sums if number)


def isolated(lines: Iterable[str]) -> str:
    """Lines that are cut off: how many, and the first of them."""
    names = list(lines)
    if not names:
        return ""
    more = f" and {grouped(len(names) - SHOWN)} more" if len(names) > SHOWN else ""
    return f"{count(len(names), 'line')}: {', '.join(names[:SHOWN])}{more}"


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
    return f"{one.workload} {SHORT_TITLES[one.metric]} {worst} ({', '.join(said)}), {count(one.flows, 'flow')}"


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
    return "\n".join([headline(campaign).join(strong), reaction(campaign), wait(campaign), "", *_table(campaign), "",
                      *_doubles(campaign), *_falls(campaign), *([f"report: {where}"] if where else [])]) + "\n"


def _table(campaign: Campaign) -> Iterator[str]:
    yield f"{'cut':<38}{'healed in':>14}{'stated':>11}{'controller':>12}  lost packets"
    late = {finding.cut.key for finding in campaign.late}
    for finding in campaign.findings:
        sign = "✗" if finding.cut.key in late else "✓" if finding.cut.guarded else "·"
        stated = show_time(finding.expected) if finding.expected is not None else "–"
        moved = show_time(finding.moved) if finding.moved is not None else "–"
        yield f"{sign} {finding.cut!s:<36.36}{restored(finding):>14}{stated:>11}{moved:>12}  {lost(finding)}"
        said = [f"healed by class: {by_class(finding)}" if by_class(finding) else "",
                f"isolates {isolated(finding.isolation.lines)}" if finding.isolation.lines else "",
                f"takes services from {isolated(finding.isolation.partly)}" if finding.isolation.partly else "",
                order(finding), *(f"no longer holds: {broken(one)}" for one in finding.broken),
                *(f"not to be trusted: {doubt}" for doubt in finding.doubts)]
        yield from (f"    {part}" for part in said if part)


def _doubles(campaign: Campaign) -> Iterator[str]:
    if campaign.doubles:
        yield "two at once"
    for finding in campaign.doubles:
        whom = isolated((*finding.isolation.lines, *finding.isolation.partly))
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
