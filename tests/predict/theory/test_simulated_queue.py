"""Waits on one line as predicted, against a simulation of the queue packet by packet."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from twin.core.units import Size
from twin.plan.blueprint import Band, LinkLayer
from twin.predict.delay.mean_waits import mean_wait
from twin.predict.load.queues import Queue
from twin.predict.theory.network_calculus import strict_server
from twin.predict.theory.queueing import Load, priority_waits, serialization

MS = 1e6


def simulate(
    calls: int, cost: int, data: int, rate: float, load: float, seed: int, packets: int = 1_500
) -> tuple[list[float], list[float]]:
    """Waits, ns, of each of `calls` constant-rate flows of 50 packets/s before a line, and of data of `load`.

    A non-preemptive server with two priorities, packet by packet; data come as a Poisson stream, or whenever the line
    is idle where `load` is 1. Written without any of the formulas that it checks.
    """
    draw = random.Random(seed)
    voice_time, data_time = cost * 8e9 / rate, data * 8e9 / rate
    phases = [draw.uniform(0, 20e6) for _ in range(calls)]
    arrivals = sorted(phase + 20e6 * k for phase in phases for k in range(packets))
    end = arrivals[-1]
    bulk, at = [], 0.0
    while load < 1 and at < end:
        at += draw.expovariate(load / data_time)
        bulk.append(at)
    waits, clock, i, j = [], 0.0, 0, 0
    data_waits = []
    while i < len(arrivals):
        if arrivals[i] <= clock:
            waits.append(clock - arrivals[i])
            clock += voice_time
            i += 1
        elif load >= 1:
            clock += data_time
        elif j < len(bulk) and bulk[j] <= clock:
            data_waits.append(clock - bulk[j])
            clock += data_time
            j += 1
        else:
            clock = min([arrivals[i], *bulk[j:j + 1]])
    return waits, data_waits


def test_half_a_packet_in_simulation() -> None:
    """Packet by packet, one call on a line that data keep full waits L / 2C on average and never more than L / C."""
    waits, _ = simulate(1, 265, 1696, 512e3 * 1.0007, 1.0, seed=7)
    assert sum(waits) / len(waits) == pytest.approx(13.25 * MS, rel=0.02)
    assert max(waits) <= 26.5 * MS


@pytest.mark.parametrize(("rate", "load"), [(256e3, 0.4), (512e3, 0.6), (1024e3, 0.4)])
def test_partly_loaded_line_in_simulation(rate: float, load: float) -> None:
    """On a line that is not full the simulated mean lies between light and heavy, even where a data packet outlasts
    the interval of the call, so that its packets do meet."""
    own = Load(50 * 265 * 8 / rate, serialization(265, rate))
    bands = {0: own, 1: Load(load, serialization(1696, rate))}
    pair = (Band("voice", Size(0), Size(10_000)), Band("data", Size(1514), Size(10_000)))
    queue = Queue(int(rate), LinkLayer(), pair, 1, {"voice": 0, "data": 1})
    light, heavy = (mean_wait(queue, bands, (), 0, own, heavy=side) for side in (False, True))
    waits, _ = simulate(1, 265, 1696, rate, load, seed=1, packets=20_000)
    assert light is not None and heavy is not None
    assert light <= sum(waits) / len(waits) <= heavy


def test_cobham_in_simulation() -> None:
    """Many calls beside Poisson data: simulated mean waits of both classes are Cobham's within a few percent."""
    rate, calls = 2.048e6, 6
    waits, data_waits = simulate(calls, 265, 1696, rate, 0.4, seed=3)
    voice = Load(calls * 50 * 265 * 8 / rate, serialization(265, rate))
    expected = priority_waits([voice, Load(0.4, serialization(1696, rate))])
    assert sum(data_waits) / len(data_waits) == pytest.approx(expected[1], rel=0.1)
    assert sum(waits) / len(waits) <= expected[0]


@settings(max_examples=25)
@given(st.integers(1, 12), st.integers(100, 300), st.integers(100, 1696), st.floats(0.1, 1), st.integers(0, 10**6))
def test_bound_holds_in_simulation(calls: int, cost: int, data: int, load: float, seed: int) -> None:
    """No phases of the calls, no size of the others, no load makes a packet stay longer than the bound."""
    rate = 2.048e6
    assume(calls * 50 * cost * 8 < 0.95 * rate)
    waits, _ = simulate(calls, cost, data, rate, load, seed)
    bound = strict_server(rate, 0, 0, data).delay(calls * cost, calls * 50 * cost * 8)
    assert bound is not None
    assert max(waits) + serialization(cost, rate) <= bound * (1 + 1e-9)
