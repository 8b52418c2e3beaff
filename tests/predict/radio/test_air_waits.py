"""Waits for the air of a radio cell: bounds against a simulation of the cell, and what follows from them."""

from __future__ import annotations

from random import Random

import pytest

from tests.predict.conftest import NETWORKS
from tests.predict.radio.cell_simulation import SimulatedStation, simulate
from twin.core.units import NS_PER_S
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict_hop_delays
from twin.predict.delay.waits import Wait
from twin.predict.load.packet_streams import air_point
from twin.predict.load.queue_crossings import crossings
from twin.predict.load.queues import windows
from twin.predict.radio import station_pace
from twin.predict.radio.stations import StationView, station_views

SECONDS = 100
MORE = """
  call: {service: telephony, activity: call}
  download: {service: web, activity: download}
  upload: {service: web, activity: upload}"""


def network(rate: str = "80", far: str = "1 Mbit/s", **runs: str) -> Blueprint:
    """contended-air.yaml, with floods of that rate, kbit/s. far: the rate of the far relay; runs: what lines run
    instead."""
    text = (NETWORKS / "contended-air.yaml").read_text(encoding="utf-8").replace("80 kbit/s", f"{rate} kbit/s")
    text = text.replace("workloads:", f"workloads:{MORE}")
    if far != "1 Mbit/s":
        text = text.replace("rate: 1 Mbit/s, frame-errors: 10 %", f"rate: {far}")
    for line, relay in {"close": "near", "away": "far"}.items():
        start = f"{line}: {{at: {relay}, profile: open, runs: "
        text = text.replace(f"{start}[down, up]", f"{start}[{runs.get(line, 'down, up')}]")
    return plan(read(text, "contended-air.yaml"))


def on_the_air(blueprint: Blueprint) -> dict[str, Wait]:
    """The wait for the air of each flow of packets."""
    delays = predict_hop_delays(blueprint, flow_paths(blueprint))
    return {flow: hop.wait for flow, hops in delays.items() for hop in hops if hop.hop.span.endswith("-uplink")
            and hop.wait.contended}


def views_of(blueprint: Blueprint) -> tuple[StationView, ...]:
    """The stations of its cell."""
    (cell,) = blueprint.cells
    return station_views(crossings(blueprint, flow_paths(blueprint)), air_point(cell.name), cell)


def simulated(view: StationView, draw: Random) -> SimulatedStation:
    """A station with random arrivals, if its streams are alike."""
    rate, times, now = sum(sent.stream.packet_rate or 0.0 for sent in view.own), list[float](), 0.0
    while now < SECONDS * NS_PER_S:
        now += draw.expovariate(rate / NS_PER_S)
        times.append(now)
    return SimulatedStation(times, view.own[0].exchange, view.own[0].damaged)


@pytest.mark.parametrize("rate", ["20", "80", "100"])
def test_bounds_hold_in_a_simulation_of_the_cell(rate: str) -> None:
    """At a tenth to a half of the air; a relay alone at its rate, the exchange at both."""
    blueprint = network(rate)
    (cell,), waits, draw = blueprint.cells, on_the_air(blueprint), Random(5)
    views = [view for view in views_of(blueprint) if len(view.own) == 1]
    stations = [simulated(view, draw) for view in views]
    middle = [SimulatedStation(simulated(view, draw).arrivals, view.own[0].exchange, view.own[0].damaged)
              for view in views]
    simulate([*stations, *middle], windows(cell), cell.slot)
    for view, station in zip(views, stations, strict=True):
        wait, sent = waits[view.own[0].stream.flow], view.own[0]
        delays = sorted(sojourn - sent.hop.airtime_with_ack(sent.stream.frame) for sojourn in station.sojourns)
        assert wait.heavy is not None and wait.bound is not None and wait.usual is not None and wait.often is not None
        assert sum(delays) / len(delays) < wait.heavy < wait.usual
        assert delays[int(len(delays) * 0.99)] < wait.often <= wait.usual
        assert delays[int(len(delays) * 0.999)] < wait.usual < wait.bound and delays[-1] < wait.bound
        assert wait.lossless and station.dropped / len(delays) <= (wait.loss_bound or 0.0) + 1e-3


def test_bounds_are_not_vacuous() -> None:
    """Two calls and a few packets at 11 Mbit/s: 99.9 % wait for less than 90 ms, where a frame takes one."""
    waits = on_the_air(network("8", close="call, down, up", away="call", far="11 Mbit/s"))
    for wait in waits.values():
        assert wait.usual is not None and wait.usual < 90e6 and wait.heavy is not None and wait.heavy < 30e6


def test_a_strict_call_is_bounded_beside_tcp() -> None:
    """A download fills the exchange's queue and has the relay answer: the call waits for frames, not for queues."""
    waits = on_the_air(network("8", close="call, download", away="call, down, up", far="11 Mbit/s"))
    for flow in ("close-1.call.up", "close-1.call.down"):
        usual, heavy = waits[flow].usual, waits[flow].heavy
        assert waits[flow].lossless and usual is not None and usual < 0.5e9 and heavy is not None and heavy < 0.08e9


def test_a_station_that_always_sends_bounds_nothing_that_exceeds_its_part() -> None:
    """Where more is offered than fits, the queue is full: its length bounds delay, and nothing says that it loses
    nothing."""
    waits = on_the_air(network("3000"))
    assert all(wait.bound is not None and wait.bound > 0.5e9 and not wait.lossless and wait.loss_bound is None
               for wait in waits.values())


def test_what_contends_never_ends_is_given_up_at_last() -> None:
    """Frames of which a tenth is damaged: eight attempts, each of which fails with that chance or collides."""
    (wait,) = [wait for flow, wait in on_the_air(network()).items() if flow == "away-1.up"]
    (view,) = [view for view in views_of(network()) if [sent.stream.flow for sent in view.own] == ["away-1.up"]]
    met = view.contention.collided
    assert wait.loss_bound == pytest.approx((met + (1 - met) * 0.1) ** 8)


@pytest.mark.parametrize("runs", ["down, up", "call, download"])
def test_the_best_pace_is_found_in_whatever_order(runs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Giving up a pace early leaves out none that is better."""
    views = views_of(network(close=runs))
    chances = station_pace.ALWAYS, station_pace.USUALLY
    before = [station_pace.best_paces(view, chances) for view in views]
    monkeypatch.setattr(station_pace, "EXPONENTS", station_pace.EXPONENTS[::-1])
    assert [station_pace.best_paces(view, chances) for view in views] == before
