"""Telephony: Erlang's formulas against their tables, blocking and post-dial delay of calls that are really dialled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import sqrt

from benchmarks.oracles.oracle import Oracle
from benchmarks.support import lab
from benchmarks.support.switchboard import Switchboard
from traffic.sample_files import LOST, Calls, Samples
from traffic.voice.call_arrivals import scheduled_calls
from twin.core.seeds import stream
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.judge.figures import call_setup
from twin.model import CallControl, Metric
from twin.plan.blueprint import Dialling
from twin.plan.demand.call_admission import Admission
from twin.plan.demand.erlang import circuits_for, erlang_b, erlang_c, erlangs_on
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict

BLOCKED = ((1, 1, 0.5), (2, 1, 0.2), (3, 2, 0.210526), (5, 3, 0.110054), (10, 5, 0.018385), (10, 10, 0.214582))
"""Circuits, erlang, and the ratio that finds none free."""
CARRIED = ((1, 0.0101), (2, 0.1526), (5, 1.3608), (10, 4.4612), (15, 8.1080), (20, 12.0306), (30, 20.3373),
           (50, 37.9014), (100, 84.0642), (120, 102.9636), (200, 179.738))
"""Circuits, and the erlang that they carry at 1 %."""
ALONE_CIRCUITS, ALONE_ERLANGS, ALONE_CALLS = 10, 5, 8_000
SECONDS = 200.0
DIALLED = (("two-1.one-erlang", 2, 1), ("five-1.three-erlang", 5, 3), ("ten-1.ten-erlang", 10, 10))
ON_ITS_OWN, BY_SIPP = "slow-1.alone", "witnessed-1.by-sipp"
ERRORS, BUNCH = 3, 4
"""Standard errors by which a ratio that is counted may be off, and calls that count as one chance: those that find no
room come in bunches, as full circuits stay full for a while (3.5 for 5 E on 10 circuits, by simulation; else fewer)."""


def oracles() -> Iterator[Oracle]:
    """Tables, then an exchange without a network, then calls through the lab."""
    yield from _tables()
    yield _blocking("at an exchange without a network", ALONE_CIRCUITS, ALONE_ERLANGS,
                    _exchange(ALONE_CIRCUITS, ALONE_ERLANGS))
    blueprint = lab.described("erlang")
    samples = lab.run(blueprint, SECONDS).side.samples
    for name, circuits, erlangs in DIALLED:
        calls = _calls(samples, name)
        yield _blocking("through the lab", circuits, erlangs, call_setup.blocked(calls))
        yield Oracle(f"most calls at a time where {circuits} fit", "rate of the span / rate of a call", circuits,
                     at_once(calls), 0)
    theory = predict(blueprint, flow_paths(blueprint))[ON_ITS_OWN][Metric.POST_DIAL_DELAY].low or 0.0
    own, witness = (call_setup.post_dial_delays(_calls(samples, name)) for name in (ON_ITS_OWN, BY_SIPP))
    yield Oracle("post-dial delay on an idle way", "serialization there and back, processing", theory / NS_PER_MS,
                 min(delay for _, delay in own) / NS_PER_MS, 0.001, "ms")
    yield Oracle("post-dial delay by sipp", "the same, and its timer of 1 ms", theory / NS_PER_MS,
                 min(delay for _, delay in witness) / NS_PER_MS, NS_PER_MS / theory, "ms")


def _tables() -> Iterator[Oracle]:
    erlangs: float
    for circuits, erlangs, blocked in BLOCKED:
        yield Oracle(f"{erlangs} E on {circuits} circuits", "Erlang B", blocked, erlang_b(erlangs, circuits), 1e-4)
    for circuits, erlangs in CARRIED:
        yield Oracle(f"{circuits} circuits at 1 %", "Erlang B, tables", erlangs, erlangs_on(circuits, 0.01), 2e-3, "E")
    yield Oracle("8 E on 10 servers", "Erlang C", 0.409180, erlang_c(8, 10), 1e-5)
    yield Oracle("circuits for 8.108 E at 1 %", "Erlang B, tables", 15, circuits_for(8.1079, 0.01), 0)


def _blocking(where: str, circuits: int, erlangs: float, blocked: Sequence[bool]) -> Oracle:
    expected = erlang_b(erlangs, circuits)
    chances = len(blocked) / BUNCH
    tolerance = ERRORS * sqrt((1 - expected) / (expected * chances))
    return Oracle(f"{erlangs} E on {circuits} circuits, {len(blocked)} calls {where}", "Erlang B", expected,
                  sum(blocked) / len(blocked), tolerance)


def _exchange(circuits: int, erlangs: float) -> tuple[bool, ...]:
    """Which calls found no room at an exchange, with nothing between it and its callers."""
    each = Time(10 * NS_PER_S)
    board = Switchboard(Admission({("span", True): float(circuits)}, {"line": {("span", True): 1.0}}, {"line": 1000}),
                        CallControl(Time(0), Time(0)), delay=1)
    caller = board.line("line")
    dialled_calls = scheduled_calls(Dialling(float(erlangs), each, each, Time(0), 1000), ALONE_CALLS * 10 / erlangs,
                            stream(lab.SEED, "dial/line"))
    for number, call in enumerate(dialled_calls, 1):
        board.dial(call.at, caller, number, call.holding)
    board.run(ALONE_CALLS * 100 * NS_PER_S)
    return tuple(attempt.status in call_setup.BLOCKED_STATUS for attempt in caller.attempts.values())


def at_once(calls: Calls) -> int:
    """The most calls that held a channel at a time."""
    turns = sorted([(rung, 1) for rung in calls.rung if rung != LOST]
                   + [(ended, -1) for rung, ended in zip(calls.rung, calls.ended, strict=True)
                      if LOST not in (rung, ended)])
    return max(accumulate(turn for _, turn in turns))


def _calls(samples: Mapping[str, Samples], name: str) -> Calls:
    calls = samples[name]
    assert isinstance(calls, Calls)
    return calls
