"""QoS policies: what each class gets of a line, colours by contract, and a mark rewritten at the edge of the network.

Measured in the virtual lab: benchmarks/networks/policies.yaml, colours.yaml, precedence.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab, markers
from traffic.sample_files import Packets
from twin.jobs.experiment.on_host import Side
from twin.judge.figures.span_load import span_loads
from twin.model.yaml import load
from twin.plan import Blueprint, plan
from twin.plan.blueprint import PacketStream, carrying
from twin.plan.qos.policies import named

SECONDS = 5.0
LINE = "end-1"
LITTLE, MORE, MUCH, ALL = "ask-little", "ask-more", "ask-much", "ask-all"
FILLED, WEIGHED, CAPPED = (10.0, 33.75, 56.25), (100 / 7, 200 / 7, 400 / 7), (10.0, 40.0, 50.0)
"""Per cent of the line of three classes: rates 20, 30 and 50 of which the first asks for 10; weights 1, 2 and 4; the
same rates where the second may have 40 at most and the third is silent."""
ALONE, LENT, SHARED = (0.0, 100 / 3, 200 / 3), (0.0, 60.0, 40.0), (20.0, 40.0, 40.0)
HELD, EQUAL = (70 / 3, 140 / 3), (30.0, 30.0, 40.0)
"""Rates 10, 20 and 40, of which the first is silent: what it leaves is shared by rates, but is the second's where both
are children of a parent with 60. Children that ask for all share their parent's remainder by rates, or equally by
link-sharing curves; and 70, its ceiling, where the third is silent."""
CASES = (
    ("water-filling", (LITTLE, MORE, MUCH), "HTB", FILLED),
    ("curves", (LITTLE, MORE, MUCH), "HFSC", FILLED),
    ("drr", (ALL, MORE, MUCH), "DRR", WEIGHED),
    ("ceilings", (LITTLE, MORE), "HTB with a ceiling", CAPPED[:2]),
    ("flat", (MORE, MUCH), "HTB without a parent, one silent", ALONE),
    ("family", (MORE, MUCH), "HTB with a parent, one child silent", LENT),
    ("family", (ALL, MORE, MUCH), "HTB with a parent", SHARED),
    ("held-family", (ALL, MORE), "HTB, a parent's ceiling", HELD),
    ("family-curves", (ALL, MORE, MUCH), "HFSC with a parent", SHARED),
    ("family-shares", (ALL, MORE, MUCH), "HFSC, link-sharing curves", EQUAL),
    ("family-shares", (ALL, MORE), "HFSC, a parent's upper limit", (35.0, 35.0)),
)
"""Policy, workloads, what it is called, and what the classes get."""
COLOURS = {18: "G", 20: "Y", 22: "R"}
COUNT = 400
"""Packets of which each colour is compared."""


def oracles() -> Iterator[Oracle]:
    """Parts of a line, sequences of colours, and marks of another domain."""
    yield from _parts()
    yield from _colours()
    yield from _precedence()


def _parts() -> Iterator[Oracle]:
    network = load(lab.NETWORKS / "policies.yaml")
    built = [lab.only(plan(network, named(network, policy)), runs) for policy, runs, _, _ in CASES]
    for blueprint, side, (_, _, what, theory) in zip(built, lab.side_by_side(built, SECONDS), CASES, strict=True):
        measured = _measured_parts(blueprint, side)
        for service_class, part in zip(("little", "middle", "much"), theory, strict=False):
            yield Oracle(f"{what}, part of class {service_class}", "max-min water filling", part,
                         measured[service_class], 0.003, "%")


def _measured_parts(blueprint: Blueprint, side: Side) -> dict[str, float]:
    """Per cent of the line's rate that each class got."""
    (load_,) = (row for row in span_loads(blueprint, side.before, side.after, SECONDS)
                if row.span == LINE and row.forth)
    return {name: 100 * rate / load_.capacity for name, rate in load_.by_class.items()}


def _colours() -> Iterator[Oracle]:
    blueprint = plan(load(lab.NETWORKS / "colours.yaml"))
    seen = {name: _shown(samples) for name, samples in lab.run(blueprint, 2.0).side.samples.items()
            if isinstance(samples, Packets)}
    ((_, flood), *_) = carrying(PacketStream, blueprint.flows)
    sent = [markers.Arrival(at * flood.interval, flood.packet) for at in range(COUNT)]
    single = markers.colours(sent, markers.single_rate((125_000, 3000), 4500))
    double = markers.colours(sent, markers.two_rates((125_000, 3000), (250_000, 3000)))
    yellow = markers.colours([replace(arrival, colour="Y") for arrival in sent],
                             markers.two_rates((125_000, 3000), (250_000, 3000)))
    yield _alike("srTCM, first 16 colours", "RFC 2697", "GGYGYYGRRGRRGRRG", seen["single-1.send"])
    yield _alike("trTCM, first 16 colours", "RFC 2698", "GGYGRYGRYGRYGRYG", seen["double-1.send"])
    yield _alike("srTCM, 400 colours", "RFC 2697", single, seen["single-1.send"])
    yield _alike("trTCM, 400 colours", "RFC 2698", double, seen["double-1.send"])
    yield _alike("trTCM, red dropped", "RFC 2698", double.replace("R", "-"), seen["cut-1.send"])
    yield _alike("trTCM, blind to colours on arrival", "RFC 2698", double, seen["blind-1.send-yellow"])
    yield _alike("trTCM, aware of colours on arrival", "RFC 2698", yellow, seen["believing-1.send-yellow"])
    yield _alike("no contract, all green", "RFC 2597", "G" * COUNT, seen["free-1.send"])
    yield _alike("CS4 of another domain for AF21", "RFC 2475 remarking", "32 " * COUNT, seen["free-1.send-abroad"])


def _precedence() -> Iterator[Oracle]:
    """Green packets and a full trunk: what is within the committed rate comes through, and yellow fills the rest."""
    blueprint = plan(load(lab.NETWORKS / "precedence.yaml"))
    side = lab.run(blueprint, SECONDS).side
    colours, promised = "", 0
    for flow, flood in carrying(PacketStream, blueprint.flows):
        seen = side.samples[flow.name]
        assert isinstance(seen, Packets)
        colours += _shown(seen)
        sent = [markers.Arrival(at * flood.interval, flood.packet) for at in range(len(seen.marks))]
        promised += markers.colours(sent, markers.two_rates((125_000, 3000), (250_000, 3000))).count("G")
    (trunk,) = (row for row in span_loads(blueprint, side.before, side.after, SECONDS)
                if row.span == "trunk" and row.forth)
    yield Oracle("green packets through a full trunk", "RFC 2597: yellow is dropped first", promised,
                 colours.count("G"), 0.0, "packets")
    yield Oracle("the same trunk is full", "work conservation", 4e6, sum(trunk.by_class.values()), 0.001, "bit/s")
    yield Oracle("packets that its queue dropped by itself", "RFC 2597", 0.0, sum(trunk.dropped.values()), 0.0)


def _shown(samples: Packets) -> str:
    """The colours of packets in order of departure; other marks as numbers, "-" where a packet was lost."""
    return "".join("-" if mark < 0 else COLOURS.get(mark, f"{mark} ") for mark in samples.marks)


def _alike(what: str, source: str, theory: str, measured: Sequence[str] | str) -> Oracle:
    """How many of the colours are those of theory."""
    same = sum(a == b for a, b in zip(theory, measured, strict=False))
    return Oracle(what, source, len(theory), same, 0.0, "as they must be")
