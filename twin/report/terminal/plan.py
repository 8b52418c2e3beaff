"""A planned network as `twin plan` shows it: switches, spans, hosts, calls, flows, targets; as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address
from textwrap import fill
from typing import Any

from twin.core.records import to_plain
from twin.core.units import PPM, show_rate, show_ratio, show_size, show_time
from twin.judge.verdicts.planned_performance import PlannedPerformance
from twin.plan import Scheduling
from twin.plan.blueprint import Band, Blueprint, Host, ParentBand, Scheduler, SpanPlan
from twin.plan.demand.grade_of_service import GradeOfService, grades_of_service
from twin.report.terminal import airtime, predictions
from twin.report.terminal.folding import braced, fold

NAMES, WIDTH = 34, 100
"""Columns of names, and of lines that are wrapped."""


def text(planned: PlannedPerformance) -> str:
    """The plan for a terminal, with a closing newline."""
    blueprint = planned.blueprint
    lines = [f"{blueprint.name}, policy {blueprint.policy.name}", *_switches(blueprint), *_spans(blueprint),
             *_copper(planned), *_hosts(blueprint), *_air(planned), *_calls(blueprint),
             "\nFlows: paths and predicted performance", *predictions.text(planned.paths, planned.predictions),
             *predictions.targets(planned.targets)]
    for degradation in planned.degraded:
        lines += predictions.targets(degradation.targets, degradation.span)
    return "\n".join([*lines, ""])


def plain(planned: PlannedPerformance) -> dict[str, Any]:
    """The blueprint, with calls, airtime, predictions by flow, and targets; quantities in base units."""
    return {
        **to_plain(planned.blueprint), "grades": to_plain(grades_of_service(planned.blueprint)),
        "air": to_plain(planned.air),
        "theory": predictions.plain(planned.paths, planned.predictions), "targets": to_plain(planned.targets)}


def _switches(blueprint: Blueprint) -> Iterator[str]:
    yield "\nSwitches"
    for switch in blueprint.switches:
        prefixes = ", ".join(switch.prefixes) or "-"
        yield (f"  {switch.name:<28} {switch.kind:<7} {prefixes:<18} {len(switch.ports):>5} ports "
               f"{len(switch.rules):>6} rules {len(switch.meters):>5} meters")


def _spans(blueprint: Blueprint) -> Iterator[str]:
    """Each span with the numbers of its schedulers, equal ones once, then the schedulers by number."""
    numbers: dict[str, int] = {}
    yield "\nSpans: rate, delay, and the scheduler of each direction"
    yield from _indented(fold((span.name, _span(span, numbers)) for span in blueprint.spans))
    yield "\nSchedulers"
    yield from (f"  S{number:<4} {text}" for text, number in numbers.items())


def _span(span: SpanPlan, numbers: dict[str, int]) -> str:
    """A span without its name; new schedulers get the next numbers."""
    parts = [f"{span.kind:<8} {show_rate(span.forward.rate):>14} {show_time(span.forward.delay):>10}"]
    for arrow, scheduler in ((">", span.a.scheduler), ("<", span.b.scheduler),
                             ("=", span.shared.scheduler if span.shared else None)):
        if scheduler:
            parts.append(f"{arrow} S{numbers.setdefault(_bands(scheduler), len(numbers) + 1)}")
    return "  ".join(parts)


def _indented(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each entry, its names first, or where they are long below."""
    for names, content in entries:
        if len(names) <= NAMES:
            yield f"  {names:<{NAMES}} {content}"
        else:
            yield f"  {'each of the following':<{NAMES}} {content}"
            yield fill(names, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False,
                       break_long_words=False)


def _copper(planned: PlannedPerformance) -> Iterator[str]:
    if planned.copper:
        yield "\nDSL: reach of each profile's rates, and lines beyond it"
    yield from (f"  {note}" for note in planned.copper)


def _hosts(blueprint: Blueprint) -> Iterator[str]:
    """Each host; equal lines with consecutive addresses and ports as one."""
    yield "\nHosts"
    runs: list[list[Host]] = []
    for host in sorted(blueprint.hosts, key=lambda host: (host.switch, IPv4Address(host.address))):
        if runs and _follows(host, runs[-1][-1]):
            runs[-1].append(host)
        else:
            runs.append([host])
    yield from sorted(_run(run[0], run[-1], [host.name for host in run]) for run in runs)


def _follows(host: Host, before: Host) -> bool:
    """Whether two hosts are neighbours of one line group."""
    return (host.line_group is not None and host.line_group == before.line_group and host.switch == before.switch
            and host.port == before.port + 1 and IPv4Address(host.address) == IPv4Address(before.address) + 1)


def _run(first: Host, last: Host, names: Sequence[str]) -> str:
    if first == last:
        return f"  {first.name:<34} {first.address:<27} {first.mac:<37} {first.switch} port {first.port}"
    return (f"  {braced(names):<34} {f'{first.address} to {last.address}':<27} {f'{first.mac} to {last.mac}':<37} "
            f"{first.switch} port {first.port} to {last.port}")


def _air(planned: PlannedPerformance) -> Iterator[str]:
    if planned.air:
        yield "\nRadio cells: predicted airtime utilisation"
    yield from airtime.predicted(planned.air)


def _calls(blueprint: Blueprint) -> Iterator[str]:
    budgets = grades_of_service(blueprint)
    if budgets:
        yield "\nDialled calls: admission limit, capacity at 1 % blocking, offered load, Erlang-B blocking"
    for budget in budgets:
        arrow = {True: ">", False: "<", None: "="}[budget.forward]
        yield (f"  {budget.span:<34} {arrow} {budget.calls:>6} calls of {_speech(budget):<12} "
               f"{budget.capacity:>8.4g} E {budget.offered:>8.4g} E {show_ratio(round(budget.blocking * PPM, 3)):>10}")


def _speech(budget: GradeOfService) -> str:
    """The codec, and what its packets hold where that is not the usual."""
    return f"{budget.codec.value}{f' {show_time(budget.packetization)}' if budget.packetization else ''}"


def _bands(scheduler: Scheduler) -> str:
    parents = [f"{parent.name} {show_rate(parent.guarantee)}{_within(parent, scheduler)}"
               for parent in scheduler.parents]
    bands = [f"{band.service_class or 'all'} {_part(band, scheduler)}{_within(band, scheduler)} "
             f"{band.discipline.value} {show_size(band.limit)}" for band in scheduler.bands]
    return f"{scheduler.kind.value} on {show_rate(scheduler.rate)}: " + ", ".join([*parents, *bands])


def _within(band: Band | ParentBand, scheduler: Scheduler) -> str:
    """Of which parent it is, and its ceiling."""
    parent = "" if band.parent is None else f" of {scheduler.parents[band.parent].name}"
    return parent + (f" to {show_rate(band.ceiling)}" if band.ceiling else "")


def _part(band: Band, scheduler: Scheduler) -> str:
    """What a band gets: a rate of its own, a weight, all of it, or what comes."""
    if band.guarantee:
        return show_rate(band.guarantee)
    if band.quantum:
        return f"weight {band.quantum}"
    return "first come first served" if scheduler.kind is Scheduling.NONE else "strict"
