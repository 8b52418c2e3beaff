"""A campaign's page: each failure with a bar of the parts of its restoration time, against the goal; worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from twin.core.errors import ExitCode
from twin.judge.restoration.failure_results import Campaign, FailureResult
from twin.judge.verdict import Outcome
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.table import headings, table
from twin.report.terminal import campaign as said
from twin.report.terminal import failures as of_one

_OUTCOMES = {ExitCode.MET: Outcome.MET, ExitCode.MISSED: Outcome.MISSED, ExitCode.INCONCLUSIVE: Outcome.INCONCLUSIVE}


def body(campaign: Campaign, words: Words) -> Markup:
    """The page without its frame."""
    protected = [failure for failure in campaign.failures if failure.cut.protected]
    unprotected = [failure for failure in campaign.failures if not failure.cut.protected]
    return join([
        _head(campaign, len(protected), len(unprotected), words), _protected(campaign, protected, words),
        _unprotected(campaign, unprotected, words), _double_failures(campaign, words), _degradations(campaign, words),
        _method(campaign, words)])


def _head(campaign: Campaign, protected: int, unprotected: int, words: Words) -> Markup:
    protection = campaign.protection
    figures = (("protection", protection.healing.value), ("goal", words.time(protection.goal)),
               ("goal-of-channels", words.time(campaign.multicast_goal)),
               ("redundant", words.say("failures", count=protected)),
               ("not-redundant", words.say("failures", count=unprotected)),
               ("seed", str(campaign.seed)))
    terms = [element("div", element("dt", words.say(f"term.{name}")), element("dd", value)) for name, value in figures]
    return element("header", element("p", words.say("campaign", network=campaign.network.name), class_="name"),
                   element("h1", said.headline(campaign, words)),
                   element("p", said.impact(campaign, words), class_="lead"),
                   element("p", said.reaction(campaign, words), class_="lead"),
                   element("dl", *terms, class_="terms"), class_=f"top is-{_OUTCOMES[campaign.exit_code].value}")


def _protected(campaign: Campaign, failures: Iterable[FailureResult], words: Words) -> Markup:
    heads = ("failure", "parts", "restored-in", f"parts.{said.acting(campaign)}", "reconverged-in", "parts.controller")
    rows = [row for failure in failures for row in _rows(campaign, failure, words)]
    if not rows:
        return Markup()
    legend = element("p", *(element("span", words.say(f"part.{name}"), class_=f"key {kind}") for name, kind in (
        ("detection", "fixed"), ("acting", "serialization"), ("excess", "waiting"))), class_="legend tint-0")
    return element("section", element("h2", words.say("campaign.redundant")), legend,
                   element("p", words.say("campaign.width", goal=words.time(campaign.protection.goal)), class_="note"),
                   table(headings(heads, words), rows, "cuts"))


def _rows(campaign: Campaign, failure: FailureResult, words: Words) -> list[Markup]:
    late = failure in campaign.late
    reconverged = words.time(failure.reconverged) if failure.reconverged is not None else "–"
    row = element("tr", element("th", of_one.name(failure, words), scope="row"),
                  element("td", _bar(campaign, failure, words)),
                  element("td", of_one.restoration(failure, words), class_="missed" if late else "met"),
                  element("td", of_one.restoration_parts(failure, campaign, words)), element("td", reconverged),
                  element("td", of_one.reconvergence_parts(failure, campaign, words)))
    lines = [element("p", part) for part in _details(campaign, failure, words) if part]
    return [row, *([element("tr", element("td", *lines, class_="flow", colspan="6"))] if lines else [])]


def _details(campaign: Campaign, failure: FailureResult, words: Words) -> Iterator[str]:
    """What else is known of a failure, as sentences; "" where there is nothing to say."""
    yield from (_sentence(words.say("violation", target=of_one.violation(target, words)))
                for target in failure.violated)
    yield _sentence(of_one.isolation(failure, campaign, words))
    yield _sentence(words.say("lost.packets", lost=of_one.lost(failure, words))) if failure.lost else ""
    times = of_one.by_class(failure, words)
    yield _sentence(words.say("restoration.classes", times=times)) if times else ""
    yield _sentence(of_one.channels(failure, words))
    yield _sentence(of_one.reversion(failure, words))
    yield from map(words.recorded, failure.doubts)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _bar(campaign: Campaign, failure: FailureResult, words: Words) -> Markup:
    """The parts of the slowest class's restoration time, in percent of the goal."""
    if failure.restoration_time is None or not failure.restored or failure.expected is None:
        return Markup()
    protection, goal = campaign.protection, campaign.protection.goal
    acted = failure.expected - protection.detection
    parts = (("fixed", protection.detection), ("serialization", acted), ("waiting", of_one.excess(failure, campaign)))
    bars = [element("i", class_=f"back-0 {kind}", style=f"width:{min(100.0, 100 * part / goal):.1f}%")
            for kind, part in parts]
    label = ", ".join(f"{words.say(f'part.{name}')} {words.time(part)}" for name, (_, part) in zip(
        ("detection", said.acting(campaign), "excess"), parts, strict=True))
    return element("div", *bars, class_="stack", role="img", aria_label=label, title=label)


def _unprotected(campaign: Campaign, failures: Iterable[FailureResult], words: Words) -> Markup:
    rows = [element("tr", element("th", of_one.name(failure, words), scope="row"), _isolated(failure, campaign, words),
                    element("td", of_one.lost(failure, words))) for failure in failures]
    return _section("campaign.not-redundant", ("failure", "isolated", "lost-of-others"), rows, words)


def _double_failures(campaign: Campaign, words: Words) -> Markup:
    rows = [element("tr", element("th", of_one.name(failure, words), scope="row"), _isolated(failure, campaign, words),
                    element("td", words.clauses((
                        of_one.isolation_check(failure, words),
                        *(words.say("violation", target=of_one.violation(target, words))
                          for target in failure.violated),
                        *map(words.recorded, failure.doubts)))))
            for failure in campaign.double_failures]
    return _section("campaign.doubles", ("failures", "isolated", "evidence"), rows, words)


def _degradations(campaign: Campaign, words: Words) -> Markup:
    rows = [element("tr", element("th", of_one.name(failure, words), scope="row"),
                    element("td", of_one.degradation(failure, words), class_="flow"))
            for failure in campaign.degradations]
    return _section("campaign.degradations", ("degraded", "impact"), rows, words)


def _isolated(failure: FailureResult, campaign: Campaign, words: Words) -> Markup:
    return element("td", of_one.isolation(failure, campaign, words) or words.say("isolation.no-line"), class_="flow")


def _section(key: str, heads: Iterable[str], rows: Sequence[Markup], words: Words) -> Markup:
    """A titled table with a note on what it holds; nothing where it has no rows."""
    if not rows:
        return Markup()
    return element("section", element("h2", words.say(key)), element("p", words.say(f"{key}.note"), class_="note"),
                   table(headings(heads, words), rows, "cuts"))


def _method(campaign: Campaign, words: Words) -> Markup:
    command = f"twin campaign {campaign.network.name}.yaml --seconds {campaign.seconds:g} --seed {campaign.seed}"
    return element("section", element("h2", words.say("method")), element("p", words.say("method.text")),
                   element("p", said.timing(campaign, words)),
                   element("pre", element("code", command), tabindex="0"))
