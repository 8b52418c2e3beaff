"""Views of the minimal network for tests of the console: a call, the load of two spans, whatever is broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from traffic.live.window import FlowWindow, Window
from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.judge.live.sliding_window import SlidingWindow
from twin.judge.live.view import Reading, View, view
from twin.model import FaultKind, Name
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import FaultPlan
from twin.plan.qos.policies import policy_named
from twin.plan.queue_and_airtime_counters import QueueCounters

MINIMAL = load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")
NETWORK = replace(MINIMAL, profiles=(*MINIMAL.profiles, replace(MINIMAL.profiles[0], name=Name("dsl-2m"))))
BLUEPRINT = plan(NETWORK)
WITHOUT_QOS = plan(NETWORK, policy_named(NETWORK, "none"))
ORIGIN = 1_000 * NS_PER_S
CALL = "homes-1.call.up"


def seen(*, size: int = 12_500, lost: int = 0, lateness: int = 1000, broken: tuple[str, ...] = (),
         faults: tuple[FaultPlan, ...] = (), flows: bool = True) -> View:
    """Ten seconds of a call whose packets take 30 ms, of which `lost` are lost at random; `size` bytes in a second on
    a span of the ring and on a line. broken: spans that are cut; faults: others."""
    sent = tuple(range(0, 10 * NS_PER_S, 20 * NS_PER_MS))
    gone = frozenset(Random(1).sample(range(len(sent)), lost))
    received = tuple(LOST if number in gone else at + 30 * NS_PER_MS for number, at in enumerate(sent))
    window = FlowWindow(ORIGIN, Packets(sent, received, 200))
    sliding = SlidingWindow(10)
    sliding.add(Window(1, ORIGIN + 10 * NS_PER_S, lateness, {CALL: window} if flows else {}))
    before, now = _reading(0, 0, ORIGIN), _reading(size, 3, ORIGIN + NS_PER_S)
    return view(NETWORK, BLUEPRINT, sliding, (before, now), faults=(*cut(*broken), *faults))


def cut(*spans: str) -> tuple[FaultPlan, ...]:
    """What cuts these spans."""
    return tuple(FaultPlan(Time(0), FaultKind.CUT, span=span) for span in spans)


def _reading(size: int, drops: int, at: int) -> Reading:
    return Reading(at, tuple(QueueCounters(span, True, 0, size, 50, drops, backlog=250)
                             for span in ("homes-1", "north-east")))
