"""A costed network as `twin cost` shows it: items, communes, years, who pays, designs, what it depends on; as text, and
the communes as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from twin.core.units import PPM, show_ratio
from twin.territory.economics.results import Costing, Design, Effect, ItemCost, Share, SiteCost, YearAccount

KILO = 1e3
MONTHS = 12
COLUMNS = ("site", "town", "households", "businesses", "shapley_eur_year", "by_load_eur_year", "incremental_eur_year",
           "alone_eur_year")
MOST_EFFECTS = 12
"""Shown; all of them are in the JSON."""


def text(costing: Costing) -> str:
    """The costing for a terminal, with a closing newline."""
    lines = [*_head(costing), *_items(costing), *_sites(costing), *_years(costing), *_shares(costing),
             *_designs(costing), *_effects(costing)]
    return "\n".join([*lines, ""])


def _head(costing: Costing) -> Iterator[str]:
    stage, lines = costing.stage, sum(site.lines for site in costing.sites)
    year = f" ({stage.year})" if stage.year else ""
    yield (f"{costing.network}, {stage.title or stage.name}{year}: {show_ratio(stage.households)} of households and "
           f"{show_ratio(stage.businesses)} of businesses, {lines:.0f} lines; EUR without value-added tax")
    yield f"  invested until then {_kilo(costing.investment)}{_budget(costing)}"
    yield (f"  a year {_kilo(costing.yearly)}, of a line {costing.yearly / lines / MONTHS:.2f} EUR a month; the "
           f"villages beyond the towns {_kilo(costing.beyond_towns)} a year")
    yield (f"  net present value at the private rate {_kilo(costing.value)}, internal rate "
           f"{_rate(costing.internal_rate)}, break-even at {_take_up(costing.break_even)}")


def _budget(costing: Costing) -> str:
    if costing.budget is None:
        return ""
    return f" of a budget of {_kilo(costing.budget)}" + " which is too little" * (costing.investment > costing.budget)


def _kilo(value: float) -> str:
    return f"{value / KILO:,.0f} kEUR".replace(",", " ")


def _rate(rate: float | None) -> str:
    return "none" if rate is None else f"{100 * rate:.1f} %"


def _take_up(part: float | None) -> str:
    return "no take-up" if part is None else f"{show_ratio(part * PPM)} of households"


def _items(costing: Costing) -> Iterator[str]:
    yield "\nItems at the stage: price of that year, investment in kEUR, kEUR a year with investments as annuities"
    yield f"  {'item':<22} {'of':<10} {'number':>9} {'price':>10} {'due':<6} {'invested':>9} {'a year':>8}  basis"
    yield from map(_item, sorted(costing.items, key=lambda item: -item.yearly))


def _item(item: ItemCost) -> str:
    return (f"  {item.item:<22} {item.per.value:<10} {item.quantity:>9.0f} {item.price:>10.2f} {item.due.value:<6} "
            f"{item.investment / KILO:>9.0f} {item.yearly / KILO:>8.0f}  {item.basis}")


def _sites(costing: Costing) -> Iterator[str]:
    yield "\nCommunes: kEUR a year, its part by Shapley value and by busy-hour load; of a line, EUR a month"
    yield (f"  {'commune':<20} {'lines':>7} {'causes':>8} {'Shapley':>8} {'by load':>8} {'alone':>8} {'a line':>8} "
           f"{'by load':>8}")
    yield from map(_site, sorted(costing.sites, key=lambda site: -site.lines))


def _site(site: SiteCost) -> str:
    parts = (site.incremental, site.shapley, site.by_load, site.alone)
    month = ((part / site.lines / MONTHS if site.lines else 0.0) for part in (site.shapley, site.by_load))
    return (f"  {site.site:<20} {site.lines:>7.0f} " + " ".join(f"{part / KILO:>8.0f}" for part in parts)
            + " " + " ".join(f"{part:>8.2f}" for part in month))


def _years(costing: Costing) -> Iterator[str]:
    yield "\nYears: kEUR"
    yield f"  {'year':<6} {'take-up':>8} {'invested':>9} {'running':>8} {'revenue':>8} {'left':>8} {'balance':>8}"
    yield from map(_year, costing.years)


def _year(each: YearAccount) -> str:
    figures = (each.operation, each.revenue, each.residual, each.balance)
    return (f"  {each.year:<6} {100 * each.take_up:>6.1f} % {each.investment / KILO:>9.0f} "
            + " ".join(f"{figure / KILO:>8.0f}" for figure in figures))


def _shares(costing: Costing) -> Iterator[str]:
    yield "\nWho pays: present values in kEUR; contribution: of the public, what is never earned back"
    yield f"  {'structure':<12} {'rate':>7} {'public':>9} {'private':>9} {'contribution':>13}"
    yield from map(_share, costing.shares)


def _share(share: Share) -> str:
    return (f"  {share.structure.value:<12} {100 * share.rate:>5.1f} % {share.public / KILO:>9.0f} "
            f"{share.private / KILO:>9.0f} {share.contribution / KILO:>13.0f}")


def _designs(costing: Costing) -> Iterator[str]:
    yield "\nTargets of the network as described, and up to which take-up each holds on average"
    yield from (f"  {use:<22} {'everybody' if held is None else show_ratio(held * PPM)}"
                for use, held in costing.holds.items())
    yield "\nDesigns: every target holds up to this take-up of households; kEUR for the network and so many lines"
    yield f"  {'upgrades':>8} {'holds to':>10} {'network':>8} {'lines':>8} {'together':>9}  last upgrade"
    yield from map(_design, costing.designs)


def _design(design: Design) -> str:
    beyond = "" if design.within is not False else ", beyond the budget"
    return (f"  {design.upgrades:>8} {show_ratio(design.holds_to * PPM):>10} {design.network / KILO:>8.0f} "
            f"{design.lines / KILO:>8.0f} {design.investment / KILO:>9.0f}  {design.link or 'as described'}{beyond}")


def _effects(costing: Costing) -> Iterator[str]:
    yield "\nWhat it depends on: net present value in kEUR with each at its ends; Sobol's indices"
    yield f"  {'parameter':<22} {'low':>9} {'high':>9} {'at low':>9} {'at high':>9} {'first':>14} {'total':>14}"
    yield from map(_effect, costing.effects[:MOST_EFFECTS])


def _effect(effect: Effect) -> str:
    index = effect.index
    return (f"  {effect.parameter:<22} {effect.low:>9.2f} {effect.high:>9.2f} {effect.at_low / KILO:>9.0f} "
            f"{effect.at_high / KILO:>9.0f} {index.first:>6.2f} ± {index.first_error:<5.2f} {index.total:>6.2f} ± "
            f"{index.total_error:<5.2f}")


def csv_text(costing: Costing) -> str:
    """Every commune, a line each."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((site.site, str(site.town).lower(), site.households, site.businesses, site.shapley, site.by_load,
                      site.incremental, site.alone) for site in costing.sites)
    return table.getvalue()
