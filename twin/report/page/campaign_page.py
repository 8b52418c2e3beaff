"""A campaign's page: each cut with a bar of what its restoration is made of, against the goal; worst first."""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.errors import ExitCode
from twin.core.units import show_time
from twin.judge.restoration.failure_results import Campaign, Finding
from twin.judge.verdict import Outcome
from twin.model import Healing
from twin.report.markup import Markup, element, join
from twin.report.page.table import scrolling, table
from twin.report.terminal import campaign as words
from twin.report.wording import count

_OUTCOMES = {ExitCode.MET: Outcome.MET, ExitCode.MISSED: Outcome.MISSED, ExitCode.INCONCLUSIVE: Outcome.INCONCLUSIVE}


def body(campaign: Campaign) -> Markup:
    """The page without its frame."""
    guarded = [finding for finding in campaign.findings if finding.cut.guarded]
    alone = [finding for finding in campaign.findings if not finding.cut.guarded]
    return join([_head(campaign, len(guarded), len(alone)), _guarded(campaign, guarded), _alone(campaign, alone),
                 _doubles(campaign), _falls(campaign), _how(campaign)])


def _head(campaign: Campaign, guarded: int, alone: int) -> Markup:
    protection = campaign.protection
    figures = (("healing", protection.healing.value), ("goal", show_time(protection.goal)),
               ("with another way", count(guarded, "cut")), ("only isolating", count(alone, "cut")),
               ("seed", str(campaign.seed)))
    terms = [element("div", element("dt", name), element("dd", value)) for name, value in figures]
    return element("header", element("p", f"{campaign.network.name}: a campaign of cuts", class_="name"),
                   element("h1", words.headline(campaign)), element("p", words.kept(campaign), class_="lead"),
                   element("p", words.reaction(campaign), class_="lead"),
                   element("dl", *terms, class_="terms"), class_=f"top is-{_OUTCOMES[campaign.exit_code].value}")


def _guarded(campaign: Campaign, findings: Iterable[Finding]) -> Markup:
    alone = campaign.protection.healing is not Healing.FAST_FAILOVER
    heads = ("cut", "shares", "healed in", f"= detection + {'controller + rounds' if alone else 'switch'} + beyond",
             "computed anew in", "= detection + controller + rounds + beyond")
    rows = [row for finding in findings for row in _rows(campaign, finding)]
    if not rows:
        return Markup()
    legend = element("p", *(element("span", name, class_=f"key {kind}") for name, kind in (
        ("detection", "fixed"), ("switch or controller", "serialization"), ("beyond the stated figures", "waiting"))),
        class_="legend tint-0")
    return element("section", element("h2", "Cuts that have another way"), legend,
                   element("p", f"The whole width of a bar is the goal, {show_time(campaign.protection.goal)}.",
                           class_="note"),
                   scrolling(table(heads, rows, "cuts")))


def _rows(campaign: Campaign, finding: Finding) -> list[Markup]:
    late = finding in campaign.late
    moved = show_time(finding.moved) if finding.moved is not None else "–"
    row = element("tr", element("th", str(finding.cut), scope="row"), element("td", _bar(campaign, finding)),
                  element("td", words.restored(finding), class_="missed" if late else "met"),
                  element("td", words.shares(finding, campaign)), element("td", moved),
                  element("td", words.anew(finding, campaign)))
    off, back = words.cut_off(finding, campaign), words.order(finding)
    said = [*(f"No longer holds: {words.broken(one)}." for one in finding.broken),
            f"{off[0].upper()}{off[1:]}." if off else "",
            f"Lost packets: {words.lost(finding)}." if finding.lost else "",
            f"By class: {words.by_class(finding)}." if words.by_class(finding) else "",
            f"{back[0].upper()}{back[1:]}." if back else "", *finding.doubts]
    lines = [element("p", part) for part in said if part]
    return [row, *([element("tr", element("td", *lines, class_="flow", colspan="6"))] if lines else [])]


def _bar(campaign: Campaign, finding: Finding) -> Markup:
    """Shares of the worst class's restoration, in hundredths of the goal."""
    if finding.worst is None or not finding.healed or finding.expected is None:
        return Markup()
    protection, goal = campaign.protection, campaign.protection.goal
    acting = finding.expected - protection.detection
    parts = (("fixed", protection.detection), ("serialization", acting), ("waiting", words.beyond(finding, campaign)))
    bars = [element("i", class_=f"back-0 {kind}", style=f"width:{min(100.0, 100 * part / goal):.1f}%")
            for kind, part in parts]
    label = ", ".join(f"{name} {show_time(part)}" for name, (_, part) in zip(
        ("detection", "switch" if protection.healing is Healing.FAST_FAILOVER else "controller", "beyond"), parts,
        strict=True))
    return element("div", *bars, class_="stack", role="img", aria_label=label, title=label)


def _alone(campaign: Campaign, findings: Iterable[Finding]) -> Markup:
    rows = [element("tr", element("th", str(finding.cut), scope="row"),
                    element("td", words.cut_off(finding, campaign) or "nobody",
                            class_="flow"), element("td", words.lost(finding))) for finding in findings]
    if not rows:
        return Markup()
    return element("section", element("h2", "Cuts that only isolate"),
                   element("p", "No other way leads there. Lost packets are those of everybody else.", class_="note"),
                   table(("cut", "who is cut off", "lost packets of others"), rows, "cuts"))


def _doubles(campaign: Campaign) -> Markup:
    rows = [element("tr", element("th", str(finding.cut), scope="row"),
                    element("td", words.cut_off(finding, campaign) or "nobody",
                            class_="flow"),
                    element("td", words.witness(finding), *(f"; no longer holds: {words.broken(one)}"
                                                            for one in finding.broken), *finding.doubts))
            for finding in campaign.doubles]
    if not rows:
        return Markup()
    return element("section", element("h2", "Two at once"),
                   element("p", "Who has no way left, whatever anybody does. Where it was measured, the second was cut "
                           "a second after the first.", class_="note"),
                   table(("cut", "who is cut off", "how it is known"), rows, "cuts"))


def _falls(campaign: Campaign) -> Markup:
    rows = [element("tr", element("th", str(finding.cut), scope="row"),
                    element("td", words.fallen(finding), class_="flow")) for finding in campaign.falls]
    if not rows:
        return Markup()
    return element("section", element("h2", "Degraded"),
                   element("p", "Spans and lines that fall to a lower rate, or lose packets, by the description's own "
                           "faults; each for itself.", class_="note"),
                   table(("degraded", "what it costs"), rows, "cuts"))


def _how(campaign: Campaign) -> Markup:
    command = f"twin campaign {campaign.network.name}.yaml --seconds {campaign.seconds:g} --seed {campaign.seed}"
    text = ("Restored is what lies between the last packet before the gap and the first after it, counted by the "
            "packets between them (RFC 6414, by packet loss): the largest gap of all probes. What no longer holds is "
            "judged on the seconds between the cut and the mend, less half a second, against the same seconds of the "
            "intact network. Computing takes no time in virtual time: detection, switch and controller are figures of "
            "the file.")
    return element("section", element("h2", "How it was measured"), element("p", text),
                   element("p", words.wait(campaign)), element("pre", element("code", command), tabindex="0"))


