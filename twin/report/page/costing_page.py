"""The page of a costing: cost against targets held, what the answer depends on as a tornado, and the tables of designs,
who pays, communes and items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.core.errors import ExitCode
from twin.core.units import PPM, PRICES, show_price
from twin.judge.verdict import Outcome
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts.plot import Mark, Plot, figure
from twin.report.page.table import table
from twin.territory.economics.results import Costing, Design, Effect, ItemCost, Share, SiteCost

MONTHS = 12
MOST_EFFECTS = 12
"""Shown, those that matter most."""


def body(costing: Costing, words: Words) -> Markup:
    """The page without its frame."""
    return join([_head(costing, words), _frontier(costing, words), _tornado(costing, words), _shares(costing, words),
                 _sites(costing, words), _items(costing, words)])


def headline(costing: Costing, words: Words) -> str:
    """What must be invested until the stage, beside the budget."""
    stage, invested = costing.stage.title or costing.stage.name, money(costing.investment, words)
    if costing.budget is None:
        return words.say("costing.invested", stage=stage, invested=invested)
    key = "costing.within" if costing.exit_code is ExitCode.MET else "costing.beyond"
    return words.say(key, stage=stage, invested=invested, budget=money(costing.budget, words))


def money(euros: float, words: Words) -> str:
    """To three figures, with its unit."""
    shown = show_price(float(f"{abs(euros):.3g}") * PRICES["EUR"])
    return words.figure(f"{'−' * (euros < 0)}{shown}")


def _section(key: str, content: Markup, words: Words) -> Markup:
    return element("section", element("h2", words.say(f"costing.{key}")),
                   element("p", words.say(f"costing.{key}.note"), class_="note"), content, id=key)


def _head(costing: Costing, words: Words) -> Markup:
    outcome = Outcome.MET if costing.exit_code is ExitCode.MET else Outcome.MISSED
    rate, even = costing.internal_rate, costing.break_even
    terms = (("a-year", money(costing.yearly, words)), ("beyond-towns", money(costing.beyond_towns, words)),
             ("value", money(costing.value, words)), ("internal-rate", "–" if rate is None else words.part(rate)),
             ("break-even", "–" if even is None else words.ratio(even * PPM)), ("seed", str(costing.seed)))
    listed = (element("div", element("dt", words.say(f"costing.{key}")), element("dd", value)) for key, value in terms)
    return element("header", element("p", costing.network, class_="name"), element("h1", headline(costing, words)),
                   element("p", words.say("costing.lead"), class_="lead"), element("dl", *listed, class_="terms"),
                   class_=f"top is-{outcome.value}")


def _frontier(costing: Costing, words: Words) -> Markup:
    """What each design takes, alone and with the lines that it can hold, and the designs as a table."""
    designs = costing.designs
    plot = Plot(spanning([design.holds_to for design in designs], lambda part: words.ratio(part * PPM)),
                linear(max([design.investment for design in designs] + [costing.budget or 0.0]),
                       lambda euros: money(euros, words)))
    shapes = [plot.curve([(each.holds_to, each.network) for each in designs], "line-3", words.say("costing.network")),
              plot.curve([(each.holds_to, each.investment) for each in designs], "line-0",
                         words.say("costing.with-lines"))]
    keys = [element("span", element("i", class_=f"swatch back-{colour}"), words.say(f"costing.{key}"), class_="key")
            for key, colour in (("network", 3), ("with-lines", 0))]
    chart = figure(plot, shapes, text=words.say("costing.frontier.text"), along=[*_budget(costing, words)],
                   across=[*_even(costing, plot.x, words)])
    heads = [words.say(f"costing.head.{key}") for key in ("link", "upgrades", "holds-to", "network", "lines",
                                                          "together")]
    return _section("frontier", join([element("div", *keys, class_="legend"), element("figure", chart),
                                      table(heads, [_design(each, words) for each in designs], "loads")]), words)


def _budget(costing: Costing, words: Words) -> Iterator[Mark]:
    if costing.budget is not None:
        yield Mark(costing.budget, words.say("costing.budget", budget=money(costing.budget, words)))


def _even(costing: Costing, axis: Axis, words: Words) -> Iterator[Mark]:
    if costing.break_even is not None and costing.break_even < axis.high:
        yield Mark(costing.break_even, words.say("costing.pays", share=words.ratio(costing.break_even * PPM)))


def _design(design: Design, words: Words) -> Markup:
    sums = (design.network, design.lines, design.investment)
    return _cells(design.link or words.say("costing.described"),
                  [str(design.upgrades), words.ratio(design.holds_to * PPM), *(money(each, words) for each in sums)])


def _tornado(costing: Costing, words: Words) -> Markup:
    """A bar for each parameter, from the value at one end to that at the other; the line is the value itself."""
    shown = costing.effects[:MOST_EFFECTS]
    heads = [words.say(f"costing.head.{key}") for key in ("parameter", "low", "high", "at-low", "at-high", "bar",
                                                          "first", "total")]
    ends = [end for effect in shown for end in (effect.at_low, effect.at_high)] + [costing.value]
    rows = [_effect(effect, costing.value, (min(ends), max(ends)), words) for effect in shown]
    return _section("tornado", table(heads, rows, "loads"), words) if rows else Markup()


def _effect(effect: Effect, value: float, span: tuple[float, float], words: Words) -> Markup:
    ends, index = sorted((effect.at_low, effect.at_high)), effect.index
    low, high, middle = (100 * (each - span[0]) / ((span[1] - span[0]) or 1.0) for each in (*ends, value))
    bar = element("div", element("i", class_="value back-0", style=f"left:{low:.1f}%;width:{high - low:.1f}%"),
                  element("i", class_="aim", style=f"left:{middle:.1f}%"), class_="bullet", aria_hidden="true")
    cells = [words.figure(f"{effect.low:.6g}"), words.figure(f"{effect.high:.6g}"), money(effect.at_low, words),
             money(effect.at_high, words), bar,
             words.figure(f"{index.first:.2f} ± {index.first_error:.2f}"),
             words.figure(f"{index.total:.2f} ± {index.total_error:.2f}")]
    return _cells(effect.parameter, cells)


def _shares(costing: Costing, words: Words) -> Markup:
    heads = [words.say(f"costing.head.{key}") for key in ("structure", "rate", "public", "private", "contribution")]
    return _section("shares", table(heads, [_share(each, words) for each in costing.shares], "loads"), words)


def _share(share: Share, words: Words) -> Markup:
    sums = (share.public, share.private, share.contribution)
    return _cells(words.say(f"costing.{share.structure.value}"),
                  [words.part(share.rate), *(money(each, words) for each in sums)])


def _sites(costing: Costing, words: Words) -> Markup:
    heads = [words.say(f"costing.head.{key}") for key in ("commune", "lines", "causes", "shapley", "by-load", "alone",
                                                          "month")]
    rows = [_site(site, words) for site in sorted(costing.sites, key=lambda site: -site.lines)]
    return _section("communes", table(heads, rows, "loads"), words)


def _site(site: SiteCost, words: Words) -> Markup:
    parts = (site.incremental, site.shapley, site.by_load, site.alone)
    month = words.figure(f"{site.shapley / site.lines / MONTHS:.2f} EUR") if site.lines else "–"
    return _cells(site.site, [f"{site.lines:.0f}", *(money(part, words) for part in parts), month])


def _items(costing: Costing, words: Words) -> Markup:
    heads = [words.say(f"costing.head.{key}") for key in ("item", "number", "price", "invested", "a-year", "basis")]
    rows = [_item(item, words) for item in sorted(costing.items, key=lambda item: -item.yearly)]
    return _section("items", table(heads, rows, "loads"), words)


def _item(item: ItemCost, words: Words) -> Markup:
    return _cells(item.item, [f"{item.quantity:.0f}", words.figure(f"{item.price:.2f} EUR"),
                              money(item.investment, words), money(item.yearly, words), item.basis])


def _cells(name: str, cells: Sequence[str | Markup]) -> Markup:
    return element("tr", element("th", name, scope="row"), *(element("td", cell) for cell in cells))
