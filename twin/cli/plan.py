"""`twin plan FILE`: the blueprint without a lab: addresses, paths, class trees, rules, predictions."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from twin.cli.verb import Verb, chosen, file_argument, json_argument, policy_arguments
from twin.load import load
from twin.model import Network
from twin.plan import Scheduling, plan
from twin.plan.blueprint import Band, Blueprint, Scheduler
from twin.plan.copper import loops, shortfalls
from twin.plan.cuts import falls
from twin.plan.degraded import degraded
from twin.plan.grade import grades
from twin.plan.paths import flow_paths
from twin.predict import Aired, aired, journeys
from twin.records import to_plain
from twin.report import airtime, theory
from twin.units import PPM, show_rate, show_ratio, show_size, show_time
from twin.verify.outlook import Foresight, expectations, outlooks


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    policy_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    network = load(arguments.file)
    blueprint = plan(network, chosen(network, arguments))
    paths = flow_paths(blueprint)
    found, air = tuple(journeys(blueprint, paths)), tuple(aired(blueprint, paths))
    expected = expectations(blueprint, found)
    targets = outlooks(network, blueprint, found, expected)
    if arguments.json:
        print(json.dumps(to_plain(blueprint) | {"grades": to_plain(grades(blueprint)),
                                                "air": to_plain(air),
                                                "theory": theory.plain(found, expected),
                                                "targets": to_plain(targets)}, indent=1))
    else:
        print("\n".join((*_text(blueprint, (*loops(network), *shortfalls(network)), air), *theory.text(found, expected),
                         *theory.targets(targets), *_degraded(network, blueprint))))
    return int(any(target.foresight is Foresight.CANNOT for target in targets))


def _degraded(network: Network, blueprint: Blueprint) -> Iterator[str]:
    """The outlook of the targets with each span degraded that the description's faults degrade."""
    for fall in falls(blueprint):
        low = replace(degraded(blueprint, fall.fault), faults=())
        found = tuple(journeys(low, flow_paths(low)))
        yield from theory.targets(outlooks(network, low, found, expectations(low, found)), str(fall))


def _text(blueprint: Blueprint, notes: Sequence[str], air: Sequence[Aired]) -> Iterator[str]:
    yield f"{blueprint.name}, policy {blueprint.policy.name}"
    yield "\nswitches"
    for switch in blueprint.switches:
        yield (f"  {switch.name:<28} {switch.kind:<7} {switch.prefix or '-':<18} {len(switch.ports):>5} ports "
               f"{len(switch.rules):>6} rules {len(switch.meters):>5} meters")
    yield "\nspans (rate, delay, and the scheduler before each way)"
    for span in blueprint.spans:
        yield f"  {span.name:<34} {span.kind:<8} {show_rate(span.forth.rate):>14} {show_time(span.forth.delay):>10}"
        for arrow, order in ((">", span.a.scheduler), ("<", span.b.scheduler),
                             ("=", span.shared.scheduler if span.shared else None)):
            if order:
                yield f"    {arrow} {_bands(order)}"
    if notes:
        yield "\ncopper (how far the rates of a profile reach, and what lines train at that are longer)"
    yield from (f"  {note}" for note in notes)
    yield "\nhosts"
    for host in blueprint.hosts:
        yield f"  {host.name:<34} {host.address:<16} {host.mac}  {host.switch} port {host.port}"
    if air:
        yield "\nradio cells (the part of the time for which the air is busy)"
    yield from airtime.told(air)
    told = grades(blueprint)
    if told:
        yield "\ndialled calls (room, what it carries at 1 % of blocking, what is offered, Erlang's blocking of it)"
    for one in told:
        arrow = {True: ">", False: "<", None: "="}[one.forth]
        yield (f"  {one.span:<34} {arrow} {one.calls:>6} calls of {one.codec.value:<12} {one.carries:>8.4g} E "
               f"{one.offered:>8.4g} E {show_ratio(round(one.blocking * PPM, 3)):>10}")
    yield "\nflows, their ways and what theory says of them"


def _bands(order: Scheduler) -> str:
    bands = [f"{band.service_class or 'all'} {_part(band, order)} {band.discipline.value} {show_size(band.limit)}"
             for band in order.bands]
    return f"{order.kind.value} on {show_rate(order.rate)}: " + ", ".join(bands)


def _part(band: Band, order: Scheduler) -> str:
    """What a band gets: a rate of its own, a weight, all of it, or what comes."""
    if band.guarantee:
        return show_rate(band.guarantee)
    if band.quantum:
        return f"weight {band.quantum}"
    return "first come first served" if order.kind is Scheduling.NONE else "strict"


VERB = Verb("Print the blueprint of a network, and what theory says of its flows and targets before anything runs.",
            "twin plan topologies/minimal.yaml --json", _arguments, _run)
