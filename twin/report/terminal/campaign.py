"""A campaign as text for a terminal and as JSON: the headline, then every failure, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twin.core.errors import ExitCode
from twin.core.records import to_plain
from twin.judge.restoration.failure_results import FORMAT, Campaign, FailureResult
from twin.model import Healing
from twin.report.language.words import ENGLISH, Words
from twin.report.terminal.failures import (
    by_class,
    channels,
    degradation,
    isolation,
    isolation_check,
    listed_lines,
    lost,
    name,
    reconvergence_parts,
    restoration,
    restoration_parts,
    reversion,
    violation,
)


def headline(campaign: Campaign, words: Words = ENGLISH) -> str:
    """The result in a sentence."""
    protected = [failure for failure in campaign.failures if failure.cut.protected]
    goal = words.time(campaign.protection.goal)
    if campaign.exit_code is ExitCode.INCONCLUSIVE:
        return words.say("run.untrusted")
    if not protected:
        return words.say("campaign.unprotected", failures=words.say("failures", count=len(campaign.failures)))
    interrupted = [failure.channels for failure in protected if failure.channels]
    if interrupted and campaign.multicast_goal != campaign.protection.goal:
        goal = words.say("campaign.goals", goal=goal, channels=words.time(campaign.multicast_goal))
    if campaign.late:
        return words.say("campaign.late", goal=goal, number=len(campaign.late),
                         failures=words.say("failures", count=len(protected)))
    slowest = words.time(max((failure.restoration_time or 0 for failure in protected), default=0))
    if interrupted:
        slowest = words.say("campaign.slowest", slowest=slowest, channels=words.time(
            max(each.restoration_time or 0 for each in interrupted)))
    return words.say("campaign.restored", slowest=slowest, goal=goal)


def impact(campaign: Campaign, words: Words = ENGLISH) -> str:
    """How many failures make targets miss, in a sentence."""
    protected = [failure for failure in campaign.failures if failure.cut.protected]
    if not campaign.targets or not protected:
        return words.say("impact.no-targets")
    harmful = [failure for failure in protected if failure.violated]
    return words.say("impact.harmful", count=len(harmful)) if harmful else words.say("impact.none")


def reaction(campaign: Campaign, words: Words = ENGLISH) -> str:
    """The configured times that restoration consists of."""
    protection = campaign.protection
    parts = [words.say("reaction.detection", time=words.time(protection.detection))]
    if protection.healing is Healing.FAST_FAILOVER:
        parts.append(words.say("reaction.switch", time=words.time(protection.switch)))
    if protection.healing is not Healing.NONE:
        parts.append(words.say("reaction.controller", time=words.time(protection.controller),
                               round=words.time(protection.round)))
    configured = words.say("reaction", parts=", ".join(parts))
    if not campaign.resolution:
        return configured
    return f"{configured} {words.say('reaction.measured', interval=words.time(campaign.resolution))}"


def timing(campaign: Campaign, words: Words = ENGLISH) -> str:
    """What the runs shorten."""
    return words.say("timing", seconds=words.figure(f"{campaign.seconds:g} s"),
                     wait=words.time(campaign.protection.wait_to_restore))


def text(campaign: Campaign, *, colours: bool = False, where: str = "", words: Words = ENGLISH) -> str:
    """The table as text with a closing newline."""
    strong = ("\x1b[1m", "\x1b[0m") if colours else ("", "")
    head = [headline(campaign, words).join(strong), impact(campaign, words), reaction(campaign, words),
            timing(campaign, words), ""]
    return "\n".join([*head, *_table(campaign, words), "", *_double_failures(campaign, words),
                      *_degradations(campaign, words), *([words.say("where", place=where)] if where else [])]) + "\n"


def acting(campaign: Campaign) -> str:
    """The end of the key of what acts on a failure."""
    return "switch" if campaign.protection.healing is Healing.FAST_FAILOVER else "controller"


def _table(campaign: Campaign, words: Words) -> Iterator[str]:
    took = f"{words.say('head.restored')} {words.say(f'head.parts.{acting(campaign)}')}"
    yield (f"{words.say('head.failure'):<38}{f'{took} ':<43}"
           f"{words.say('head.reconverged')} {words.say('head.parts.controller')}")
    late = {failure.cut.key for failure in campaign.late}
    for failure in campaign.failures:
        yield _row(campaign, failure, "✗" if failure.cut.key in late else "✓" if failure.cut.protected else "·", words)
        yield from (f"    {detail}" for detail in _details(campaign, failure, words) if detail)


def _row(campaign: Campaign, failure: FailureResult, sign: str, words: Words) -> str:
    took = " = ".join(part for part in (restoration(failure, words), restoration_parts(failure, campaign, words))
                      if part != "–")
    rerouted = f"{words.time(failure.reconverged)} = {reconvergence_parts(failure, campaign, words)}" \
        if failure.reconverged is not None and failure.cut.protected else ""
    return f"{sign} {name(failure, words):<36.36}{took:<43}{rerouted}".rstrip()


def _details(campaign: Campaign, failure: FailureResult, words: Words) -> Iterator[str]:
    """What else is known of a failure; "" where there is nothing to say."""
    yield words.say("lost.packets", lost=lost(failure, words)) if failure.cut.protected or failure.lost else ""
    times = by_class(failure, words)
    yield words.say("restoration.by-class", times=times) if times else ""
    yield channels(failure, words)
    yield from (words.say("violation", target=violation(target, words)) for target in failure.violated)
    yield isolation(failure, campaign, words)
    yield reversion(failure, words)
    yield isolation_check(failure, words) if failure.isolation_check.contradictions else ""
    yield from (words.say("doubt", reason=words.recorded(doubt)) for doubt in failure.doubts)


def _double_failures(campaign: Campaign, words: Words) -> Iterator[str]:
    if campaign.double_failures:
        yield words.say("campaign.double")
    for failure in campaign.double_failures:
        lines = listed_lines(campaign, (*failure.isolation.lines, *failure.isolation.partly), words)
        isolated = words.say("isolation.lines", lines=lines or words.say("isolation.no-line"))
        times = by_class(failure, words)
        rest = [words.say("restoration.others", time=restoration(failure, words), times=times)] if times else []
        clauses = words.clauses((isolated, *rest, isolation_check(failure, words)))
        yield f"  {name(failure, words)}{words.say('table.colon')}{clauses}"
        yield from (f"    {words.say('violation', target=violation(target, words))}" for target in failure.violated)
        yield from (f"    {words.say('doubt', reason=words.recorded(doubt))}" for doubt in failure.doubts)


def _degradations(campaign: Campaign, words: Words) -> Iterator[str]:
    if campaign.degradations:
        yield words.say("campaign.degraded")
    yield from (f"  {name(failure, words)}{words.say('table.colon')}{degradation(failure, words)}"
                for failure in campaign.degradations)


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
