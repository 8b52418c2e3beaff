"""A campaign's page: each failure with a bar of the parts of its restoration time, against the goal; worst first."""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.errors import ExitCode
from twin.core.units import show_time
from twin.judge.restoration.failure_results import Campaign, FailureResult
from twin.judge.verdict import Outcome
from twin.model import Healing
from twin.report.markup import Markup, element, join
from twin.report.page.table import table
from twin.report.terminal import campaign as words
from twin.report.wording import count

_OUTCOMES = {ExitCode.MET: Outcome.MET, ExitCode.MISSED: Outcome.MISSED, ExitCode.INCONCLUSIVE: Outcome.INCONCLUSIVE}


def body(campaign: Campaign) -> Markup:
    """The page without its frame."""
    protected = [failure for failure in campaign.failures if failure.cut.protected]
    unprotected = [failure for failure in campaign.failures if not failure.cut.protected]
    return join([
        _head(campaign, len(protected), len(unprotected)), _protected(campaign, protected),
        _unprotected(campaign, unprotected), _double_failures(campaign), _degradations(campaign), _method(campaign)])


def _head(campaign: Campaign, protected: int, unprotected: int) -> Markup:
    protection = campaign.protection
    figures = (("protection", protection.healing.value), ("goal", show_time(protection.goal)),
               ("goal of IPTV channels", show_time(campaign.multicast_goal)),
               ("with a redundant path", count(protected, "failure")),
               ("without one", count(unprotected, "failure")),
               ("seed", str(campaign.seed)))
    terms = [element("div", element("dt", name), element("dd", value)) for name, value in figures]
    return element("header", element("p", f"{campaign.network.name}: failure campaign", class_="name"),
                   element("h1", words.headline(campaign)), element("p", words.impact(campaign), class_="lead"),
                   element("p", words.reaction(campaign), class_="lead"),
                   element("dl", *terms, class_="terms"), class_=f"top is-{_OUTCOMES[campaign.exit_code].value}")


def _protected(campaign: Campaign, failures: Iterable[FailureResult]) -> Markup:
    alone = campaign.protection.healing is not Healing.FAST_FAILOVER
    acting = "controller + rounds" if alone else "switch"
    heads = ("failure", "parts", "restored in", f"= detection + {acting} + excess", "reconverged in",
             "= detection + controller + rounds + excess")
    rows = [row for failure in failures for row in _rows(campaign, failure)]
    if not rows:
        return Markup()
    legend = element("p", *(element("span", name, class_=f"key {kind}") for name, kind in (
        ("detection", "fixed"), ("switch or controller", "serialization"), ("excess", "waiting"))),
        class_="legend tint-0")
    return element("section", element("h2", "Failures with a redundant path"), legend,
                   element("p", f"The full width of a bar is the goal, {show_time(campaign.protection.goal)}.",
                           class_="note"),
                   table(heads, rows, "cuts"))


def _rows(campaign: Campaign, failure: FailureResult) -> list[Markup]:
    late = failure in campaign.late
    reconverged = show_time(failure.reconverged) if failure.reconverged is not None else "–"
    row = element("tr", element("th", str(failure.cut), scope="row"), element("td", _bar(campaign, failure)),
                  element("td", words.restoration(failure), class_="missed" if late else "met"),
                  element("td", words.restoration_parts(failure, campaign)), element("td", reconverged),
                  element("td", words.reconvergence_parts(failure, campaign)))
    isolation, reversion = words.isolation(failure, campaign), words.reversion(failure)
    details = [*(f"Target missed: {words.violation(target)}." for target in failure.violated),
               f"{isolation[0].upper()}{isolation[1:]}." if isolation else "",
               f"Lost packets: {words.lost(failure)}." if failure.lost else "",
               f"By class: {words.by_class(failure)}." if words.by_class(failure) else "",
               f"{words.channels(failure)}." if words.channels(failure) else "",
               f"{reversion[0].upper()}{reversion[1:]}." if reversion else "", *failure.doubts]
    lines = [element("p", part) for part in details if part]
    return [row, *([element("tr", element("td", *lines, class_="flow", colspan="6"))] if lines else [])]


def _bar(campaign: Campaign, failure: FailureResult) -> Markup:
    """The parts of the slowest class's restoration time, in percent of the goal."""
    if failure.restoration_time is None or not failure.restored or failure.expected is None:
        return Markup()
    protection, goal = campaign.protection, campaign.protection.goal
    acting = failure.expected - protection.detection
    parts = (("fixed", protection.detection), ("serialization", acting), ("waiting", words.excess(failure, campaign)))
    bars = [element("i", class_=f"back-0 {kind}", style=f"width:{min(100.0, 100 * part / goal):.1f}%")
            for kind, part in parts]
    label = ", ".join(f"{name} {show_time(part)}" for name, (_, part) in zip(
        ("detection", "switch" if protection.healing is Healing.FAST_FAILOVER else "controller", "excess"), parts,
        strict=True))
    return element("div", *bars, class_="stack", role="img", aria_label=label, title=label)


def _unprotected(campaign: Campaign, failures: Iterable[FailureResult]) -> Markup:
    rows = [element("tr", element("th", str(failure.cut), scope="row"),
                    element("td", words.isolation(failure, campaign) or "no line",
                            class_="flow"), element("td", words.lost(failure))) for failure in failures]
    if not rows:
        return Markup()
    return element("section", element("h2", "Failures without a redundant path"),
                   element("p", "They isolate what is behind them. Lost packets are those of all other flows.",
                           class_="note"),
                   table(("failure", "isolated", "lost packets of others"), rows, "cuts"))


def _double_failures(campaign: Campaign) -> Markup:
    rows = [element("tr", element("th", str(failure.cut), scope="row"),
                    element("td", words.isolation(failure, campaign) or "no line",
                            class_="flow"),
                    element("td", words.isolation_check(failure), *(f"; target missed: {words.violation(target)}"
                                                                    for target in failure.violated), *failure.doubts))
            for failure in campaign.double_failures]
    if not rows:
        return Markup()
    return element("section", element("h2", "Double failures"),
                   element("p", "Lines for which no path is left. Where it was measured, the second failure followed "
                           "the first by a second.", class_="note"),
                   table(("failures", "isolated", "evidence"), rows, "cuts"))


def _degradations(campaign: Campaign) -> Markup:
    rows = [element("tr", element("th", str(failure.cut), scope="row"),
                    element("td", words.degradation(failure), class_="flow")) for failure in campaign.degradations]
    if not rows:
        return Markup()
    return element("section", element("h2", "Degraded spans"),
                   element("p", "Spans and lines that fall to a lower rate, or lose packets, by the description's own "
                           "faults; one at a time.", class_="note"),
                   table(("degraded", "impact"), rows, "cuts"))


def _method(campaign: Campaign) -> Markup:
    command = f"twin campaign {campaign.network.name}.yaml --seconds {campaign.seconds:g} --seed {campaign.seed}"
    text = ("Restoration time is packet-loss based (RFC 6414): packets lost in the largest gap of a probe, times their "
            "interval; of all probes the longest. Targets are judged from half a second after the failure until its "
            "repair, and compared with the same seconds of the intact network. Computing takes no time in virtual "
            "time: detection, switch and controller times are those of the file.")
    return element("section", element("h2", "Method"), element("p", text),
                   element("p", words.timing(campaign)), element("pre", element("code", command), tabindex="0"))


