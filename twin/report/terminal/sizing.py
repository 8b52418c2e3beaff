"""A sized network as `twin size` shows it: links in their busiest hour, targets, break-even take-up, upgrades; as text,
as JSON, and all hours of all links as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from twin.core.units import PPM, show_rate, show_ratio
from twin.territory.sizing.results import BreakEven, LinkWeek, Sizing, TargetWeek, Upgrade, hour_name

MEGABIT = 1e6
COLUMNS = ("link", "kind", "towards", "cut", "hour", "capacity_bit_s", "calls_bit_s", "television_bit_s",
           "committed_bit_s", "transfers_bit_s", "high_bit_s", "blocked", "channels")


def text(sizing: Sizing) -> str:
    """The sizing for a terminal, with a closing newline."""
    lines = [headline(sizing), *_unserved(sizing), *_links(sizing), *_targets(sizing), *_break_evens(sizing),
             *_upgrades(sizing)]
    return "\n".join([*lines, ""])


def headline(sizing: Sizing) -> str:
    """Network, stage, how many lines, and how it was drawn."""
    stage, lines = sizing.stage, sum(each.mean for each in sizing.drivers.lines)
    year = f" ({stage.year})" if stage.year else ""
    return (f"{sizing.network}, {stage.title or stage.name}{year}: {show_ratio(stage.households)} of households and "
            f"{show_ratio(stage.businesses)} of businesses, {lines:.0f} lines; {sizing.draws} draws of a week, seed "
            f"{sizing.seed}")


def _unserved(sizing: Sizing) -> Iterator[str]:
    for each in sizing.unserved:
        yield f"  not served: {each.population} of kind {each.subscriber.value} at {each.site}, whom no offer reaches"


def _links(sizing: Sizing) -> Iterator[str]:
    yield "\nLinks in their busiest hour, nothing cut: Mbit/s of payload, means of the draws"
    yield (f"  {'link':<30} {'towards':<20} {'hour':<9} {'carries':>8} {'calls':>7} {'tv':>7} {'held':>7} {'files':>7} "
           f"{'95 %':>7} {'blocked':>8} {'channels':>8}")
    whole = [week for week in sizing.links if week.cut is None]
    yield from map(_link, sorted(whole, key=lambda week: -max(week.high) / week.link.capacity))


def _link(week: LinkWeek) -> str:
    hour = busiest(week)
    rates = (week.link.capacity, week.calls[hour], week.television[hour], week.committed[hour], week.transfers[hour],
             week.high[hour])
    capacity, *loads = (rate / MEGABIT for rate in rates)
    return (f"  {week.link.name:<30} {week.link.towards:<20} {hour_name(hour):<9} {capacity:>8.2f} "
            + " ".join(f"{load:>7.2f}" for load in loads)
            + f" {100 * week.blocked[hour]:>6.2f} % {week.channels[hour]:>8.1f}")


def busiest(week: LinkWeek) -> int:
    """The hour of a link's highest load."""
    return max(range(len(week.high)), key=lambda hour: week.high[hour])


def _targets(sizing: Sizing) -> Iterator[str]:
    yield "\nTargets: probability that each holds everywhere and in every hour of a week"
    for use in dict.fromkeys(each.use for each in sizing.targets):
        own = [each for each in sizing.targets if each.use == use]
        worst = min((each for each in own if each.cut is not None), key=lambda each: each.week, default=None)
        yield f"  {use:<24} {_holds(next(each for each in own if each.cut is None))}" + (
            f"; with {worst.cut} cut {_holds(worst)}" if worst else "")


def _holds(target: TargetWeek) -> str:
    return f"{100 * target.week:.1f} % ± {100 * target.error:.1f} %"


def _break_evens(sizing: Sizing) -> Iterator[str]:
    yield "\nTake-up at which each target breaks first, on average"
    yield from (f"  {each.use:<24} {_break_even(each)}" for each in sizing.break_evens)


def _break_even(each: BreakEven) -> str:
    if each.households is None:
        return "holds with everybody"
    cut = f", with {each.cut} cut" if each.cut else ""
    return (f"{show_ratio(each.households * PPM):>9} of households, on {each.link}, {hour_name(each.hour)}{cut}")


def _upgrades(sizing: Sizing) -> Iterator[str]:
    steps = sizing.drivers.upgrades
    if not steps:
        yield "\nNo upgrade is needed: every target holds at this take-up, on average, whole and with each single cut"
        return
    yield "\nUpgrades in order, and up to which take-up of households every target then holds, on average"
    yield from (f"  {number:>3} {_upgrade(step, sizing)}" for number, step in enumerate(steps, 1))


def _upgrade(step: Upgrade, sizing: Sizing) -> str:
    old = show_rate(step.old) if step.old else "its hops"
    return (f"{step.link:<30} {old:>14} to {show_rate(step.new):>13} {step.medium.value:<6} "
            f"{show_ratio(min(step.after * sizing.stage.households, PPM)):>9}")


def csv_text(sizing: Sizing) -> str:
    """Every hour of every link, whole and with each single cut, a line each."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for week in sizing.links:
        own = (week.link.name, week.link.kind.value, week.link.towards, week.cut or "")
        figures = zip(week.calls, week.television, week.committed, week.transfers, week.high, week.blocked,
                      week.channels, strict=True)
        writer.writerows((*own, hour, week.link.capacity, *row) for hour, row in enumerate(figures))
    return table.getvalue()
